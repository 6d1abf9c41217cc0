"""Routes of re-decisions, what they may be asked, and the form of their answers."""
