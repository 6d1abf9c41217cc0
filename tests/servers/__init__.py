"""Fixtures for tests on real servers.

`servers` gives addresses, shared by all tests of a run; `fresh_database` and `fresh_vhost` give each test its
own corner of them. `own_servers` starts a set that one test module may kill and restart.
"""

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from gridcase.house_stores import upgrade_at
from shared.db.provision import provision, random_passwords

ROOT = Path(__file__).resolve().parent.parent.parent
SHARED_FOLDER = ROOT / ".servers"
UNREADY = 3
MANAGEMENT_SECONDS = 30
MISSING = ("not installed", "take root")  # what a machine may be without


class NotHere(Exception):
    """A server's package is missing on this machine."""


def command(*words: str, module: str = "scripts.servers") -> str:
    """Run the servers' command line and return its words. Raises NotHere when a package is missing."""
    line = [sys.executable, "-m", module, *words]
    done = subprocess.run(
        line, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode == UNREADY and any(words in done.stderr for words in MISSING):
        raise NotHere(done.stderr.strip())
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def addresses(words: str) -> dict[str, str]:
    """Read lines of NAME=value; others tell of the way there."""
    return dict(line.split("=", 1) for line in words.splitlines() if "=" in line)


@dataclass(frozen=True, slots=True)
class Servers:
    """A running set of servers: where each is reached, and the means to trouble it."""

    folder: Path
    reach: Mapping[str, str]

    @property
    def amqp_url(self) -> str:
        """The broker's default virtual host, as an administrator; of a cluster all addresses, separated by ';'."""
        return self.reach["AMQP_URL"]

    @property
    def pg_dsn(self) -> str:
        """The store, as a superuser; SQLAlchemy wants its scheme as `postgresql+psycopg`."""
        return self.reach["PG_DSN"]

    @property
    def prometheus_url(self) -> str:
        """The running Prometheus."""
        return self.reach["PROMETHEUS_URL"]

    @property
    def promtool(self) -> str:
        """The program that checks and tests alerting rules."""
        return self.reach["PROMTOOL"]

    def kill(self, *names: str) -> None:
        """End `rabbit`, `pg` or `prom` as a power cut would; only on servers of one's own."""
        command("kill", str(self.folder), *names)

    def restart(self, *names: str) -> None:
        """Start servers again, running or not, on the same ports and data; only on servers of one's own."""
        command("restart", str(self.folder), *names)

    def await_recorded(self, *queues: str, vhost: str = "/") -> None:
        """Wait until the broker has written down that these quorum queues exist.

        RabbitMQ keeps the names of new ones in memory for up to a second: killed before, it comes back with
        queues that answer nobody, whatever was confirmed in them.
        """
        names = [f"{quote(vhost, safe='')}_{queue}".encode() for queue in queues]
        for _ in range(1000):
            if all(all(name in book for name in names) for book in self._books()):
                return
            threading.Event().wait(0.02)
        raise RuntimeError(f"the broker has not written down {', '.join(queues)}")

    def _books(self) -> list[bytes]:
        """What each of the broker's nodes has written down of its queues."""
        return [
            b"".join(book.read_bytes() for book in Path(data).glob("*/quorum/*/names.dets"))
            for data in self.reach["RABBITMQ_DATA"].split(";")
        ]

    def manage(self, method: str, path: str, body: object = None) -> Any:
        """Ask RabbitMQ's management interface for a change or a list, and return what it says.

        Of a cluster, the first node that answers is asked.
        """
        *others, last = self.reach["RABBITMQ_MANAGEMENT_URL"].split(";")
        for address in others:
            with suppress(urllib.error.URLError, TimeoutError):
                return self._manage(address, method, path, body)
        return self._manage(last, method, path, body)

    def _manage(self, address: str, method: str, path: str, body: object) -> Any:
        at = urlsplit(address)
        request = urllib.request.Request(f"http://{at.hostname}:{at.port}/api/{path}", method=method)
        request.add_header("Content-Type", "application/json")
        request.data = None if method == "GET" else json.dumps(body or {}).encode()
        doors = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        doors.add_password(None, request.full_url, str(at.username), str(at.password))
        opener = urllib.request.build_opener(
            urllib.request.HTTPBasicAuthHandler(doors), urllib.request.ProxyHandler({})
        )
        with opener.open(request, timeout=MANAGEMENT_SECONDS) as answer:
            words = answer.read()
        return json.loads(words) if words else None

    def rabbitmqctl(self, *words: str) -> str:
        """Run RabbitMQ's control program and return its words."""
        return command("rabbitmqctl", str(self.folder), *words)


def start(folder: Path, *names: str) -> Servers:
    """Start servers; without their packages a laptop skips the test, and CI fails it."""
    try:
        words = command("up", str(folder), *names, "--for", str(os.getpid()))
    except NotHere as missing:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(missing))
    except BaseException:  # the run was ended while they were starting
        command("release", str(folder), str(os.getpid()))
        raise
    return Servers(folder, addresses(words))


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """RabbitMQ, PostgreSQL and Prometheus, shared: don't stop them, and keep to a corner of your own."""
    started = start(SHARED_FOLDER)
    _spare_the_disk(started)
    yield started
    command("release", str(SHARED_FOLDER), str(os.getpid()))


