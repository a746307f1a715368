"""Coverage-guided fuzzing of what reads untrusted bytes: ``python -m tests.fuzz TARGET``.

A target is a module of this folder. It offers ``seeds()``, inputs to begin with; ``one_input(data)``,
which returns if all is well and raises if not; and ``plant()``, which puts a bug into the code under
test, to see that the target finds it.
"""

TARGETS = ("notebook", "frames", "replies", "archive")
