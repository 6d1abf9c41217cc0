"""What the handlers need of stores and rules, as protocols; bootstrap supplies them."""
