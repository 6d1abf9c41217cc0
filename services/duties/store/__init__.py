"""The tables of this service and how they are read and written."""
