"""Where benchmarks run: a set of servers, and in it a database and a virtual host for every round.

Must not know what is measured.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


class Unmeasured(Exception):
    """Something that a measurement needs is missing; the message says what."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Running servers.

    Args:
        reach: addresses by name, as `python -m scripts.servers env` prints them.
    """

    reach: Mapping[str, str]

    @contextmanager
    def database(self) -> Iterator[str]:
        """Lend the address of an empty database, as a superuser."""
        name = f"bench_{uuid4().hex}"
        with psycopg.connect(self.reach["PG_DSN"], autocommit=True) as conn:
            conn.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        try:
            yield self.reach["PG_DSN"].rpartition("/")[0] + f"/{name}"
        finally:
            with psycopg.connect(self.reach["PG_DSN"], autocommit=True) as conn:
                conn.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
                roles = conn.execute(
                    "select rolname from pg_roles where starts_with(rolname, %s)", (f"{name}_",)
                )
                for (role,) in roles.fetchall():  # those of a house are called by its database
                    conn.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))

    @contextmanager
    def vhost(self) -> Iterator[str]:
        """Lend the address of an empty virtual host."""
        name = f"bench_{uuid4().hex}"
        user = urlsplit(self.reach["AMQP_URL"]).username
        self._manage("PUT", f"vhosts/{name}")
        self._manage("PUT", f"permissions/{name}/{user}", {"configure": ".*", "write": ".*", "read": ".*"})
        try:
            yield self.reach["AMQP_URL"].rpartition("/")[0] + f"/{name}"
        finally:
            self._manage("DELETE", f"vhosts/{name}")

    def _manage(self, method: str, path: str, body: object = None) -> None:
        at = urlsplit(self.reach["RABBITMQ_MANAGEMENT_URL"])
        request = urllib.request.Request(f"http://{at.hostname}:{at.port}/api/{path}", method=method)
        request.add_header("Content-Type", "application/json")
        request.data = json.dumps(body or {}).encode()
        doors = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        doors.add_password(None, request.full_url, str(at.username), str(at.password))
        opener = urllib.request.build_opener(
            urllib.request.HTTPBasicAuthHandler(doors), urllib.request.ProxyHandler({})
        )
        opener.open(request, timeout=30).close()


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Start the servers in `folder` unless they run, and give them back at the end."""
    pid = str(os.getpid())
    words = _servers("up", str(folder), "rabbit", "pg", "--for", pid)
    try:
        yield Ground(dict(line.split("=", 1) for line in words.splitlines()))
    finally:
        _servers("release", str(folder), pid)


def _servers(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "scripts.servers", *words],
        cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Unmeasured(done.stderr.strip())
    return done.stdout


def wait_for(holds: Callable[[], bool], seconds: float, what: str, every: float = 0.05) -> None:
    """Wait until something holds.

    Raises:
        Unmeasured: it did not within `seconds`.
    """
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise Unmeasured(f"{what}: not within {seconds:.0f} s")
        time.sleep(every)
