"""From the case to what intake says."""
