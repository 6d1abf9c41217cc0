"""What this service does: on messages, when something falls due, for a request."""
