"""What the house shows of itself: figures, logs, health. Never a person's identity."""
