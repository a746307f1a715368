"""Commands that measure what this project claims about speed."""
