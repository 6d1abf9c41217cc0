"""What a case is and what may happen to it. Pure: no store, no clock, no web."""
