"""Who may do what: every operation of every service is asked as everybody; `docs/security.md` says what came of it."""
