"""Who may enter the rooms of people and of the platform: lines of the sweep over the console's routes."""

from collections.abc import Mapping

from tests.console.town import TOWN

WATCHERS = frozenset({"watcher", "keeper", "engineer"})
ENGINEER = frozenset({"engineer"})

PAGES: Mapping[str, frozenset[str]] = {
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
    "absence": "none-such",
    "login": "none-such",
    "service": "intake",
    "message": "none-such",
}
# What is looked at in a browser, as whom.
SEEN: Mapping[str, list[str]] = {
    "keeper": [
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
