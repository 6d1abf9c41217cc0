"""The registry's routes: what they do, who may, and that no town reaches into another's."""

import logging
from itertools import product
from typing import Any

import pytest
import structlog

from services.registry.domain.members import Membership
from shared.flow.tokens import token_lookup
from shared.web.callers import hash_token
from tests.registry.house import TOWN, House, changed, files_of

UNIT = f"{TOWN}/town-grid-centre"
OTHER = "t-zq"
BODIES: dict[str, Any] = {
    "editions": {"files": {"t-vtc/pack.yaml": "x"}},
    "calendar": {"holidays": {"2027-01-01": "x"}},
    "members": {"unit": UNIT, "role": "unit_staff"},
    "absences": {"person": "p-1", "from": "2026-03-09T00:00:00Z", "until": "2026-03-10T00:00:00Z"},
    "grid-codes": {"street": "东门", "community": "卫民", "serial": 1},
    "tokens": {"role": "operator", "towns": [TOWN]},
    "jurisdictions": {"key": "k", "name": {"zh": "名"}},
    "resend": {},
}
TOWNS_ROUTES = [
    ("POST", "editions"),
    ("GET", "editions"),
    ("GET", "editions/" + "0" * 64),
    ("POST", "calendar"),
    ("GET", "calendar"),
    ("POST", "members"),
    ("GET", "members"),
    ("GET", "people/p-1"),
    ("DELETE", "people/p-1"),
    ("POST", "absences"),
    ("GET", "absences"),
    ("DELETE", "absences/a-1"),
    ("POST", "grid-codes"),
    ("GET", "grid-codes"),
    ("GET", "publications/refused"),
]
MAP_ROUTES = [("GET", "grids"), ("GET", "grids/at")]  # whoever works on the ground may look
PLATFORM_ROUTES = [
    ("POST", "tokens"),
    ("GET", "tokens"),
    ("DELETE", "tokens/0000"),
    ("POST", "jurisdictions"),
    ("GET", "jurisdictions"),
    ("POST", "resend"),
]
ROLES = ["reporter", "grid_worker", "unit_staff", "supervisor", "operator"]


def token_of(house: House, role: str, town: str) -> str:
    """A token of a role for a town."""
    return house.token(role, town, unit=f"{town}/u", person="p-x")


@pytest.fixture(scope="module")
def shared_house() -> House:
    """A house for tests that change nothing."""
    return House()


@pytest.mark.parametrize(("route", "role"), list(product(TOWNS_ROUTES + MAP_ROUTES, ROLES)))
def test_another_towns_routes_are_not_there(shared_house: House, route: tuple[str, str], role: str) -> None:
    """Route by route and role by role: a token of one town finds nothing of another's, and changes nothing."""
    method, rest = route
    body = BODIES.get(rest.partition("/")[0]) if method == "POST" else None
    answer = shared_house.ask(method, f"/v1/towns/{TOWN}/{rest}", token_of(shared_house, role, OTHER), body)
    assert answer.status_code == 404
    assert answer.get_json()["code"] == "not-found"


@pytest.mark.parametrize(("route", "role"), list(product(PLATFORM_ROUTES, ROLES)))
def test_the_platforms_routes_are_for_engineers(
    shared_house: House, route: tuple[str, str], role: str
) -> None:
    """No role of a town issues tokens, changes the tree or has messages sent again."""
    method, rest = route
    body = BODIES.get(rest.partition("/")[0]) if method == "POST" else None
    assert (
        shared_house.ask(method, f"/v1/{rest}", token_of(shared_house, role, TOWN), body).status_code == 403
    )


@pytest.mark.parametrize(("method", "rest"), TOWNS_ROUTES)
def test_staff_and_reporters_keep_out(shared_house: House, method: str, rest: str) -> None:
    """Rules, calendars and members are the operators'; staff, grid workers and reporters may not even look."""
    body = BODIES.get(rest.partition("/")[0]) if method == "POST" else None
    for role in ("reporter", "grid_worker", "unit_staff"):
        assert (
            shared_house.ask(
                method, f"/v1/towns/{TOWN}/{rest}", token_of(shared_house, role, TOWN), body
            ).status_code
            == 403
        )
    assert shared_house.ask(method, f"/v1/towns/{TOWN}/{rest}", None, body).status_code == 401


