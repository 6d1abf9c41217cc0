"""Cases under simulated time: the real services, their real stores, one thread, no servers."""
