"""Intake: the case file and the one door for every actor's step."""