def test_a_pack_is_published_and_read_back() -> None:
    """201 with its number; the same again 200; the list and the edition show it with its files."""
    house = House()
    body = {"files": files_of(TOWN)}
    first = house.ask("POST", f"/v1/towns/{TOWN}/editions", house.operator, body)
    assert (first.status_code, first.get_json()["number"], first.get_json()["is_new"]) == (201, 1, True)
    again = house.ask("POST", f"/v1/towns/{TOWN}/editions", house.operator, body)
    assert (again.status_code, again.get_json()["is_new"]) == (200, False)
    (listed,) = house.ask("GET", f"/v1/towns/{TOWN}/editions", house.operator).get_json()["items"]
    assert (listed["standing"], listed["published_by"]) == ("in force", "p-operator")
    read = house.ask("GET", f"/v1/towns/{TOWN}/editions/{listed['edition']}", house.operator).get_json()
    assert read["files"] == files_of(TOWN)


def test_a_broken_pack_is_answered_with_every_fault() -> None:
    """422 as a problem, each fault with file, line, cause and remedy in both languages."""
    house = House()
    broken = changed("fallback: town-grid-centre", "fallback: nobody-there")
    answer = house.ask("POST", f"/v1/towns/{TOWN}/editions", house.operator, {"files": broken})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    said = answer.get_json()
    assert (said["code"], said["where"]["file"]) == ("pack-refused", f"{TOWN}/pack.yaml")
    fault = said["faults"][0]
    assert "nobody-there" in broken[fault["file"]].splitlines()[fault["line"] - 1]
    assert fault["cause"]["zh"]
    assert fault["remedy"]["en"]
    assert house.said("edition.") == []


def test_an_edition_may_be_set_for_later_and_returned_to() -> None:
    """An instant with its offset is taken; one that has passed is refused; a hash returns to what was before."""
    house = House()
    path = f"/v1/towns/{TOWN}/editions"
    first = house.ask("POST", path, house.operator, {"files": files_of(TOWN)}).get_json()
    later = {"files": changed(), "effective_at": "2026-03-10T08:00:00+08:00"}
    assert (
        house.ask("POST", path, house.operator, later).get_json()["effective_at"]
        == "2026-03-10T00:00:00.000000Z"
    )
    assert (
        house.ask("POST", path, house.operator, {**later, "effective_at": "2026-01-01T00:00:00Z"}).status_code
        == 422
    )
    assert (
        house.ask("POST", path, house.operator, {**later, "effective_at": "2026-03-10T08:00:00"}).status_code
        == 400
    )
    assert house.ask("POST", path, house.operator, {"edition": first["edition"]}).status_code == 409
    house.pass_time(days=2)
    assert house.ask("POST", path, house.operator, {"edition": first["edition"]}).get_json()["number"] == 3
    assert house.ask("POST", path, house.operator, {"edition": "0" * 64}).status_code == 404
    assert house.ask("POST", path, house.operator, {}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        [],
        {"files": []},
        {"files": {"a/b": 5}},
        {"files": {"a/b": None}},
        {"unknown": 1},
        {"files": {"../x": "y"}},
        {"files": {"a": "y"}},
    ],
)
def test_bodies_that_are_no_pack_are_refused(shared_house: House, body: Any) -> None:
    """Wrong types and unknown fields are 400, names that climb 422; nothing is published."""
    answer = shared_house.ask("POST", f"/v1/towns/{TOWN}/editions", shared_house.operator, body)
    assert answer.status_code in (400, 422)
    assert shared_house.said("edition.") == []


def test_a_body_beyond_measure_is_refused(shared_house: House) -> None:
    """Too many bytes are 413 before anything is read in earnest."""
    files = {"files": {"t-vtc/pack.yaml": "x" * (7 * 2**20)}}
    assert (
        shared_house.ask("POST", f"/v1/towns/{TOWN}/editions", shared_house.operator, files).status_code
        == 413
    )


def test_a_calendar_is_amended_and_read_back() -> None:
    """The list of days is the whole after the amendment; a day of two kinds is refused."""
    house = House()
    path = f"/v1/towns/{TOWN}/calendar"
    assert house.ask("GET", path, house.operator).get_json()["revision"] == 0
    body = {"holidays": {"2027-02-06": "春节"}, "make_up": {"2027-02-14": ""}, "years": [2027]}
    assert house.ask("POST", path, house.operator, body).status_code == 201
    assert house.ask("POST", path, house.operator, body).status_code == 200
    house.ask("POST", path, house.operator, {"ordinary": ["2027-02-14"]})
    read = house.ask("GET", path, house.operator).get_json()
    assert (read["revision"], read["holidays"], read["make_up"], read["years"]) == (
        2,
        {"2027-02-06": "春节"},
        {},
        [2027],
    )
    both = {"holidays": {"2027-02-06": "x"}, "make_up": {"2027-02-06": "x"}}
    assert house.ask("POST", path, house.operator, both).get_json()["code"] == "bad-calendar"
    for bad in (
        {"holidays": {"2027-02-30": "x"}},
        {"years": ["2027"]},
        {"years": [99999]},
        {"holidays": {"x": "y"}},
    ):
        assert house.ask("POST", path, house.operator, bad).status_code in (400, 422)


