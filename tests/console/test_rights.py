"""A wrong role is refused on every page: the sweep over the console's routes, as everybody, on the services."""

import re
from collections.abc import Mapping
from io import BytesIO

import pytest
from flask import Flask

from services.console import bootstrap as console
from shared.kernel.roles import Role
from tests.console import assess_rooms, duty_rooms, ledger_rooms, rooms
from tests.console.town import LEADER, PEOPLE, TOWN, ConsoleTown, Visitor

NOBODY = "nobody"
EVERYBODY = (NOBODY, *PEOPLE)
SIGNED_IN = frozenset(PEOPLE)
OWN_TOWNS = SIGNED_IN - {"neighbour"}
CASE_READERS = frozenset({"leader", "gas", "helper", "office", "walker", "watcher", "keeper"})
CLOCK_READERS = frozenset({"leader", "gas", "helper", "office", "watcher", "keeper", "engineer"})
LINK_MAKERS = CLOCK_READERS - {"engineer"}
REPORTERS = OWN_TOWNS | {NOBODY}

# Who gets past the door of each page, by its endpoint; everybody else is sent to sign in, or refused. Whatever a page
# shows, its service answers for: that a page has no link for somebody is no right.
MAY: Mapping[str, frozenset[str]] = {
    "home": frozenset(EVERYBODY),
    "town": frozenset(EVERYBODY),
    "sign-in": frozenset(EVERYBODY),
    "sign-in-with": frozenset(EVERYBODY),
    "sign-in-back": frozenset(EVERYBODY),
    "asset": frozenset(EVERYBODY),
    "public": frozenset(EVERYBODY),
    "account": SIGNED_IN,
    "messages": SIGNED_IN,
    "report": OWN_TOWNS | {NOBODY},
    "report-form": OWN_TOWNS | {NOBODY},
    "reported": CASE_READERS,
    "follow": CASE_READERS | {"resident", NOBODY},
    "day": CASE_READERS | {"resident"},
    "waiting-list": frozenset(EVERYBODY),
    "seal": frozenset(EVERYBODY),
    "worker": frozenset(EVERYBODY),
    "follow-link": CASE_READERS | {"resident", NOBODY},
    "desk": (CASE_READERS | CLOCK_READERS),
    "cases": CASE_READERS | {"resident"},
    "case": CASE_READERS,
    "file": CASE_READERS,
    "supervision": CLOCK_READERS,
    "behind": CLOCK_READERS,
    "map": CLOCK_READERS,
    "across": SIGNED_IN,  # each town is asked in a role of the reader's own
    "merge": CASE_READERS,
    "slip": CASE_READERS,
    "dossier": CASE_READERS,
    "wall": CLOCK_READERS,
    # Chosen cases are asked for one by one, and those that somebody may not see are not there.
    "bulk": SIGNED_IN,
    "export-cases": CASE_READERS | {"resident"},
    "export-deadlines": CLOCK_READERS,
    "calendar": LINK_MAKERS,
    "api": frozenset(EVERYBODY),  # descriptions are open to all; what is tried asks for its own right
    "api-of": frozenset(EVERYBODY),
    **rooms.PAGES,
    **ledger_rooms.PAGES,
    **duty_rooms.PAGES,
    **assess_rooms.PAGES,
}
# Forms: who gets past the door with one that says nothing. What a step or a role wants besides, other tests ask.
FORMS: Mapping[str, frozenset[str]] = {
    "language": frozenset(EVERYBODY),
    "sign-in-now": frozenset(EVERYBODY),
    "sign-out": frozenset(EVERYBODY),
    "role": SIGNED_IN,
    "password": SIGNED_IN,
    "end-session": SIGNED_IN,
    "read": SIGNED_IN,
    "report-now": REPORTERS,
    "follow-now": frozenset(EVERYBODY),  # a code opens one case, whoever has it
    "satisfaction": CASE_READERS,
    "step": CASE_READERS,
    "attach": CASE_READERS,
    "bulk-now": SIGNED_IN,
    "merge-now": CASE_READERS - {"walker"},  # staff of units and of the town alone
    "calendar-make": LINK_MAKERS,
    "calendar-revoke": LINK_MAKERS,
    **rooms.FORMS,
    **ledger_rooms.FORMS,
    **duty_rooms.FORMS,
    **assess_rooms.FORMS,
    "move-order": CASE_READERS - {"walker", "watcher", "keeper"},  # a unit's own staff alone
}
REFUSED = frozenset({403, 404})
ALSO_FOUND = {
    "file": 404,
    "calendar-revoke": 404,
    "sign-in-with": 404,
    "sign-in-back": 401,
    "end-session": 404,
    **rooms.NOT_THERE,
    **ledger_rooms.NOT_THERE,
    **duty_rooms.NOT_THERE,
    **assess_rooms.NOT_THERE,
}  # past the door, and there is no such thing


@pytest.fixture(scope="module")
def visitors(town: ConsoleTown) -> dict[str, Visitor]:
    """A browser of everybody, each signed in once."""
    return {NOBODY: town.visitor(), **{login: town.signed_in(login) for login in PEOPLE}}


@pytest.fixture(scope="module")
def names(town: ConsoleTown) -> dict[str, str]:
    """What stands in addresses."""
    case = town.report("sewer", "water on the street", "drum-1")
    return {
        "town": TOWN,
        "case": case["case"],
        "category": "noise",
        "name": "x",
        "number": "2026-000000",
        "reference": "x",
        "file": "x",
        "step": "none",
        **rooms.NAMES,
        **ledger_rooms.NAMES,
        **duty_rooms.NAMES,
        **assess_rooms.NAMES,
        "order": "none",
        "provider": "none-such",
    }


