"""Who may enter the rooms of people and of the platform: lines of the sweep over the console's routes."""

from collections.abc import Mapping

from tests.console.town import TOWN

WATCHERS = frozenset({"watcher", "keeper", "engineer"})
ENGINEER = frozenset({"engineer"})

STAFF = WATCHERS | {"leader", "gas", "helper", "office", "walker"}
SAYERS = STAFF - ENGINEER

PAGES: Mapping[str, frozenset[str]] = {
    "grids": STAFF,
    "grid": STAFF,
    "sheet": STAFF,
    "sheet-photo": STAFF,
    "rota": STAFF,
    "hand-overs": SAYERS,
    "posted": STAFF | {"resident", "neighbour", "nobody"},
    "posted-place": STAFF | {"resident", "neighbour", "nobody"},
    "posted-photo": STAFF | {"resident", "neighbour", "nobody"},
    "people": WATCHERS,
    "unit": WATCHERS,
    "person": WATCHERS,
    "absences": WATCHERS,
    "town-editions": WATCHERS,
    "accounts": ENGINEER,
    "town-account": ENGINEER,
    "town-tokens": ENGINEER,
    "tokens": ENGINEER,
    "platform": ENGINEER,
    "waiting": ENGINEER,
    "drop": ENGINEER,
    "editions": ENGINEER,
}
FORMS: Mapping[str, frozenset[str]] = {
    "grid-told": SAYERS,
    "turn": STAFF,  # times are read before anybody is asked
    "turn-back": SAYERS,
    "hand-over": SAYERS,
    "hand-over-seen": SAYERS,
    "plate": frozenset({"keeper"}),
    "contact": frozenset({"watcher", "keeper"}),
    "place": frozenset({"keeper", "engineer"}),
    "person-name": frozenset({"keeper"}),
    "away": WATCHERS,
    "back": WATCHERS,
    "account-add": ENGINEER,
    "account-roles": ENGINEER,
    "account-change": ENGINEER,
    "town-token-issue": ENGINEER,
    "town-token-revoke": ENGINEER,
    "token-issue": ENGINEER,
    "token-revoke": ENGINEER,
    "drop-now": ENGINEER,
    "retry": ENGINEER,
}
# Past the door, and there is no such thing.
NOT_THERE = {
    "drop": 404,
    "sheet": 404,
    "sheet-photo": 404,
    "posted-photo": 404,
    "posted-place": 404,
    "turn-back": 404,
    "hand-over-seen": 404,
    "hand-over": 403,  # somebody else's, as the form that says nothing is
    "drop-now": 404,
    "retry": 404,
    "town-account": 404,
    "account-roles": 404,
    "account-change": 404,
    "back": 404,
    "person-name": 404,
    "token-revoke": 404,
    "town-token-revoke": 404,
}
NAMES: Mapping[str, str] = {
    "person": "nobody-such",
    "place": "drum-1",
    "sheet": "none-such",
    "photo": "none-such",
    "turn": "none-such",
    "hand_over": "none-such",
    "absence": "none-such",
    "login": "none-such",
    "service": "intake",
    "message": "none-such",
}
# What is looked at in a browser, as whom.
SEEN: Mapping[str, list[str]] = {
    "keeper": [
        f"/towns/{TOWN}/grids",
        f"/towns/{TOWN}/grids/drum-1",
        f"/towns/{TOWN}/grids/drum-1/sheets/sign",
        f"/towns/{TOWN}/grids/drum-1/sheets/card",
        f"/towns/{TOWN}/grids/drum-community/sheets/plan",
        f"/towns/{TOWN}/posted/drum-1",
        f"/towns/{TOWN}/rota",
        f"/towns/{TOWN}/hand-overs",
        f"/towns/{TOWN}/posted",
        f"/towns/{TOWN}/people",
        f"/towns/{TOWN}/people?which=vacant",
        f"/towns/{TOWN}/people/unit?unit={TOWN}/gas-unit",
        f"/towns/{TOWN}/people/staff-1",
        f"/towns/{TOWN}/absences",
        f"/towns/{TOWN}/absences?person=staff-1",
    ],
    "engineer": [
        f"/towns/{TOWN}/accounts",
        f"/towns/{TOWN}/accounts/gas",
        f"/towns/{TOWN}/tokens?show=all",
        f"/towns/{TOWN}/editions",
        "/platform",
        "/platform/messages/intake",
        "/platform/editions",
        "/platform/tokens",
    ],
}
