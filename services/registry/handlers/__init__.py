"""What the registry does when it is asked to: check first, write after, and say what has changed."""
