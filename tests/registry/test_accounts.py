"""Accounts: given as tokens are, no more than the giver has; each town changes its own roles; nothing is left open."""

from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.accounts import AccountRole, check_roles, held_roles, is_within
from services.registry.domain.passwords import SHORTEST, check_password
from services.registry.handlers.accounts import NewAccount
from shared.flow.deployment import read_session_life
from shared.kernel.problems import Problem
from shared.kernel.session_life import SessionLife
from shared.web.callers import Caller, Role
from tests.notify.samples import NOON
from tests.registry.house import TOWN
from tests.registry.sessions import LOGIN, PASSWORD, SignedInHouse

OTHER = "t-zq"
BAD_NUMBERS = ("0", "x", "9999", "-1")
ACCOUNTS = f"/v1/towns/{TOWN}/accounts"


@pytest.fixture
def house() -> SignedInHouse:
    return SignedInHouse()


def towns_engineer(house: SignedInHouse, town: str = TOWN) -> str:
    """The token of an engineer of one town."""
    return house.token("engineer", town, person=f"p-engineer-{town}")


def added(house: SignedInHouse, token: str, town: str = TOWN, **wanted: Any) -> Any:
    """What giving an account comes to: status and body."""
    body = {"login": LOGIN, "roles": [{"role": "operator"}], **wanted}
    answer = house.ask("POST", f"/v1/towns/{town}/accounts", token, body)
    return answer.status_code, answer.get_json()


def test_an_account_is_given_with_a_password_that_is_shown_once(house: SignedInHouse) -> None:
    """It stands in the answer and in no list or row; its holder signs in with it and chooses another."""
    status, made = added(house, towns_engineer(house), name="Lan")
    assert (status, made["login"], made["must_change_password"]) == (201, LOGIN, True)
    assert made["roles"] == [{"role": "operator", "unit": None}]
    assert made["first_password"] not in house.everything_stored()
    shown = house.ask("GET", f"{ACCOUNTS}/{LOGIN}", towns_engineer(house)).get_json()
    assert shown == {name: value for name, value in made.items() if name != "first_password"}
    assert house.sign_in(password=made["first_password"]).get_json()["person"]["name"] == "Lan"
    assert "Lan" not in house.ask("GET", ACCOUNTS, towns_engineer(house)).text


@pytest.mark.parametrize(
    ("roles", "code"),
    [
        ([{"role": "unit_staff", "unit": f"{OTHER}/u"}], "other-towns-unit"),
        ([{"role": "unit_staff"}], "bad-token-scope"),
        ([{"role": "mayor"}], "invalid-input"),
        ([], "invalid-input"),
    ],
)
def test_roles_that_make_no_sense_are_refused(house: SignedInHouse, roles: Any, code: str) -> None:
    """As for tokens: staff speak for a unit of the town, an account is something; and no account is left."""
    assert added(house, house.engineer, roles=roles)[1]["code"] == code
    assert house.ask("GET", ACCOUNTS, house.engineer).get_json()["items"] == []


def test_accounts_are_for_those_who_may_issue_tokens(house: SignedInHouse) -> None:
    """An operator gives none, an engineer of one town none of another: that town is not there."""
    assert added(house, house.operator)[0] == 403
    assert added(house, towns_engineer(house), OTHER)[0] == 404


ROLES = st.lists(
    st.builds(AccountRole, st.sampled_from([role.value for role in Role]), st.sampled_from(["a", "b"]))
)


@given(st.sampled_from(Role), st.lists(st.sampled_from(["a", "b"]), min_size=1, unique=True), ROLES)
def test_whatever_is_given_lies_within_the_givers_reach(
    role: Role, towns: list[str], roles: list[AccountRole]
) -> None:
    """For every giver and all roles: what passes has no higher role, and reaches no town that the giver does not."""
    giver = Caller(role, None, "p", tuple(towns))
    try:
        given_roles = check_roles(roles, "p", NOON, giver)
    except Problem:
        return  # who may give what is said by example
    assert is_within(given_roles, giver)
    assert all(held.town in towns and Role(held.role).rank <= role.rank for held in given_roles)


@given(ROLES)
def test_what_an_account_is_is_all_of_its_roles_and_nothing_more(roles: list[AccountRole]) -> None:
    """One choice for each role, with all its towns; ids tell them apart."""
    held = held_roles(dict.fromkeys(roles))
    assert {AccountRole(each.role, town, each.unit) for each in held for town in each.towns} == set(roles)
    assert len({each.id for each in held}) == len({(each.role, each.unit) for each in held}) == len(held)


