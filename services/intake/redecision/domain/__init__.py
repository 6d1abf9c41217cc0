"""What a re-decision is, and what it would make of a case. Pure."""
