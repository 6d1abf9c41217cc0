"""What routing does when a message arrives."""