def test_an_account_of_two_towns_is_changed_by_each_for_itself(house: SignedInHouse) -> None:
    """Neither sees nor takes what it is in the other; what concerns the account itself takes the reach over both."""
    house.give()
    both = house.token("engineer", TOWN, OTHER, person="p-both")
    assert added(house, both, OTHER)[1]["first_password"] is None
    here, there = towns_engineer(house), towns_engineer(house, OTHER)
    path, other = f"{ACCOUNTS}/{LOGIN}", f"/v1/towns/{OTHER}/accounts/{LOGIN}"
    changed = house.ask("PATCH", path, here, {"roles": [{"role": "supervisor"}]})
    assert changed.get_json()["roles"] == [{"role": "supervisor", "unit": None}]
    assert house.ask("GET", other, there).get_json()["roles"] == [{"role": "operator", "unit": None}]
    for change in ({"reset_password": True}, {"disabled": True}, {"name": "Mei"}):
        refused = house.ask("PATCH", path, here, change)
        assert (refused.status_code, refused.get_json()["code"]) == (403, "account-beyond-giver")
    assert house.sign_in().status_code == 201
    assert house.ask("DELETE", path, here).status_code == 204
    assert house.ask("GET", path, here).status_code == 404
    (left,) = house.in_session("GET", "/v1/session", house.secret()).get_json()["roles"]
    assert (left["role"], left["towns"]) == ("operator", [OTHER])
    assert house.ask("PATCH", other, both, {"reset_password": True}).get_json()["first_password"]
    assert house.sign_in().status_code == 401


def test_a_login_of_a_town_beyond_the_own_reach_is_taken(house: SignedInHouse) -> None:
    """Nobody draws another town's person into the own, nor learns more than that the login is taken."""
    house.give(AccountRole("operator", OTHER))
    status, body = added(house, towns_engineer(house))
    assert (status, body["code"]) == (409, "login-taken")
    assert added(house, house.engineer)[0] == 201
    assert added(house, house.engineer)[0] == 409


def test_whoever_loses_a_role_or_the_account_is_out_at_once(house: SignedInHouse) -> None:
    """Sessions end with their tokens; a role more ends nothing."""
    house.give()
    path, engineer = f"{ACCOUNTS}/{LOGIN}", towns_engineer(house)
    more = {"roles": [{"role": "operator"}, {"role": "supervisor"}]}
    fewer = {"roles": [{"role": "supervisor"}]}
    for method, change, ends in (
        ("PATCH", more, False),
        ("PATCH", fewer, True),
        ("PATCH", {"disabled": True}, True),
        ("PATCH", {"disabled": False}, False),
        ("DELETE", None, True),
    ):
        if change == {"disabled": False}:
            assert house.ask(method, path, engineer, change).status_code == 200
            continue
        secret = house.secret()
        token = house.short_token(secret)
        assert house.ask(method, path, engineer, change).status_code in (200, 204)
        got = house.in_session("GET", "/v1/session", secret).status_code
        assert got == (401 if ends else 200), (method, change)
        assert house.ask("GET", f"/v1/towns/{TOWN}/members", token).status_code == got
    shown = house.ask("GET", path, engineer).get_json()
    assert (shown["disabled"], shown["roles"]) == (True, [{"role": "supervisor", "unit": None}])
    assert house.sign_in().status_code == 401


def test_a_reset_password_is_a_first_one_again(house: SignedInHouse) -> None:
    """The old one opens nothing, its sessions have ended, and the new one is good for choosing another."""
    house.give()
    secret = house.secret()
    reset = house.ask("PATCH", f"{ACCOUNTS}/{LOGIN}", towns_engineer(house), {"reset_password": True})
    assert house.in_session("GET", "/v1/session", secret).status_code == 401
    assert house.sign_in().status_code == 401
    fresh = house.secret(password=reset.get_json()["first_password"])
    assert house.in_session("GET", "/v1/session", fresh).get_json()["must_change_password"] is True


def test_whoever_is_erased_signs_in_no_more(house: SignedInHouse) -> None:
    """With the identity the account goes, its name and its sessions; an account that another town has stays there."""
    person = house.registry.members.set(TOWN, place(f"{TOWN}/u"), name="Lan")
    house.registry.accounts.add(TOWN, NewAccount("one", (AccountRole("operator", TOWN),), "Lan", person))
    first = house.registry.accounts.add(
        TOWN, NewAccount("two", (AccountRole("operator", TOWN),), "Lan", person)
    ).first_password
    house.registry.accounts.add(OTHER, NewAccount("two", (AccountRole("operator", OTHER),)))
    secret = house.secret("two", str(first))
    answer = house.ask("DELETE", f"/v1/towns/{TOWN}/people/{person}", house.operator)
    assert answer.status_code == 200
    assert house.in_session("GET", "/v1/session", secret).status_code == 401
    accounts = {each.login: each for each in house.registry.account_views.everybody(None, 10)}
    assert accounts["one"].disabled
    assert not accounts["two"].disabled
    assert [held.town for held in accounts["two"].roles] == [OTHER]
    with house.store.read() as conn:
        kept = house.registry.accounts.accounts.find(conn, "one")
    assert kept is not None
    assert kept.sealed_name is None


def place(unit: str) -> Any:
    from services.registry.domain.members import Membership

    return Membership("", unit, "operator")


