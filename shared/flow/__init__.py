"""How messages pass through a service: taken once and in order, answered, given on. No rule of any town."""
