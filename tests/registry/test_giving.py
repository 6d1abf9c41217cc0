"""A token gives no more than it has, nothing for ever, and never without a record of who gave it."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.giving import TokenLife, check_gift
from services.registry.domain.tokens import Scope
from services.registry.store.tables import jurisdictions, token_events
from shared.flow.deployment import MOST_TOKEN_DAYS, TOKEN_DAYS, read_token_days
from shared.kernel.instants import format_instant, parse_instant
from shared.kernel.problems import Problem
from shared.web.callers import EVERYWHERE, Caller, Role, hash_token, reference_of
from tests.notify.samples import NOON
from tests.registry.house import TOWN, House

OTHER = "t-zq"
YEAR = timedelta(days=TOKEN_DAYS)


@pytest.fixture
def house() -> House:
    return House()


def towns_engineer(house: House) -> str:
    """The token of an engineer of one town."""
    return house.token("engineer", TOWN, person="p-towns-engineer")


def issued(house: House, token: str, **wanted: Any) -> Any:
    """What issuing a token comes to: status and body."""
    answer = house.ask("POST", "/v1/tokens", token, {"role": "operator", "towns": [TOWN], **wanted})
    return answer.status_code, answer.get_json()


@pytest.mark.parametrize(
    "wanted",
    [
        {"role": "engineer", "towns": [EVERYWHERE]},
        {"towns": [OTHER]},
        {"towns": [TOWN, OTHER]},
        {"role": "unit_staff", "unit": f"{OTHER}/u"},
        {"role": "unit_staff", "unit": f"{OTHER}.village/u"},
    ],
)
def test_an_engineer_of_one_town_gives_nothing_of_another(house: House, wanted: dict[str, Any]) -> None:
    """Neither all towns, nor another, nor one more, nor a unit whose inbox is another town's: 403, and no token."""
    before = len(house.said("token."))
    status, body = issued(house, towns_engineer(house), **wanted)
    assert (status, body["code"]) == (403, "token-beyond-giver")
    assert len(house.said("token.")) == before + 1  # the engineer's own


def test_an_engineer_of_one_town_gives_and_takes_there(house: House) -> None:
    """Within the own town tokens are issued and revoked; the platform's are as if they were not there."""
    status, made = issued(house, towns_engineer(house), role="unit_staff", unit=f"{TOWN}/u", person="p-1")
    assert status == 201
    revoke = f"/v1/tokens/{made['reference']}"
    assert house.ask("DELETE", revoke, towns_engineer(house)).get_json() == {"was_valid": True}
    for beyond in (house.engineer, house.token("operator", OTHER), house.token("operator", TOWN, OTHER)):
        path = f"/v1/tokens/{reference_of(hash_token(beyond))}"
        assert house.ask("DELETE", path, towns_engineer(house)).status_code == 404
        assert house.ask("GET", f"/v1/towns/{OTHER}/calendar", beyond).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1/tokens", None),
        ("POST", "/v1/jurisdictions", {"key": OTHER, "name": {"en": "renamed"}}),
        ("GET", "/v1/jurisdictions", None),
        ("POST", "/v1/resend", {}),
        ("POST", "/v1/resend", {"towns": [TOWN]}),
        ("GET", "/v1/audit/tokens", None),
        ("GET", "/v1/audit/identities", None),
    ],
)
def test_what_is_the_platforms_asks_for_every_town(house: House, method: str, path: str, body: Any) -> None:
    """Lists of all tokens, the tree, sending again and the records: the role alone opens none of them."""
    answer = house.ask(method, path, towns_engineer(house), body)
    assert (answer.status_code, answer.get_json()["code"]) == (403, "some-towns-only")
    with house.store.read() as conn:
        assert conn.execute(jurisdictions.select().where(jurisdictions.c.key == OTHER)).all() == []
    assert house.ask(method, path, house.engineer, body).status_code < 300


SCOPES = st.builds(
    lambda role, towns, unit: Scope(role.value, tuple(towns), f"{unit}/u" if unit else None),
    st.sampled_from(Role),
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True) | st.just([EVERYWHERE]),
    st.sampled_from([None, "a", "b", "c"]),
)


@given(st.sampled_from(Role), st.lists(st.sampled_from(["a", "b", "*"]), min_size=1, unique=True), SCOPES)
def test_whatever_is_given_lies_within_the_givers_reach(role: Role, towns: list[str], scope: Scope) -> None:
    """For every giver and every scope: what passes has no higher role, and reaches no town that the giver does not."""
    giver = Caller(role, None, "p", tuple(towns))
    try:
        check_gift(scope, giver)
    except Problem:
        return  # who may give what is said by example above
    got = Caller(Role(scope.role), scope.unit, None, scope.towns)
    assert list(Role).index(got.role) <= list(Role).index(role)
    for town, unit in product(["a", "b", "c", "d"], [scope.unit]):
        assert giver.reaches(town) or not got.reaches(town)
        assert unit is None or giver.reaches(unit.partition("/")[0])


