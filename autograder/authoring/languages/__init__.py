"""The catalogues of other languages: gathered from what learners can read, translated by hand, compiled.

``languages/es/*.po`` is what translators work on, ``rnncourse/languages/es.json`` what students install.
"""
