"""What this service decides: pure values and functions."""
