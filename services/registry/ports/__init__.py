"""What the registry asks of the outside: its books, seals, and whoever tries a pack out before it is
published.
"""