def test_a_token_has_a_longest_lifetime(house: House) -> None:
    """Without an end it lives as long as a token may; what should live longer is refused with the latest instant."""
    _, made = issued(house, house.engineer)
    assert parse_instant(made["valid_until"]) == NOON + YEAR
    status, body = issued(
        house, house.engineer, valid_until=format_instant(NOON + YEAR + timedelta(seconds=1))
    )
    assert (status, body["code"]) == (422, "token-too-long")
    assert format_instant(NOON + YEAR) in body["cause"]
    assert issued(house, house.engineer, valid_until=format_instant(NOON + YEAR))[0] == 201
    with pytest.raises(Problem, match="token-too-long"):
        house.registry.tokens.issue(Scope("operator", (TOWN,), valid_until=NOON + YEAR * 2))
    house.pass_time(days=TOKEN_DAYS)
    assert house.ask("GET", f"/v1/towns/{TOWN}/calendar", made["token"]).status_code == 401


def test_what_a_token_gave_does_not_outlast_it(house: House) -> None:
    """Whoever holds a token for an hour gives none for a year, and no end means the giver's own."""
    ends = NOON + timedelta(hours=1)
    own = house.registry.tokens.issue(Scope("engineer", (EVERYWHERE,), None, "p", ends)).token
    assert issued(house, own, valid_until=format_instant(ends + timedelta(seconds=1)))[0] == 422
    assert parse_instant(issued(house, own)[1]["valid_until"]) == ends


def test_tokens_of_a_simulated_house_live_as_long_as_it_does(house: House) -> None:
    """Years pass there within a run."""
    fresh = House()
    fresh.store.make_simulated(NOON)
    assert fresh.registry.tokens.issue(Scope("operator", (TOWN,))).scope.valid_until is None
    assert TokenLife(None).bound(Scope("operator", (TOWN,)), NOON, None).valid_until is None


@pytest.mark.parametrize("given", ["0", "-1", "731", "ten", "1.5", "", "٣", "9" * 40])
def test_the_longest_lifetime_is_a_setting_with_a_bound(given: str) -> None:
    """One to seven hundred and thirty days; anything else stops the start and names the setting."""
    with pytest.raises(Problem) as refused:
        read_token_days({"GRIDCASE_TOKEN_DAYS": given})
    assert refused.value.where == {"setting": "GRIDCASE_TOKEN_DAYS"}
    assert read_token_days({}) == TOKEN_DAYS
    assert read_token_days({"GRIDCASE_TOKEN_DAYS": str(MOST_TOKEN_DAYS)}) == MOST_TOKEN_DAYS


def test_issuing_and_revoking_are_on_record(house: House) -> None:
    """Which token, whose, and from where; the command line as itself. Newest first, page by page."""
    engineer, reference = house.engineer, reference_of(hash_token(house.engineer))
    _, made = issued(house, engineer)
    for _ in range(2):  # what is revoked already is not revoked again
        house.ask("DELETE", f"/v1/tokens/{made['reference']}", engineer)
    by = {"role": "engineer", "unit": None, "person": "p-engineer", "token": reference, "client": "127.0.0.1"}
    page = house.ask("GET", "/v1/audit/tokens", engineer, limit=2).get_json()
    assert [(each["what"], each["reference"], each["by"]) for each in page["items"]] == [
        ("token-revoked", made["reference"], by),
        ("token-issued", made["reference"], by),
    ]
    (first,) = house.ask("GET", "/v1/audit/tokens", engineer, cursor=page["next"]).get_json()["items"]
    assert (first["reference"], set(first["by"].values())) == (reference, {None})
    assert made["token"] not in house.everything_stored()


def test_a_token_that_could_not_be_announced_left_no_record(house: House) -> None:
    """The record stands in the transaction of what it tells of: a refused gift is no gift."""
    before = count(house)
    issued(house, house.engineer, role="operator", towns=[EVERYWHERE])
    assert count(house) == before + 1  # the engineer's own


def count(house: House) -> int:
    with house.store.read() as conn:
        return len(conn.execute(token_events.select()).all())


def test_reading_an_identity_is_on_record_with_token_person_and_address(house: House) -> None:
    """Who read whose name, by which token and from where; a token that names nobody reads none, and leaves none."""
    answer = house.ask(
        "POST",
        f"/v1/towns/{TOWN}/members",
        house.operator,
        {"unit": f"{TOWN}/u", "role": "unit_staff", "name": "A"},
    )
    path = f"/v1/towns/{TOWN}/people/{answer.get_json()['person']}"
    nobody = house.ask("GET", path, house.token("operator", TOWN))
    assert (nobody.status_code, nobody.get_json()["code"]) == (403, "person-missing")
    assert house.ask("GET", path, house.operator).status_code == 200
    (reading,) = house.ask("GET", "/v1/audit/identities", house.engineer).get_json()["items"]
    assert (reading["town"], f"/people/{reading['person']}" in path) == (TOWN, True)
    assert reading["by"] == {
        "role": "operator",
        "unit": None,
        "person": "p-operator",
        "token": reference_of(hash_token(house.operator)),
        "client": "127.0.0.1",
    }


def test_a_refused_publication_names_the_token(house: House) -> None:
    """The list of refused attempts says by which token and from where each was tried."""
    staff = house.token("unit_staff", TOWN, unit=f"{TOWN}/u", person="p-staff")
    assert house.ask("POST", f"/v1/towns/{TOWN}/editions", staff, {"files": {}}).status_code == 403
    (refused,) = house.ask("GET", f"/v1/towns/{TOWN}/publications/refused", house.operator).get_json()[
        "items"
    ]
    assert (refused["token"], refused["client"]) == (reference_of(hash_token(staff)), "127.0.0.1")
