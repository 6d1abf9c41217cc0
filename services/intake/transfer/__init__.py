"""Cases in files: given to another system, and taken from an older one, without telling anybody again."""
