"""Every route × own and other town, platform × every role × no, bad, revoked, ended token; cases not everybody's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from scripts.security.operations import Operation, operations_of
from scripts.security.page import PAGE, page_with
from scripts.security.sweep import LET_IN, Asked, Looked, look, sweep
from scripts.security.town import MONDAY, OWN, SEES, TwoTowns
from shared.contracts.short_tokens import FOLLOWER, Grant, ShortTokens
from shared.kernel.roles import Role
from shared.web.reach import Reach


@pytest.fixture(scope="module")
def towns() -> Iterator[TwoTowns]:
    with TwoTowns() as made:
        yield made


@pytest.fixture(scope="module")
def asked(towns: TwoTowns) -> list[Asked]:
    return sweep(towns)


@pytest.fixture(scope="module")
def looked(towns: TwoTowns) -> list[Looked]:
    return look(towns)


def test_every_route_of_every_service_is_in_the_sweep(towns: TwoTowns) -> None:
    """What the applications route and what their descriptions tell are the same, but for a service's own pages."""
    described = {
        (each.service, each.method, each.path.replace("{", "<").replace("}", ">"))
        for each in operations_of(towns.house.services)
    }
    routed = {
        (name, method, rule.rule)
        for name, service in towns.house.services.items()
        for rule in service.app.url_map.iter_rules()
        if not rule.endpoint.startswith("house.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert described == routed


def test_everybody_gets_in_where_they_belong_and_nowhere_else(asked: list[Asked]) -> None:
    """Each answer is the one that the operation's declared roles and reach make due: in, 401, 403 or 404."""
    wrong = [
        f"{each.operation.method} {each.operation.path} {each.who} {each.role}: {each.got}, not {each.due}"
        for each in asked
        if each.got != each.due
    ]
    assert wrong == []
    assert {each.got for each in asked} == {LET_IN, "401", "403", "404"}


def test_only_a_token_of_every_town_reaches_the_platform(asked: list[Asked]) -> None:
    """Of operations without a town in their path, a town's tokens open those that are about the caller's own."""
    opened = {
        each.operation.path
        for each in asked
        if each.got == LET_IN
        and each.who in ("own", "other")
        and each.operation.reach is not Reach.OPEN
        and "{town}" not in each.operation.path
    }
    assert opened == {"/v1/inbox", "/v1/inbox/read", "/v1/tokens", "/v1/tokens/{reference}"}


def test_what_is_open_tells_of_nobody(asked: list[Asked]) -> None:
    """Without a token there are to be seen: towns, their names and templates of papers, publications and the sheets of
    grids that a town makes public (P001-06C.12, P002B.20), with the photos that they show; ways to come by a token;
    what a survey asks, by the address that was given out for it; and a unit's deadlines and duties by an address that
    is a secret: a calendar sends none.
    """
    assert {each.operation.path for each in asked if each.operation.reach is Reach.OPEN} == {
        "/v1/towns",
        "/v1/towns/{town}/names",
        "/v1/towns/{town}/papers",
        "/v1/towns/{town}/publications",
        "/v1/towns/{town}/posted",
        "/v1/towns/{town}/posted/{place}",
        "/v1/towns/{town}/posted/{place}/photos/{photo}",
        "/v1/towns/{town}/guest",
        "/v1/towns/{town}/following",
        "/v1/towns/{town}/asked/{code}",
        "/v1/towns/{town}/calendars/{secret}/deadlines.ics",
        "/v1/towns/{town}/calendars/{secret}/duties.ics",
        "/v1/sessions",
        "/v1/sessions/oidc",
        "/v1/sessions/oidc/{provider}/begin",
        "/v1/sessions/oidc/{provider}/finish",
    }


def test_a_follower_gets_no_further_than_the_one_case(towns: TwoTowns) -> None:
    """Of every operation of every service, what is about that case and a reporter's; of another case, nothing."""
    (case, _), (another, _) = towns.cases["private"], towns.cases["hidden"]
    ends = int((MONDAY + timedelta(days=1)).timestamp())
    token = ShortTokens(towns.house.secret).sign(Grant("f", FOLLOWER, None, "p-1", (OWN,), ends, case))

    def status(operation: Operation, about: str) -> int:
        body = None if operation.method == "GET" else []
        path = operation.at(town=OWN, case=about)
        return towns.ask(operation.service, operation.method, path, token, body).status_code

    for operation in operations_of(towns.house.services):
        if operation.reach in (Reach.OPEN, Reach.SESSION):
            continue
        is_own = operation.is_about_a_case and Role.REPORTER in operation.roles
        assert status(operation, another) in (403, 404), operation.path
        assert (status(operation, case) in (403, 404)) != is_own or "guessed" in operation.at(), (
            operation.path
        )


def test_a_session_opens_no_route_that_takes_a_token_and_no_token_one_of_a_session(
    asked: list[Asked],
) -> None:
    """Whoever signs in has a secret that reads nothing; whoever has a token, of whatever role, has no session."""
    opened = {each.operation.reach for each in asked if each.who == "a session" and each.got == LET_IN}
    assert opened == {Reach.SESSION, Reach.OPEN}
    of_sessions = [
        each for each in asked if each.operation.reach is Reach.SESSION and each.who != "a session"
    ]
    assert {each.got for each in of_sessions} == {"401"}


def test_a_case_that_is_not_everybodys_is_not_there_for_others(looked: list[Looked]) -> None:
    """Hidden or private: by no route that names a case, and in no list of any service, do those find it who have no
    part in it; those who have find it by each route that they may call.
    """
    leaks = [each for each in looked if each.found and each.person not in SEES[each.kind]]
    assert [f"{each.operation.path} shows the {each.kind} case to the {each.person}" for each in leaks] == []
    missed = [
        each
        for each in looked
        if each.operation.is_about_a_case and each.person in SEES[each.kind] and not each.found
    ]
    assert [
        f"{each.operation.path} keeps the {each.kind} case from the {each.person}" for each in missed
    ] == []
    services = {each.operation.service for each in looked if each.operation.is_about_a_case}
    assert services == {"intake", "routing", "sla"}


def test_the_page_says_what_came_of_it(asked: list[Asked], looked: list[Looked]) -> None:
    """docs/security.md is generated: `python -m scripts.security`."""
    page = PAGE.read_text(encoding="utf-8")
    assert page_with(asked, looked, page) == page, "run `python -m scripts.security`"
