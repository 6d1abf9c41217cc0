"""What assessment decides, without input or output."""