def _routes() -> dict[str, tuple[str, bool]]:
    """Every route of the console: endpoint → address, and whether it is a form."""
    app = console.build(console.ConsoleSettings(bytes(32)), console.WsgiCalls())
    own = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("pages.")]
    return {rule.endpoint.removeprefix("pages."): (rule.rule, "POST" in (rule.methods or ())) for rule in own}


ROUTES = _routes()


def test_every_route_has_its_line() -> None:
    """A new page without a word on who may see it fails here."""
    assert {endpoint for endpoint, (_, is_form) in ROUTES.items() if not is_form} == set(MAY)
    assert {endpoint for endpoint, (_, is_form) in ROUTES.items() if is_form} == set(FORMS)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("endpoint", sorted(MAY))
def test_only_those_who_may_see_a_page(
    visitors: dict[str, Visitor], names: dict[str, str], endpoint: str, who: str
) -> None:
    """Past the door, or sent to sign in, or refused by the service that owns what the page shows."""
    answer = visitors[who].get(_address(endpoint, names))
    _judge(answer.status_code, answer.headers.get("Location", ""), who in MAY[endpoint], endpoint)


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("endpoint", sorted(set(FORMS) - {"sign-in-now", "sign-out"}))
def test_only_those_who_may_send_a_form(
    visitors: dict[str, Visitor], names: dict[str, str], endpoint: str, who: str
) -> None:
    """As with pages: a form that was made up is asked of the service all the same."""
    seen_at = "/" if who == NOBODY else "/account"
    form = {
        "report-now": {"text": "", "channel": "app"},
        "attach": {"photographs": (BytesIO(b"no picture"), "a.png")},
    }.get(endpoint, {})
    answer = visitors[who].post(_address(endpoint, names), form, seen_at=seen_at)
    assert "too old" not in answer.text  # the seal was good
    _judge(answer.status_code, answer.headers.get("Location", ""), who in FORMS[endpoint], endpoint)


def _address(endpoint: str, names: dict[str, str]) -> str:
    rule = ROUTES[endpoint][0]
    for name, value in names.items():
        rule = rule.replace(f"<{name}>", value)
    return rule


def _judge(status: int, to: str, may: bool, endpoint: str) -> None:
    is_door = status == 303 and to.startswith("/sign-in")
    if may:
        assert not is_door, to
        assert (
            status < 400 or status in (400, 422) or status == ALSO_FOUND.get(endpoint) or endpoint == "asset"
        ), status
    else:
        assert is_door or status in REFUSED, (status, to)


def test_a_step_that_is_anothers_is_refused_and_says_whose_it_is(town: ConsoleTown) -> None:
    """The case's page lists it with the reason, and the form that somebody makes up is refused with the same words."""
    case = town.report("noise", "a drill", "drum-1")["case"]
    path = f"/towns/{TOWN}/cases/{case}"
    browser = town.signed_in("gas")
    page = browser.get(path)
    assert f'action="{path}/steps/settle"' not in page.text
    answer = browser.post(f"{path}/steps/settle", {"fact.result": "done"}, seen_at=path)
    assert answer.status_code == 403
    assert "is for" in answer.text
    assert town.case(case)["state"] == "accepted"


def test_a_hidden_link_is_no_wall(town: ConsoleTown) -> None:
    """A unit's staff that asks for another unit's deadlines gets its own."""
    page = town.signed_in("leader").get(f"/towns/{TOWN}/supervision/list?unit=t-cgz/gas-unit").text
    assert "gas" not in page.split("<main", 1)[1].split("<tbody", 1)[-1] or "none now" in page


def test_roles_are_switched_for_those_who_hold_them(town: ConsoleTown) -> None:
    """One that somebody else holds changes nothing: the first of the own ones stays in use."""
    roles = [{"role": "unit_staff", "unit": LEADER}, {"role": "supervisor"}]
    wanted = {"login": "double", "person": "double-1", "roles": roles}
    engineer = town.registry.issue_token("engineer", None, None, ("*",))
    town.time.wait_quiet()
    first = town.api("POST", f"/v1/towns/{TOWN}/accounts", engineer, wanted)["first_password"]
    browser = town.newly_signed_in("double", first)
    before = _acting_as(browser)
    account = browser.get("/account").text
    (held,) = re.findall(r'name="role" value="([^"]+)"', account)
    assert browser.post("/account/role", {"role": held}, seen_at="/account").status_code == 303
    assert {before, _acting_as(browser)} == {"unit staff", "supervisor"}
    browser.post("/account/role", {"role": "somebody-elses"}, seen_at="/account")
    assert _acting_as(browser) == before


def _acting_as(browser: Visitor) -> str:
    """The role that stands at the top of every page."""
    return browser.get("/account").text.split("<span><b>")[1].partition("</b>")[0]


def test_the_house_needs_no_more_than_its_address() -> None:
    """A console that nobody has joined to a house says that a part is away, and stays up."""
    app: Flask = console.build(console.ConsoleSettings(bytes(32)), console.WsgiCalls())
    client = app.test_client()
    assert client.get("/", headers={"Accept-Language": "en"}).status_code == 503
    assert client.get("/healthz").status_code == 200
    assert LEADER.startswith(TOWN)
    assert {role for role, _, _ in PEOPLE.values()} == set(Role)
