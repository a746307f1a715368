"""Grade notebooks without ever trusting them, and name the mistake that was made."""
