"""What the console asks of the world."""
