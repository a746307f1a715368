"""Where a learner stands: what the course asks, what was solved, which hints were given, what comes next."""
