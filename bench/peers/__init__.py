"""Neighbours that do the same work: a Celery chain of four tasks, a Dramatiq pipeline of four actors."""
