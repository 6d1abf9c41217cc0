"""This service's routes: desks, the public list, deliveries in trouble."""
