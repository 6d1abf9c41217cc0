"""What a case is in a file, and what a past in a file makes of a case. Pure."""
