"""How a process speaks HTTP: who is let in and for how long, and how an application behind WSGI is asked.

Decides how long a client may take and how much of what it sends is kept before the application knows it. Must not know
any route, any service, nor any token: applications say what they refuse.
"""
