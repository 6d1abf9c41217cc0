"""Between messages and what clocks think in."""
