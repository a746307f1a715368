"""For those who write exercises: the audit of every check, and how fast things are."""
