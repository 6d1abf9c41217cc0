"""The engineer's room: how services are, what waits in them, trying again and giving up – on the real services."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from services.console.adapters.wsgi_calls import WsgiCalls
from services.console.domain.house_sheets import BacklogSheet, HealthSheet
from services.console.handlers.client import ApiClient
from services.console.handlers.house import SERVICES, ServiceStanding, health_of
from shared.contracts.envelope import Envelope
from tests.console.test_people import main_of
from tests.console.town import OTHER_TOWN, TOWN, ConsoleTown, Visitor, console_town, give_accounts

MESSAGES = "/platform/messages/sla"
SAID = "what somebody said of a neighbour"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleTown]:
    """A house of its own: messages that nobody sent would have other tests wait for what never comes."""
    with console_town(tmp_path_factory.mktemp("platform")) as found:
        give_accounts(found)
        yield found


@pytest.fixture(scope="module")
def engineer(town: ConsoleTown) -> Visitor:
    """Who runs the platform."""
    return town.signed_in("engineer")


def lay_down(town: ConsoleTown, message: str, state: str, sequence: int) -> None:
    """Have a message lie in the inbox of deadlines, as one that failed or waits."""
    found = Envelope(
        id=message,
        source="registry",
        type="jurisdiction.changed",
        stream=f"town/{message}",
        sequence=sequence,
        town=TOWN,
        at=datetime.now(UTC),
        data={"key": TOWN, "part_of": None, "name": {"zh": SAID}},
    )
    row = {"source": "registry", "message_id": message, "stream": found.stream, "sequence": sequence}
    row |= {"type": found.type, "state": state, "attempts": 8, "frame": found.encode(), "retry_at": None}
    row |= {"reason": "ZeroDivisionError" if state == "parked" else None, "detail": "at a place in the code"}
    store = town.house.services["sla"].store
    with store.begin() as work:
        work.rows(store.flow.inbox).put({**row, "received_at": datetime.now(UTC)})


def state_of(town: ConsoleTown, message: str) -> tuple[str, str | None]:
    """Where a message stands, and the reason that was kept with it."""
    store = town.house.services["sla"].store
    with store.begin() as work:
        row = work.rows(store.flow.inbox).get(("registry", message))
    return ("gone", None) if row is None else (row["state"], row["detail"])


def test_every_service_is_shown_with_its_health_and_what_waits(town: ConsoleTown, engineer: Visitor) -> None:
    """All are named in words, and nothing needs anybody where nothing is parked or refused."""
    page = main_of(engineer.get("/platform").text)
    assert page.count('<li class="card') == len(SERVICES)
    assert page.count("tag good") == len(SERVICES)
    assert "nothing needs you" in page
    lay_down(town, "seen-1", "parked", 1)
    page = main_of(engineer.get("/platform").text)
    assert "Services that need somebody: 1" in page
    assert f'href="{MESSAGES}?state=parked"' in page
    give_up(engineer, "seen-1")


def give_up(engineer: Visitor, message: str, why: str = "made for a test") -> None:
    """Give a message up, by its page."""
    path = f"{MESSAGES}/{message}/drop"
    assert engineer.post(path, {"why": why}, seen_at=path).headers["Location"] == f"{MESSAGES}?done=dropped"


def test_a_message_is_shown_with_its_reason_and_never_with_what_it_says(
    town: ConsoleTown, engineer: Visitor
) -> None:
    """Where it stands, since when, how often it was tried, and what failed."""
    lay_down(town, "shown-1", "parked", 1)
    for path in (MESSAGES, f"{MESSAGES}?state=parked", f"{MESSAGES}/shown-1/drop"):
        page = engineer.get(path).text
        assert "ZeroDivisionError" in page
        assert SAID not in page
    assert "tried 8 times" in engineer.get(MESSAGES).text
    assert "shown-1" not in engineer.get(f"{MESSAGES}?state=held").text
    give_up(engineer, "shown-1")


def test_trying_again_has_it_handled(town: ConsoleTown, engineer: Visitor) -> None:
    """The running service takes it within seconds; then it is in no list."""
    lay_down(town, "again-1", "parked", 1)
    answer = engineer.post(f"{MESSAGES}/again-1/retry", {}, seen_at=MESSAGES)
    assert answer.headers["Location"] == f"{MESSAGES}?done=retried"
    until = time.monotonic() + 30
    while (state := state_of(town, "again-1")[0]) in ("parked", "later") and time.monotonic() < until:
        time.sleep(0.1)
    assert state in ("gone", "done")
    assert "again-1" not in engineer.get(MESSAGES).text


def test_giving_up_takes_a_second_page_and_a_reason(town: ConsoleTown, engineer: Visitor) -> None:
    """The first press gives nothing up; without a reason neither does the second; the reason is kept."""
    lay_down(town, "drop-1", "parked", 1)
    path = f"{MESSAGES}/drop-1/drop"
    asked = main_of(engineer.get(path).text)
    assert "taken back" in asked
    refused = engineer.post(path, {"why": "  "}, seen_at=path)
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert state_of(town, "drop-1")[0] == "parked"
    give_up(engineer, "drop-1", "sent by mistake")
    assert state_of(town, "drop-1") == ("dropped", "sent by mistake")


def test_what_waits_for_another_is_not_given_up_out_of_turn(town: ConsoleTown, engineer: Visitor) -> None:
    """The page offers neither, and says why to whoever sends the form all the same."""
    lay_down(town, "held-2", "held", 2)
    assert "/held-2/" not in main_of(engineer.get(MESSAGES).text)
    answer = engineer.post(f"{MESSAGES}/held-2/retry", {}, seen_at=MESSAGES)
    assert answer.status_code == 409
    assert "those before it" in answer.text
    lay_down(town, "held-2", "parked", 2)
    give_up(engineer, "held-2")


def test_editions_of_every_town_are_seen_at_once(engineer: Visitor) -> None:
    """Each with its number and the way to all of them."""
    page = main_of(engineer.get("/platform/editions").text)
    for town in (TOWN, OTHER_TOWN):
        assert f'href="/towns/{town}/editions"' in page
    assert page.count("No. 1") == 2


def test_the_engineer_finds_the_platform_from_anywhere(engineer: Visitor) -> None:
    """Nobody else has the link."""
    for path in ("/", "/account", f"/towns/{TOWN}/supervision"):
        assert 'href="/platform"' in engineer.get(path, follow=True).text


def test_others_have_no_link_to_it(town: ConsoleTown) -> None:
    """What they may not see is not offered."""
    for login in ("watcher", "keeper", "gas"):
        assert 'href="/platform"' not in town.signed_in(login).get("/account").text


def test_a_service_that_does_not_answer_is_away_and_no_failure() -> None:
    """The page stands when it is needed most."""
    assert not health_of(ApiClient(WsgiCalls(), "en", ""), "intake").is_well


@pytest.mark.parametrize(
    ("status", "waiting", "needs"),
    [
        ("ok", {}, False),
        ("ok", {"held": 3, "later": 2}, False),
        ("ok", {"parked": 1}, True),
        ("ok", {"refused": 1}, True),
        ("unwell", {}, True),
    ],
)
def test_what_goes_on_by_itself_needs_nobody(status: str, waiting: dict[str, int], needs: bool) -> None:
    """What is parked or was refused stays until somebody looks."""
    standing = ServiceStanding("intake", HealthSheet(status), BacklogSheet(waiting=waiting))
    assert standing.needs_somebody is needs
