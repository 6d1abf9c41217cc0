"""What this service asks of the outside: channels, a way to open sealed addresses, the books that its store
keeps.
"""
