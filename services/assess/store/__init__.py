"""The tables of assessment and how they are read."""
