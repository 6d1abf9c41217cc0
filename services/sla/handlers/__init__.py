"""What is done when a message arrives or a deadline falls due."""
