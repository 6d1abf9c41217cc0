"""Clocks and deadlines for reading: lists, certificates, calendars."""