def test_members_are_listed_by_reference_and_read_one_by_one() -> None:
    """Lists show no names; reading one is for the town's operator and recorded; erasing leaves nobody."""
    house = House()
    body = {"unit": UNIT, "role": "unit_staff", "name": "王小明", "addresses": {"mail": "wang@example.org"}}
    person = house.ask("POST", f"/v1/towns/{TOWN}/members", house.operator, body).get_json()["person"]
    listed = house.ask("GET", f"/v1/towns/{TOWN}/members", house.operator)
    assert [item["person"] for item in listed.get_json()["items"]] == [person]
    assert "王小明" not in listed.text
    path = f"/v1/towns/{TOWN}/people/{person}"
    assert house.ask("GET", path, house.engineer).status_code == 403
    read = house.ask("GET", path, house.operator)
    assert read.get_json() == {"person": person, "name": "王小明", "addresses": {"mail": "wang@example.org"}}
    assert "p-operator" in house.everything_stored()
    assert (
        house.ask("GET", f"/v1/towns/{OTHER}/people/{person}", token_of(house, "operator", OTHER)).status_code
        == 404
    )
    assert house.ask("DELETE", path, house.operator).get_json() == {"places": 1}
    assert house.ask("GET", path, house.operator).status_code == 404
    assert house.ask("GET", f"/v1/towns/{TOWN}/members", house.operator).get_json()["items"] == []


def test_an_operator_appoints_in_the_own_town_only() -> None:
    """A unit of another jurisdiction in the body is refused, whatever the route says."""
    house = House()
    for unit in (f"{OTHER}/u", f"{TOWN}x/u", "no-slash"):
        body = {"unit": unit, "role": "unit_staff"}
        assert house.ask("POST", f"/v1/towns/{TOWN}/members", house.operator, body).status_code == 422
    for bad in (
        {"unit": UNIT, "role": "engineer"},
        {"unit": UNIT, "role": "unit_staff", "addresses": {"mail": 5}},
        {"unit": UNIT, "role": "unit_staff", "held": "yes"},
    ):
        assert house.ask("POST", f"/v1/towns/{TOWN}/members", house.operator, bad).status_code == 400
    assert house.said("membership.") == []


LISTS = {  # path → by what its rows are told apart
    f"/v1/towns/{TOWN}/members": "person",
    f"/v1/towns/{TOWN}/absences": "absence",
    f"/v1/towns/{TOWN}/grid-codes": "text",
    f"/v1/towns/{TOWN}/publications/refused": "at",
    "/v1/jurisdictions": "key",
    "/v1/tokens": "reference",
}


def filled(house: House, number: int) -> House:
    """A house of which each list holds at least so many rows."""
    staff = house.token("unit_staff", TOWN, unit=UNIT, person="p-staff")
    for each in range(number):
        house.registry.members.set(TOWN, Membership(f"p-{each}", UNIT, "unit_staff"))
        absence = {**BODIES["absences"], "person": f"p-{each}", "until": "2026-04-01T00:00:00Z"}
        for path, who, body in (
            (f"/v1/towns/{TOWN}/absences", house.operator, absence),
            (f"/v1/towns/{TOWN}/grid-codes", house.operator, {**BODIES["grid-codes"], "serial": each + 1}),
            ("/v1/jurisdictions", house.engineer, {**BODIES["jurisdictions"], "key": f"k-{each}"}),
            ("/v1/tokens", house.engineer, BODIES["tokens"]),
        ):
            assert house.ask("POST", path, who, body).status_code in (200, 201)
        assert house.ask("POST", f"/v1/towns/{TOWN}/editions", staff, {}).status_code == 403
        house.pass_time(minutes=1)
    return house


