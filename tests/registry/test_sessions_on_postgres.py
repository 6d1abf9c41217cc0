"""Signing in on PostgreSQL, in the roles that requests have there: nothing is reached beyond what each route may."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from services.registry.domain.accounts import AccountRole
from services.registry.domain.sessions import KEPT_FOR
from services.registry.handlers.accounts import NewAccount
from services.registry.store.accounts import forget_before
from services.registry.store.tables import account_events, account_roles, sessions
from shared.kernel.scope import StorePart, StoreScope, within
from tests.registry.house import TOWN
from tests.registry.sessions import LOGIN, PASSWORD, SignedInHouse

pytestmark = pytest.mark.servers
OTHER = "t-zq"


@pytest.fixture
def house(services_own: Callable[[str], str]) -> Iterator[SignedInHouse]:
    """The registry on an empty database, in the roles of a provisioned house."""
    made = SignedInHouse(services_own("registry"))
    yield made
    made.store.close()


def test_a_session_lives_as_on_sqlite(house: SignedInHouse) -> None:
    """Signing in, acting in two towns, choosing a password, seeing and ending sessions, as requests do it."""
    house.give(AccountRole("engineer", TOWN), name="Lan")
    house.registry.accounts.add(OTHER, NewAccount(LOGIN, (AccountRole("engineer", OTHER),)))
    secret, other = house.secret(), house.secret()
    (role,) = house.in_session("GET", "/v1/session", secret).get_json()["roles"]
    assert role["towns"] == sorted([TOWN, OTHER])
    token = house.short_token(secret)
    made = house.ask(
        "POST", f"/v1/towns/{TOWN}/accounts", token, {"login": "mei", "roles": [{"role": "operator"}]}
    )
    assert made.status_code == 201, made.get_json()
    items = house.in_session("GET", "/v1/session/sessions", secret).get_json()["items"]
    assert len(items) == 2
    new = "three elms by the ferry"
    change = {"old": PASSWORD, "new": new}
    assert house.in_session("PUT", "/v1/session/password", secret, change).status_code == 204
    assert house.in_session("GET", "/v1/session", other).status_code == 401
    assert house.in_session("DELETE", "/v1/session", secret).status_code == 204
    assert house.ask("GET", f"/v1/towns/{TOWN}/calendar", token).status_code == 401
    assert house.sent("POST", f"/v1/towns/{TOWN}/guest", {}).status_code == 201
    assert house.sign_in("nobody", "wrong").status_code == 401


def test_a_town_changes_and_takes_its_own_accounts(house: SignedInHouse) -> None:
    """Within the town's own rows, and with a look at the others only to decide whether the account itself goes."""
    house.give()
    house.registry.accounts.add(OTHER, NewAccount(LOGIN, (AccountRole("operator", OTHER),)))
    engineer = house.token("engineer", TOWN, person="p-e")
    path = f"/v1/towns/{TOWN}/accounts/{LOGIN}"
    changed = house.ask("PATCH", path, engineer, {"roles": [{"role": "supervisor"}]})
    assert changed.get_json()["roles"] == [{"role": "supervisor", "unit": None}]
    assert house.ask("PATCH", path, engineer, {"disabled": True}).status_code == 403
    assert house.ask("DELETE", path, engineer).status_code == 204
    assert house.ask("GET", path, engineer).status_code == 404
    other = house.token("engineer", OTHER, person="p-o")
    assert house.ask("GET", f"/v1/towns/{OTHER}/accounts/{LOGIN}", other).status_code == 200


def test_what_accounts_are_elsewhere_is_out_of_a_towns_reach(house: SignedInHouse) -> None:
    """A query of a town's request that forgot its town would find the town's own rows alone."""
    house.give()
    house.registry.accounts.add(OTHER, NewAccount(LOGIN, (AccountRole("operator", OTHER),)))
    with within(StoreScope(StorePart.REQUEST, TOWN)), house.store.read() as conn:
        assert set(conn.scalars(sa.select(account_roles.c.town))) == {TOWN}
    with within(StoreScope(StorePart.REQUEST)), house.store.read() as conn:
        assert conn.scalars(sa.select(account_roles.c.town)).all() == []


def test_records_are_only_added_to_by_requests(house: SignedInHouse) -> None:
    """What became of an account stays: only the duty that counts the half year lets go of it."""
    house.give()
    for statement in (sa.delete(account_events), sa.update(account_events).values(client="x")):
        with (
            pytest.raises(sa.exc.ProgrammingError),
            within(StoreScope(StorePart.REQUEST, "*")),
            house.store.begin() as work,
        ):
            work.conn.execute(statement)
    with house.store.begin() as work:
        assert forget_before(work, work.at + KEPT_FOR, 100) > 0
    with house.store.read() as conn:
        assert conn.scalar(sa.select(sa.func.count()).select_from(sessions)) == 0


def test_a_token_is_not_issued_past_the_end_of_its_session(house: SignedInHouse) -> None:
    """Signing out and asking for tokens at the same moment: whichever comes first, no token outlives the session."""
    house.give()
    secret = house.secret()
    role = house.in_session("GET", "/v1/session", secret).get_json()["roles"][0]["id"]

    def ask(number: int) -> str | None:
        if number == 4:
            house.in_session("DELETE", "/v1/session", secret)
            return None
        answer = house.in_session("POST", "/v1/session/token", secret, {"role": role})
        return str(answer.get_json()["token"]) if answer.status_code == 201 else None

    with ThreadPoolExecutor(4) as people:
        tokens = [token for token in people.map(ask, range(12)) if token]
    assert [house.ask("GET", f"/v1/towns/{TOWN}/members", each).status_code for each in tokens] == [
        401
    ] * len(tokens)
