"""What is asked: a course, its assignments, their exercises, and all that is made from the masters."""