def test_long_lists_come_in_pages() -> None:
    """Each is read page by page without gaps or repetitions; a cursor fits its own list alone, an empty one none."""
    house, cursors = filled(House(), 7), []
    for path, key in LISTS.items():
        seen: list[str] = []
        pages: list[Any] = [{"next": None}]
        while pages[-1]["next"] is not None or len(pages) == 1:
            more = {"cursor": pages[-1]["next"]} if pages[-1]["next"] else {}
            pages.append(house.ask("GET", path, whose(house, path), limit=3, **more).get_json())
            seen += [item[key] for item in pages[-1]["items"]]
        assert len(seen) == len(set(seen)) >= 7, path
        cursors += [(path, page["next"]) for page in pages if page["next"]]
    for path, (other, cursor) in product(LISTS, [*cursors, ("none", "")]):
        answer = house.ask("GET", path, whose(house, path), cursor=cursor)
        assert answer.status_code == (200 if path == other else 400), (path, other)
        assert path == other or answer.get_json()["code"] == "bad-cursor"


def test_a_cursor_holds_for_its_filters_alone() -> None:
    """Carried over to another unit's, person's or kind's rows it is refused: it would lead into another list."""
    house = filled(House(), 3)
    for rest, filters in (
        ("members", {"unit": UNIT}),
        ("absences", {"which": "all"}),
        ("publications/refused", {"what": "publication"}),
    ):
        path = f"/v1/towns/{TOWN}/{rest}"
        cursor = house.ask("GET", path, house.operator, limit=1, **filters).get_json()["next"]
        assert house.ask("GET", path, house.operator, cursor=cursor, **filters).status_code == 200
        assert house.ask("GET", path, house.operator, cursor=cursor).status_code == 400


def whose(house: House, path: str) -> str:
    """The token of somebody who may read a list."""
    return house.operator if "towns" in path else house.engineer


def test_a_token_is_issued_used_and_revoked() -> None:
    """It stands in the answer to its issue and in no list; revoked, it opens nothing at once."""
    house = House()
    body = {"role": "operator", "towns": [TOWN], "person": "p-1", "label": "town hall"}
    made = house.ask("POST", "/v1/tokens", house.engineer, body).get_json()
    assert house.ask("GET", f"/v1/towns/{TOWN}/calendar", made["token"]).status_code == 200
    listed = house.ask("GET", "/v1/tokens", house.engineer)
    assert made["token"] not in listed.text
    assert hash_token(made["token"]) not in listed.text
    assert made["reference"] in listed.text
    assert house.ask("DELETE", f"/v1/tokens/{made['reference']}", house.engineer).get_json() == {
        "was_valid": True
    }
    assert house.ask("GET", f"/v1/towns/{TOWN}/calendar", made["token"]).status_code == 401
    assert token_lookup(house.store)(hash_token(made["token"])) is None
    for bad in ({"role": "king", "towns": [TOWN]}, {"role": "operator", "towns": []}):
        assert house.ask("POST", "/v1/tokens", house.engineer, bad).status_code == 400
    assert (
        house.ask("POST", "/v1/tokens", house.engineer, {"role": "operator", "towns": ["*"]}).status_code
        == 422
    )


def test_no_log_line_shows_a_name_an_address_or_a_token(caplog: pytest.LogCaptureFixture) -> None:
    """Refusals and failures are logged by code and reference."""
    lines: list[dict[str, Any]] = []

    def keep(_logger: Any, _method: str, event: Any) -> Any:
        lines.append(dict(event))
        raise structlog.DropEvent

    house = House()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, keep])
    try:
        with caplog.at_level(logging.DEBUG):
            house.ask(
                "POST",
                f"/v1/towns/{TOWN}/members",
                house.operator,
                {
                    "unit": UNIT,
                    "role": "unit_staff",
                    "name": "王小明",
                    "addresses": {"mail": "wang@example.org\nBcc: x"},
                },
            )
            house.ask(
                "POST",
                f"/v1/towns/{TOWN}/members",
                house.operator,
                {
                    "unit": f"{OTHER}/u",
                    "role": "unit_staff",
                    "name": "王小明",
                    "addresses": {"mail": "wang@example.org"},
                },
            )
            house.ask("GET", f"/v1/towns/{OTHER}/members", house.operator)
            house.ask("GET", f"/v1/towns/{TOWN}/members", "secret-token-that-is-wrong")
    finally:
        structlog.configure(**before)
    said = str(lines) + caplog.text
    assert lines
    for hidden in ("王小明", "wang@", house.operator, "secret-token-that-is-wrong"):
        assert hidden not in said
