"""The window of assessment."""
