"""This service's routes: inboxes, deliveries in trouble."""
