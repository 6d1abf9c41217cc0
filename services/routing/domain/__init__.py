"""What a decision comes to. Pure."""
