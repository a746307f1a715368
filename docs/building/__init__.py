"""Makes the site: pages from the course and the texts in ``docs/``, formulas as MathML, JupyterLite."""
