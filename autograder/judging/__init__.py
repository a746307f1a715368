"""What a submission deserves: its code is asked in the sandbox, and the answers are judged here."""
