"""Between messages and what routing thinks in."""
