"""Who may enter the room of the ledger: lines of the sweep over the console's routes."""

from collections.abc import Mapping

# The ledger opens to staff of the town; what of it each of them reads, `test_ledger` asks entry by entry.
STAFF = frozenset({"leader", "gas", "helper", "office", "walker", "watcher", "keeper"})

PAGES: Mapping[str, frozenset[str]] = {
    "ledger": STAFF,
    "ledger-new": STAFF,
    "ledger-form": STAFF,
    "ledger-entry": STAFF,
    "ledger-import": STAFF,
    "ledger-export": frozenset({"office"}),  # who reads any type: the rest are refused in words
    "ledger-paper": STAFF,
    "ledger-openings": frozenset({"keeper"}),
    "subjects": STAFF,
}
FORMS: Mapping[str, frozenset[str]] = {
    "ledger-enter": frozenset({"helper"}),  # of those who work here, the one who enters households
    "ledger-say": STAFF,
    "ledger-open": STAFF,
    "ledger-bring": STAFF,
}
NOT_THERE = {"subjects": 404, "ledger-entry": 404, "ledger-say": 404, "ledger-open": 404}
NAMES: Mapping[str, str] = {"entry": "none-such", "fact": "head", "type": "household", "act": "statements"}
