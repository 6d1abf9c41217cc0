"""This service's routes: desks, deliveries in trouble."""
