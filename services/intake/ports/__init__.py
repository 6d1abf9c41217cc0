"""What intake asks of its surroundings."""
