"""A store restored to a moment from a base backup and the write-ahead log, as the guide says, then a service made anew.

What was acknowledged before that moment is there, once, with all that follows from it, although messages of before lay
in the broker, which was emptied; what was acknowledged after it is gone; no history is broken; and a service that is
filled from the others' history says what it said.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import psycopg
import pytest

from scripts.servers.processes import until
from tests.e2e.houses import ROOT
from tests.faults.conftest import START, house_on
from tests.faults.load import Load
from tests.faults.record import record
from tests.faults.shapes import Shape, shapes_of
from tests.servers import Servers

WAY = "upgraded and restored"
CASES = 12
SECONDS = 120.0
BEHIND = ("sla", "notify")  # what they have not taken lies in the broker when the moment comes
# As the guide has it, with the test's folders.
ARCHIVE = "test ! -f {archive}/%f && cp %p {archive}/%f"
RECOVERY = """
restore_command = 'cp {archive}/%f %p'
recovery_target_time = '{at}'
recovery_target_action = 'promote'
archive_mode = off
"""
REPLAYED = ("clocks", "deadlines", "clock_versions")  # of a case, what sla holds


class Backup:
    """The store's base backup and archived log, beside its data."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._data = Path(self._ask("show data_directory"))
        self._base, self._archive = (self._data.with_name(name) for name in ("base", "archive"))

    def begin(self) -> None:
        """Archive the log from now on, and copy the store."""
        self._archive.mkdir()
        self._belong(self._archive)
        self._ask("alter system set archive_mode = on")
        self._ask(f"alter system set archive_command = '{ARCHIVE.format(archive=self._archive)}'")
        self._servers.restart("pg")
        program = Path(self._servers.reach["PG_PROGRAMS"]) / "pg_basebackup"
        words = [str(program), "-d", self._servers.pg_dsn, "-D", str(self._base), "-X", "none", "-c", "fast"]
        subprocess.run(words, check=True, stderr=subprocess.DEVNULL)

    def moment(self) -> datetime:
        """Return the store's present moment."""
        with psycopg.connect(self._servers.pg_dsn) as connection:
            (at,) = connection.execute("select clock_timestamp()").fetchone() or ()
        return at

    def archive_all(self) -> None:
        """Have the log archived up to now."""
        last = self._ask("select pg_walfile_name(pg_switch_wal())")
        archived = "select coalesce(last_archived_wal, '') from pg_stat_archiver"
        assert until(lambda: self._ask(archived) >= last, SECONDS), "the log was not archived"

    def restore(self, at: datetime) -> None:
        """Lose the store, and put it back as it was at a moment."""
        self._servers.kill("pg")
        shutil.rmtree(self._data)
        self._base.rename(self._data)
        with (self._data / "postgresql.auto.conf").open("a") as settings:
            settings.write(RECOVERY.format(archive=self._archive, at=at.isoformat()))
        (self._data / "recovery.signal").touch()
        self._belong(self._data)
        self._servers.restart("pg")
        assert until(lambda: self._ask("select pg_is_in_recovery()") == "False", SECONDS), "still recovering"

    def _ask(self, statement: str) -> str:
        with psycopg.connect(self._servers.pg_dsn, autocommit=True) as connection:
            answer = connection.execute(statement)  # type: ignore[call-overload]
            return str(answer.fetchone()[0]) if answer.description else ""

    def _belong(self, folder: Path) -> None:
        """Give a folder to whom the data's own belongs."""
        owner = self._data.parent.stat()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid)


@pytest.fixture
def load(own_servers: Servers, tmp_path: Path) -> Iterator[Load]:
    """A caseload on servers of its own."""
    with house_on(own_servers, tmp_path, START) as house:
        found = Load(house)
        found.prepare()
        yield found


@pytest.mark.whole
@pytest.mark.timeout(900)
def test_what_was_acknowledged_before_the_moment_is_there_once_and_what_came_after_is_gone(
    load: Load, own_servers: Servers
) -> None:
    """Under way at the moment: reports that two services had not yet taken. Limits of before end after it."""
    house, backup = load.house, Backup(own_servers)
    backup.begin()
    load.report(CASES)
    load.time.wait_quiet()
    house.stop(*BEHIND)
    load.report(CASES)
    assert until(lambda: not any(is_unsent(load, name) for name in ("intake", "routing")), SECONDS)
    kept, at = list(load.acknowledged), backup.moment()
    load.report(CASES)
    backup.archive_all()

    house.stop(*(name for name in house.processes if name not in BEHIND))
    for service in house.services.values():
        service.store.close()
    for word in ("stop_app", "reset", "start_app"):  # as an empty volume would
        own_servers.rabbitmqctl(word)
    backup.restore(at)
    open_again(load, own_servers)
    load.acknowledged = kept
    house.start(*house.commands)
    load.time.wait_quiet()
    load.time.let_fall_due()
    count = load.count(kept)
    record(WAY, "store restored to a moment, broker emptied", count, firing=load.time.take_firing())
    assert count.wrong() == {}

    before = held_by_sla(load, kept)
    house.stop("sla")
    words = [sys.executable, "-m", "gridcase", "replay", "sla", "--empty", "--store-url", house.store_url]
    subprocess.run(words, cwd=ROOT, check=True, env={**os.environ, **house.environment["sla"]})
    house.start("sla")
    load.time.wait_quiet()
    assert held_by_sla(load, kept) == before
    assert all(before.values())


def is_unsent(load: Load, name: str) -> bool:
    """Tell whether a service has something to say that the broker has not confirmed."""
    store = load.house.services[name].store
    with store.read() as conn:
        return bool(
            conn.exec_driver_sql("select exists(select 1 from outbox where sent_at is null)").scalar()
        )


def open_again(load: Load, servers: Servers) -> None:
    """Send again what the guide sends again, and give the emptied broker its virtual host back."""
    address = load.house.environment["intake"]["GRIDCASE_BROKER_URL"]
    vhost, user = address.rpartition("/")[2], servers.amqp_url.split("//")[1].split(":")[0]
    servers.manage("PUT", f"vhosts/{vhost}")
    servers.manage("PUT", f"permissions/{vhost}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
    database = load.house.store_url.rpartition("/")[2]
    with psycopg.connect(f"{servers.pg_dsn.rpartition('/')[0]}/{database}", autocommit=True) as connection:
        connection.execute((ROOT / "deploy" / "resend.sql").read_text(encoding="utf-8"))  # type: ignore[call-overload]


def held_by_sla(load: Load, cases: list[str]) -> dict[str, Shape]:
    """Return what sla holds of cases."""
    return {
        case: Shape(
            {kind: number for kind, number in shape.items() if kind[0] == "sla" and kind[1] in REPLAYED}
        )
        for case, shape in shapes_of(load.house.services, cases).items()
    }
