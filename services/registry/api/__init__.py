"""The registry's routes: editions, calendars, members, tokens, jurisdictions."""