def test_accounts_are_listed_page_by_page(house: SignedInHouse) -> None:
    """By login, each once."""
    for login in ("c", "a", "b"):
        house.registry.accounts.add(TOWN, NewAccount(login, (AccountRole("operator", TOWN),)))
    engineer = towns_engineer(house)
    first = house.ask("GET", ACCOUNTS, engineer, limit=2).get_json()
    rest = house.ask("GET", ACCOUNTS, engineer, limit=2, cursor=first["next"]).get_json()
    assert [each["login"] for each in [*first["items"], *rest["items"]]] == ["a", "b", "c"]
    assert rest["next"] is None


def test_what_becomes_of_accounts_is_on_record(house: SignedInHouse) -> None:
    """Who gave, changed and took it, by which token and from where."""
    engineer = towns_engineer(house)
    added(house, engineer)
    path = f"{ACCOUNTS}/{LOGIN}"
    for change in ({"roles": [{"role": "supervisor"}]}, {"reset_password": True}, {"disabled": True}):
        house.ask("PATCH", path, engineer, change)
    page = house.ask("GET", "/v1/audit/accounts", house.engineer).get_json()["items"]
    assert [each["what"] for each in page] == [
        "account-disabled",
        "password-reset",
        "account-roles",
        "account-added",
    ]
    assert {(each["login"], each["by_person"], each["client"]) for each in page} == {
        (LOGIN, f"p-engineer-{TOWN}", "127.0.0.1")
    }


@pytest.mark.parametrize(
    "password",
    [
        "short",
        "a" * (SHORTEST - 1) + "b",
        "1234567890",
        "9876543210",
        "abcdefghijkl",
        "Password123",
        "ＰＡＳＳＷＯＲＤ１２３",
        "woaini1314520",
        "qwertyuiop1",
        "zaq12wsxcde3",
        "lan likes rivers",
        "x" * 201,
    ],
)
def test_passwords_that_are_guessed_first_are_refused(password: str) -> None:
    """Too short or too long, a run, few different characters, a keyboard's row, among the commonest however written and
    whatever is added to them, or the login.
    """
    with pytest.raises(Problem, match="bad-password"):
        check_password(password, LOGIN)


@pytest.mark.parametrize(
    "password", [PASSWORD, "榆树下的安静小河流淌", "correct horse battery", " leading and trailing "]
)
def test_any_other_password_is_taken_as_it_is(password: str) -> None:
    """In every script, without a mixture of kinds of characters, blanks and all."""
    assert check_password(password, LOGIN) == password


def test_a_password_is_verified_as_it_was_typed(house: SignedInHouse) -> None:
    """Nothing is cut off, trimmed or brought into another form: two that differ in a blank are two."""
    house.give(password=" a quiet river under elms " + "x" * 60)
    assert house.sign_in(password=" a quiet river under elms " + "x" * 60).status_code == 201
    assert house.sign_in(password="a quiet river under elms " + "x" * 60).status_code == 401
    assert house.sign_in(password=" a quiet river under elms " + "x" * 59).status_code == 401


@pytest.mark.parametrize("login", ["", " ", "a/b", "a b", "x" * 101, "a\u0007"])
def test_a_login_has_a_form(house: SignedInHouse, login: str) -> None:
    """What would break an address, or look like another, is none."""
    assert added(house, house.engineer, login=login)[0] in (400, 422)


@pytest.mark.parametrize(
    ("name", "given"), [*product(("GRIDCASE_SESSION_HOURS", "GRIDCASE_SESSION_IDLE_MINUTES"), BAD_NUMBERS)]
)
def test_how_long_a_session_lives_is_a_setting_with_a_bound(name: str, given: str) -> None:
    """Anything else stops the start and names the setting; what is not set is as usual."""
    with pytest.raises(Problem) as refused:
        read_session_life({name: given})
    assert refused.value.where == {"setting": name}
    assert read_session_life({}) == SessionLife()
    assert read_session_life({"GRIDCASE_SESSION_HOURS": "1"}).longest < SessionLife().longest


def test_a_role_that_would_not_fit_into_a_token_is_refused(house: SignedInHouse) -> None:
    """Whoever is something in very many towns has several accounts, and is told so before anything is given."""
    towns = [f"town-{'x' * 60}-{number}" for number in range(80)]
    with pytest.raises(Problem, match="too-many-towns"):
        add_to_all(house, towns)
    (account,) = house.registry.account_views.everybody(None, 10)
    assert 20 < len(account.roles) < 80
    first = house.registry.accounts.reset(None, LOGIN).first_password
    secret = house.secret(password=str(first))
    house.in_session("PUT", "/v1/session/password", secret, {"old": first, "new": PASSWORD})
    token = house.short_token(secret)
    assert house.ask("GET", f"/v1/towns/{account.roles[0].town}/calendar", token).status_code == 200


def add_to_all(house: SignedInHouse, towns: list[str]) -> None:
    for town in towns:
        house.registry.accounts.add(town, NewAccount(LOGIN, (AccountRole("operator", town),)))
