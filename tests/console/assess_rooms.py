"""Who may enter the room of assessment: lines of the sweep over the console's routes."""

from collections.abc import Mapping

# It opens to all who work for the town; what of it each of them reads, gives or decides, assessment says.
STAFF = frozenset({"leader", "gas", "helper", "office", "walker", "watcher", "keeper"})

PAGES: Mapping[str, frozenset[str]] = {
    "assessment": STAFF,
    "figure": STAFF,
    "figure-things": STAFF,
    "measure": STAFF,
    "objections": STAFF,
}
FORMS: Mapping[str, frozenset[str]] = {
    "figure-object": STAFF,
    "measure-points": STAFF,
    "measure-deed": STAFF,
    "objection-verdict": STAFF,
}
NOT_THERE = {"measure-deed": 404, "objection-verdict": 404}
NAMES: Mapping[str, str] = {
    "figure": "in-time",
    "measure": "ranking",
    "proposal": "none-such",
    "objection": "none-such",
}
