"""The guide's way back from a backup: nothing that was under way is missing afterwards, and nothing happens twice."""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from shared.contracts.routes import LISTENS
from tests.deploy.composition import ROOT
from tests.deploy.standing import tools
from tests.e2e.houses import RunningHouse, real_house
from tests.servers import Servers
from tests.watching.eyes import wait_for
from tests.watching.known_life import TOWN, Town, at

RESEND = (ROOT / "deploy" / "resend.sql").read_text(encoding="utf-8")
GUIDES = [
    (ROOT / "docs" / "guides" / f"deploy.{language}.md").read_text(encoding="utf-8")
    for language in ("en", "zh")
]


class Admin:
    """The store's administrator, who does what the guide says."""

    def __init__(self, dsn: str) -> None:
        """Take the address of the database that holds all stores."""
        at_ = urlsplit(dsn)
        self._database = at_.path.strip("/")
        self._environment = {
            "PATH": tools(),
            "PGHOST": str(at_.hostname),
            "PGPORT": str(at_.port),
            "PGUSER": str(at_.username),
            "PGPASSWORD": str(at_.password),
        }

    def do(self, program: str, *, given: bytes = b"") -> "subprocess.CompletedProcess[bytes]":
        """Run the guide's line for a program, with the test's names for the administrator and the database."""
        lines = {
            found
            for guide in GUIDES
            for found in re.findall(rf"exec -T postgres ({program} [^<>\n]+)", guide)
        }
        (line,) = lines  # the same in both languages
        words = line.replace("--username postgres", "").replace("gridcase", self._database).split()
        return subprocess.run(words, input=given, env=self._environment, capture_output=True, check=True)


@pytest.fixture(scope="module")
def house(own_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    """Every service on servers of its own, on a Monday morning."""
    folder = tmp_path_factory.mktemp("house")
    with real_house(folder, own_servers.pg_dsn, own_servers.amqp_url, at("2026-03-09 08:00")) as running:
        yield running


def _is_all_sent(house: RunningHouse, *names: str) -> bool:
    """Tell whether the broker has confirmed everything that these services said."""
    for name in names:
        with house.services[name].store.read() as conn:
            if conn.exec_driver_sql("select count(*) from outbox where sent_at is null").scalar_one():
                return False
    return True


def _look(town: Town, case: str) -> dict[str, Any]:
    found: dict[str, Any] = town.ask("intake", "GET", f"cases/{case}", town.supervisor, None, 200)
    return found


def _told(case: dict[str, Any]) -> Counter[tuple[Any, ...]]:
    return Counter(
        (each["unit"], each["party"], each["on"], each["channel"], each["state"])
        for each in case["notifications"]
    )


def _clocks(case: dict[str, Any]) -> list[tuple[Any, ...]]:
    return [(each["stage"], each["state"], each["label"]) for each in case["deadlines"]]


def test_restored_house_goes_on_where_it_was(own_servers: Servers, house: RunningHouse) -> None:
    """Restored from a dump taken while two services were down and their messages lay in the broker, every case has
    its clock and its notices once; the broker's future is gone, and deadlines fire as before.
    """
    admin, town = Admin(own_servers.pg_dsn), Town(house)
    house.time.advance(at("2026-03-09 10:00"))
    kept = [town.report(), town.report()]
    house.time.wait_quiet()
    usual = _look(town, kept[0])
    for name in ("sla", "notify"):
        house.stop(name)
    kept += [town.report(), town.report()]
    assert wait_for(
        lambda: _is_all_sent(house, "intake", "routing") and bool(_look(town, kept[-1])["assignment"])
    )
    assert wait_for(lambda: _is_all_sent(house, "intake", "routing"))

    dump = admin.do("pg_dump").stdout
    lost = town.report()
    assert wait_for(lambda: _is_all_sent(house, "intake", "routing"))
    for name in house.commands.keys() - {"sla", "notify"}:
        house.stop(name)
    for word in ("stop_app", "reset", "start_app"):  # as an empty volume would
        own_servers.rabbitmqctl(word)
    for service in house.services.values():
        service.store.close()
    admin.do("pg_restore", given=dump)
    said = admin.do("psql", given=RESEND.encode()).stderr.decode()
    assert re.search(r"intake to sla: [1-9]", said)
    assert "registry to routing: 0 to" in said

    for name in house.commands:
        house.start(name)
    house.time.wait_quiet()
    assert all(
        _told(_look(town, case)) == _told(usual) and _clocks(_look(town, case)) == _clocks(usual)
        for case in kept
    )
    town.ask("intake", "GET", f"cases/{lost}", town.supervisor, None, 404)

    house.time.advance(at("2026-03-13 08:00"))
    late = [_look(town, case) for case in kept]
    assert all(case["breached"] for case in late)
    assert all(_told(case) == _told(late[0]) for case in late)
    assert max(_told(late[0]).values()) == 1
    new = town.report()
    house.time.wait_quiet()
    assert _look(town, new)["assignment"]["lead"].startswith(TOWN)


def test_everyone_who_listens_is_thought_of() -> None:
    """What is sent again covers each producer and each of its consumers."""
    pairs = set(re.findall(r"\('(\w+)', '(\w+)'\)", RESEND))
    assert pairs == {
        (producer, consumer) for consumer, producers in LISTENS.items() for producer in producers
    }
