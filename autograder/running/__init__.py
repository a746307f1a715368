"""Many submissions: graded in several processes, and kept the moment they are there."""
