"""Messages that can't be handled wait or are refused with their reason; others flow on, and people deal with them.

What is wrong here comes by itself only when something is broken, so it is put into the stores as a broken producer
would. The cases are of nobody: whoever is asked about them says so.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pika
import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from gridcase.cli.root import cli
from shared.bus.rabbit.topology import from_exchange
from shared.contracts.envelope import Envelope, decode
from shared.flow.dead_letters import list_letters
from shared.flow.receive import MAX_ATTEMPTS
from shared.kernel.clock import SystemClock
from shared.rules.pack.build.files import load_files
from tests.e2e.houses import RunningHouse
from tests.faults.load import RULES, TOWN, Load
from tests.faults.record import record
from tests.faults.shapes import shapes_of
from tests.faults.watched_time import PATIENCE_SECONDS

CASES = 8
TAKERS = ("routing", "sla", "notify")
BROKEN, UNHEARD_OF = "b" * 64, "c" * 64
NEWER = 2


@pytest.fixture(params=["embedded", "real servers"])
def house_kind(request: pytest.FixtureRequest) -> tuple[str, Load]:
    """Either way to run, with its load."""
    name = "embedded_load" if request.param == "embedded" else "real_load"
    return request.param, request.getfixturevalue(name)


def test_poison_waits_with_its_reason_while_everybody_else_is_served(house_kind: tuple[str, Load]) -> None:
    """A broken pack, an edition that never comes, wrong data, a newer version, rubbish: none stops a neighbour."""
    way, load = house_kind
    house = load.house
    poison = Poison(load)
    poison.spread(with_rubbish=way == "real servers")
    fresh = len(load.acknowledged)
    load.report(CASES)
    await_that(lambda: _are_served(load, load.acknowledged[fresh:]))

    await_that(lambda: set(reasons(house, "routing")) >= {"PackErrors", "missing-edition", "unknown-version"})
    poison.try_often_enough()
    broken = poison.ids["broken-pack"]
    await_that(lambda: all(state(house, service, broken) == "parked" for service in TAKERS))
    shown = command(load, "list")
    for word in ("parked", "PackErrors", "missing-edition", "unknown-version", "refused", "invalid-message"):
        assert word in shown
    assert ("gridcase.dead" in shown) is (way == "real servers")

    assert "several" in command(load, "replay", broken, expected=2)
    assert "PackErrors" in command(load, "show", broken, "--service", "routing")
    poison.mend("routing")
    command(load, "replay", broken, "--service", "routing")
    await_that(lambda: state(house, "routing", broken) is None)
    for service in ("sla", "notify"):
        command(load, "drop", broken, "--service", service, "--why", "a case of nobody")
    for name in ("unheard-of-edition", "newer-version"):
        for service in TAKERS:
            command(load, "drop", poison.ids[name], "--service", service, "--why", "a case of nobody")
    # Assessment asks no edition of what it copies: a form that it does not know is all that it holds back.
    command(load, "drop", poison.ids["newer-version"], "--service", "assess", "--why", "a case of nobody")
    count = load.settle()  # quiet: what stood behind the poison was taken too
    record(way, "poison messages", count, firing=load.time.take_firing())
    assert count.wrong() == {}
    assert {reason for service in TAKERS for reason in reasons(house, service)} == {"invalid-message"}


class Poison:
    """The poisonous messages of one test, by name."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._house = load.house
        self._mark = f"{load.seed}-{len(load.acknowledged)}"
        self.ids: dict[str, str] = {}

    def spread(self, *, with_rubbish: bool) -> None:
        """Put all of them on their way."""
        self._say("registry", "edition.published", "town/t-broken", data=broken_edition(), edition=BROKEN)
        self._admit("broken-pack", edition=BROKEN)
        self._admit("unheard-of-edition", edition=UNHEARD_OF)
        self._admit("newer-version", version=NEWER)
        self._admit("wrong-data", data={"case": 5})
        if with_rubbish:
            publish(self._house.environment["intake"]["GRIDCASE_BROKER_URL"], b"\xff\x00 no message")

    def try_often_enough(self) -> None:
        """Have the house believe that what waits has been tried nearly as often as it is going to be."""
        for service in TAKERS:
            store = self._house.services[service].store
            inbox = store.flow.inbox
            with store.begin() as work:
                work.conn.execute(
                    sa.update(inbox)
                    .where(inbox.c.message_id == self.ids["broken-pack"], inbox.c.state == "later")
                    .values(attempts=MAX_ATTEMPTS - 1, retry_at=SystemClock().now())
                )

    def mend(self, service: str) -> None:
        """Do away with the cause, as a corrected release would: the edition can be read now."""
        store = self._house.services[service].store
        editions = store.flow.editions
        with store.begin() as work:
            found = sa.update(editions).where(editions.c.edition == BROKEN)
            work.conn.execute(found.values(town=TOWN, files=load_files(RULES / TOWN)))

    def _admit(self, name: str, **changes: Any) -> None:
        """Say a case as intake would, but for what is wrong with it; and something more behind it."""
        stream = f"{name}-{self._mark}"
        good = self._an_admission()
        data = {**good.data, "case": stream}
        message = replace(good, **{"data": data, **changes})
        self.ids[name] = self._say(
            "intake", good.type, stream, data=message.data, edition=message.edition, version=message.version
        )
        self._say("intake", "work_order.issued", stream, data={}, edition=message.edition)

    def _an_admission(self) -> Envelope:
        outbox = self._house.services["intake"].store.flow.outbox
        first = sa.select(outbox.c.frame).where(outbox.c.type == "case.admitted").limit(1)
        with self._house.services["intake"].store.read() as conn:
            return decode(bytes(conn.scalar(first) or b""))

    def _say(
        self,
        service: str,
        type_: str,
        stream: str,
        *,
        data: dict[str, Any],
        edition: str | None,
        version: int = 1,
    ) -> str:
        store = self._house.services[service].store
        outbox = store.flow.outbox
        with store.begin() as work:
            id_ = work.emit(type_, data, stream=stream, town=TOWN, edition=edition)
            work.flush()
            own = outbox.c.message_id == id_
            said = decode(bytes(work.conn.scalar(sa.select(outbox.c.frame).where(own)) or b""))
            work.conn.execute(
                sa.update(outbox).where(own).values(frame=replace(said, version=version).encode())
            )
        return id_


