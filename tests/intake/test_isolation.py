"""Every route × town × role: made from the application's own map of routes, so that a new route is tested at
once."""

import io
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from services.intake.store import tables
from shared.web.callers import Role
from shared.web.reach import Access, Reach
from tests.intake.house import PEOPLE, House
from tests.intake.town import OTHER_TOWN, TOWN

BODIES: dict[str, dict[str, Any]] = {
    "report": {"json": {"category": "ditch", "channel": "app", "place": "east-1", "text": "t"}},
    "report_bulk": {
        "json": {"cases": [{"category": "ditch", "channel": "app", "place": "east-1", "text": "t"}]}
    },
    "take_step": {"json": {"step": "settle", "facts": {"result": "r"}}},
    "move_order": {"json": {"move": "accept"}},
    "assign": {"json": {"person": None}},
    "choose_home": {"json": {"place": "east-1"}},
    "propose": {"json": {"text": "t"}},
    "confirm": {"json": {}},
    "dismiss": {"json": {"reason": "r"}},
    "merge": {"json": {"into": "2026-000001"}},
    "preview_merge": {"query_string": {"into": "2026-000001"}},
    "satisfaction": {"json": {"satisfied": True}},
    "follow": {"json": {"number": "2026-000001", "code": "00000-00000"}},
}
HOUSE = ["/healthz", "/metrics", "/openapi.json"]
OPEN = {"intake.publications", "intake.names", "intake.papers", "intake.follow"}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


@pytest.fixture(scope="module")
def names(house: House) -> dict[str, str]:
    """Things of the town that a stranger could ask for by their true names."""
    case = house.report(reporter={"name": "A"})
    house.route(case)
    data = {"file": (io.BytesIO(b"%PDF-1"), "a.pdf", "application/pdf")}
    made = house.call("POST", f"/v1/towns/{TOWN}/cases/{case}/attachments", "citizen", data=data)
    order = house.view(case)["work_orders"][0]["id"]
    return {"town": TOWN, "case": case, "attachment": made.json["id"], "order": order, "ref": "citizen-1"}


def access(house: House, rule: Rule) -> Access:
    return house.service.app.view_functions[rule.endpoint].access  # type: ignore[attr-defined,no-any-return]


def routes(house: House) -> list[tuple[Rule, str]]:
    """Those within a town; the platform's own are swept over all services in tests/house."""
    rules = [rule for rule in house.service.app.url_map.iter_rules() if "town" in rule.arguments]
    return [(rule, method) for rule in rules for method in sorted(rule.methods - {"HEAD", "OPTIONS"})]


def call(house: House, rule: Rule, method: str, names: dict[str, str], who: str | None) -> int:
    path = rule.rule
    for name in rule.arguments:
        path = path.replace(f"<{name}>", names.get(name, "guessed"))
    return house.call(method, path, who, **BODIES.get(rule.endpoint.partition(".")[2], {})).status_code


def state(house: House) -> str:
    return str(
        [house.rows(table) for table in (tables.cases, tables.orders, tables.identities, tables.attachments)]
    )


def test_the_map_has_routes_and_every_one_names_its_town(house: House) -> None:
    """Nothing of intake's lies outside a town but what a platform's engineer alone may ask, and the house's door."""
    assert len(routes(house)) >= 14
    outside = [rule for rule in house.service.app.url_map.iter_rules() if "town" not in rule.arguments]
    assert [rule.rule for rule in outside if access(house, rule).reach is not Reach.PLATFORM] == HOUSE


def test_another_town_finds_nothing_anywhere(house: House, names: dict[str, str]) -> None:
    """Whatever the route and the role: with a token of another town, every true name is 404, and nothing
    moves."""
    before = state(house)
    for rule, method in routes(house):
        if rule.endpoint not in OPEN:
            assert call(house, rule, method, names, "stranger") == 404, rule.rule
    assert state(house) == before


def test_true_names_do_not_work_under_another_town(house: House, names: dict[str, str]) -> None:
    """A token of another town finds nothing either when it smuggles true names under its own town's path."""
    before = state(house)
    for rule, method in routes(house):
        if rule.arguments > {"town"}:
            status = call(house, rule, method, {**names, "town": OTHER_TOWN}, "stranger")
            assert status in (403, 404), rule.rule
    assert state(house) == before


def test_guessed_names_are_not_found(house: House, names: dict[str, str]) -> None:
    """Guesses at the things of one's own town end in 404 for every role that may use the route at all."""
    guessed = {**dict.fromkeys(names, "guessed"), "town": TOWN}
    for rule, method in routes(house):
        for who in PEOPLE:
            if rule.arguments > {"town"} and who != "stranger":
                assert call(house, rule, method, guessed, who) in (403, 404), (rule.rule, who)


def test_roles_are_held_by_every_route(house: House, names: dict[str, str]) -> None:
    """A role that a route does not name gets 403, one without a token 401, on the true names of the own
    town."""
    for rule, method in routes(house):
        allowed = access(house, rule).roles
        if not allowed:
            assert rule.endpoint in OPEN
            continue
        assert call(house, rule, method, names, None) == 401, rule.rule
        for who, (role, *_) in PEOPLE.items():
            if Role(role) not in allowed and who != "stranger":
                assert call(house, rule, method, names, who) == 403, (rule.rule, who)


def test_asking_in_vain_is_counted(house: House, names: dict[str, str]) -> None:
    """Refusals to reach another town and guesses are figures that somebody can watch."""
    read = house.metrics.registry.get_sample_value
    before = read("gridcase_denied_total", {"service": "intake", "reason": "other-town"}) or 0
    house.call("GET", f"/v1/towns/{TOWN}/cases/{names['case']}", "stranger")
    assert read("gridcase_denied_total", {"service": "intake", "reason": "other-town"}) == before + 1
    house.call("GET", f"/v1/towns/{TOWN}/cases/guessed", "station")
    assert (read("gridcase_denied_total", {"service": "intake", "reason": "unknown-case"}) or 0) >= 1


def test_ids_smuggled_through_other_parameters_lead_nowhere(house: House, names: dict[str, str]) -> None:
    """A town in the query, a case in the body, an encoded slash: only the path's own town counts."""
    case = names["case"]
    tries = [
        ("GET", f"/v1/towns/{OTHER_TOWN}/cases/{case}?town={TOWN}", {}),
        ("GET", f"/v1/towns/{OTHER_TOWN}/cases?unit={TOWN}/centre", {}),
        ("GET", f"/v1/towns/{OTHER_TOWN}%2F..%2F{TOWN}/cases/{case}", {}),
        ("GET", f"/v1/towns/{OTHER_TOWN}/../{TOWN}/cases/{case}", {}),
        ("POST", f"/v1/towns/{OTHER_TOWN}/cases/{case}/steps", {"json": {"step": "settle", "town": TOWN}}),
        ("GET", f"/v1/towns/{TOWN}%00/cases/{case}", {}),
    ]
    for method, path, more in tries:
        answer = house.call(method, path, "stranger", **more)
        assert answer.status_code in (400, 404) or answer.json["cases"] == [], path
        assert case not in answer.text
