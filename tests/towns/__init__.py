"""A town goes out of a house of two, comes back, moves to another house, and ends; the other town feels nothing."""
