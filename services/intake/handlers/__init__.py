"""What happens when somebody reports, acts, or another service answers."""
