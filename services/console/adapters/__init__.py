"""How the services are reached."""
