"""Taking cases of older systems in, and reading what is given away."""
