"""Which service owns which path: one table, read from the services' own routes, for every way to reach them.

The embedded front asks it; `python -m scripts.gateway` writes it down for nginx and for people. Knows no case.
"""
