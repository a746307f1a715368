"""Compare an answer with what was expected, and name the mistake: shared by ``check`` and the judge."""