def _spare_the_disk(servers: Servers) -> None:
    """Let nothing wait for the disk: the shared PostgreSQL outlives no run, and nobody cuts its power.

    Making the tables of a house and dropping them again is mostly waiting for the disk, a hundred times a run. Servers
    that a test has for itself, to be killed, keep their settings, and so do those of the benchmarks.
    """
    with psycopg.connect(servers.pg_dsn, autocommit=True) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.execute(sql.SQL("alter system set {} = off").format(sql.Identifier(setting)))
        connection.execute("select pg_reload_conf()")


@pytest.fixture(scope="module")
def own_servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """RabbitMQ and PostgreSQL for one module alone, to be killed and restarted at will."""
    folder = tmp_path_factory.mktemp("servers")
    yield start(folder, "rabbit", "pg")
    command("release", str(folder), str(os.getpid()))


@contextmanager
def database_on(servers: Servers) -> Iterator[str]:
    """Give the address of an empty database, as a superuser, and drop it in the end."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(servers.pg_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    yield servers.pg_dsn.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(servers.pg_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        roles = connection.execute(
            "select rolname from pg_roles where starts_with(rolname, %s)", (f"{name}_",)
        )
        for (role,) in roles.fetchall():  # those of a house are called by its database
            connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))


@contextmanager
def vhost_on(servers: Servers) -> Iterator[str]:
    """Give the address of an empty virtual host of the broker, and remove it in the end."""
    name = f"test_{uuid4().hex}"
    user = urlsplit(servers.amqp_url).username
    servers.manage("PUT", f"vhosts/{name}")
    servers.manage("PUT", f"permissions/{name}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
    yield ";".join(f"{address.rpartition('/')[0]}/{name}" for address in servers.amqp_url.split(";"))
    servers.manage("DELETE", f"vhosts/{name}")


@pytest.fixture
def fresh_database(servers: Servers) -> Iterator[str]:
    """The address of an empty database, as a superuser; it is dropped after the test."""
    with database_on(servers) as address:
        yield address


@pytest.fixture
def fresh_vhost(servers: Servers) -> Iterator[str]:
    """The address of an empty virtual host of the broker; it is removed after the test."""
    with vhost_on(servers) as address:
        yield address


@pytest.fixture
def services_own(fresh_database: str) -> Callable[[str], str]:
    """Gives a service's own address in a database of the test's, provisioned and with the service's tables made."""

    def address(service: str) -> str:
        url = provision(fresh_database, random_passwords([service]))[service]
        upgrade_at(fresh_database, service)
        return url

    return address
