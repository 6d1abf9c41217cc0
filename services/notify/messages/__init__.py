"""Between messages and this service's own values, both ways, and the words of its texts."""