def broken_edition() -> dict[str, Any]:
    """Return an edition that nobody can read."""
    return {
        "edition": BROKEN,
        "number": 1,
        "files": {"t-broken/pack.yaml": "["},
        "effective_at": "2025-01-01T00:00:00.000000Z",
    }


def publish(broker: str, frame: bytes) -> None:
    """Publish a frame past every outbox."""
    connection = pika.BlockingConnection(pika.URLParameters(broker))
    connection.channel().basic_publish(from_exchange("intake"), "rubbish", frame)
    connection.close()


def command(load: Load, *words: str, expected: int = 0) -> str:
    """Use `gridcase dead-letters` as a person would, and return what it says."""
    line = ["dead-letters", *words, "--store-url", load.house.store_url]
    if words[0] == "list" and "intake" in load.house.environment:
        line += ["--broker-url", load.house.environment["intake"]["GRIDCASE_BROKER_URL"]]
    done = CliRunner(env={"GRIDCASE_LANG": "en"}).invoke(cli, line)
    assert done.exit_code == expected, done.output
    return done.output


def state(house: RunningHouse, service: str, id_: str) -> str | None:
    """Return the state of a message that waits or was refused, else None."""
    return next((str(one.state) for one in _letters(house, service) if one.message_id == id_), None)


def reasons(house: RunningHouse, service: str) -> list[str]:
    """Return why messages wait or were refused."""
    return [str(one.reason) for one in _letters(house, service)]


def _letters(house: RunningHouse, service: str) -> Any:
    return list_letters(house.services[service].store)


def _are_served(load: Load, cases: list[str]) -> bool:
    return all(shape == load.at_first for shape in shapes_of(load.house.services, cases).values())


def await_that(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    until = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < until, "it never came to hold"
        time.sleep(0.05)
