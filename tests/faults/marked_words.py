"""A whole house whose stores fail again and again while people report: run as a process, whose every word is kept.

`python -m tests.faults.marked_words FOLDER` writes its logs to standard error and, as its last line, what it did.
"""

import itertools
import json
import logging
import secrets
import sqlite3
import sys
import threading
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from gridcase.embedded import EmbeddedHouse, embed, plan_in
from gridcase.registry_admin import RegistryAdmin
from shared.db import driver
from shared.obs.logs import set_up_logs
from shared.rules.pack.build.files import load_files

MARK = "marked-5e1f"
TOWN = "t-vtc"
HEAD = "t-vtc.east-village/village-station-head"
RULES = Path(__file__).resolve().parents[2] / "rules"
REPORT = {"category": "ditch-and-drain", "channel": "grid", "place": "east-1", "text": f"{MARK}-text"}
IDENTITY = {"name": f"{MARK}-name", "phone": f"{MARK}-phone"}
# As drivers have it: away, refused with the row, refused with the value, broken in itself.
FAILURES = (sqlite3.OperationalError, sqlite3.IntegrityError, sqlite3.ProgrammingError, KeyError)
ROUNDS = 100


class Saboteur:
    """Fails each so-manieth statement of every store, in the words of a driver that repeats what it was given."""

    def __init__(self, house: EmbeddedHouse) -> None:
        self.injected = 0
        self._every = 0
        self._count = itertools.count()
        for service in house.services.values():
            sa.event.listen(service.store.engine, "do_execute", self._execute)
            sa.event.listen(service.store.engine, "do_executemany", self._execute)
        # Some statements go to the driver past SQLAlchemy.
        genuine = driver._driver_of
        driver._driver_of = lambda conn: _FailingDriver(genuine(conn), self)

    def begin(self, every: int) -> None:
        """Fail every so-manieth statement from here on; 0: none."""
        self._every = every

    def fail_perhaps(self, statement: str, parameters: Any) -> None:
        """Fail where it is a statement's turn."""
        self._execute(None, statement, parameters, None)

    def _execute(self, _cursor: Any, statement: str, parameters: Any, _context: Any) -> None:
        number = next(self._count)
        if self._every and number % self._every == 0 and not statement.startswith("PRAGMA"):
            self.injected += 1
            kind = FAILURES[number // self._every % len(FAILURES)]
            raise kind(f"Failing row contains ({parameters}) {MARK}")


class _FailingDriver:
    """A connection of the driver's and its cursor, as far as our stores use them without SQLAlchemy."""

    def __init__(self, driver: sqlite3.Connection, saboteur: Saboteur) -> None:
        self._cursor, self._saboteur = driver.cursor(), saboteur

    def cursor(self) -> "_FailingDriver":
        return self

    def execute(self, statement: str, values: Any) -> sqlite3.Cursor:
        self._saboteur.fail_perhaps(statement, values)
        return self._cursor.execute(statement, values)

    def executemany(self, statement: str, many: Any) -> sqlite3.Cursor:
        self._saboteur.fail_perhaps(statement, many)
        return self._cursor.executemany(statement, many)


def main(folder: str) -> None:
    """Report, step and note while stores fail; then let all come to rest."""
    set_up_logs("marked", "debug")
    house = embed(plan_in(Path(folder), "reference"))
    registry = RegistryAdmin(house.services["registry"].store, secrets.token_bytes(32), house.metrics)
    registry.publish(TOWN, load_files(RULES / TOWN))
    token = registry.issue_token("unit_staff", HEAD, "p-head", (TOWN,))
    house.start()
    client = house.services["intake"].app.test_client()  # type: ignore[attr-defined]
    _until(lambda: _report(client, token) == 201)
    saboteur = Saboteur(house)
    statuses: dict[int, int] = {}
    for number in range(ROUNDS):
        saboteur.begin(3 + number % 29)
        for status in (_report(client, token), _note(client, token)):
            statuses[status] = statuses.get(status, 0) + 1
    threading.Event().wait(2)  # for what was taken in this time to fail on its way
    saboteur.begin(0)
    logging.getLogger("some.library").exception("while serving %s", MARK, exc_info=KeyError(MARK))
    thread = threading.Thread(target=_fail)
    thread.start()
    thread.join()
    details = [detail for service in house.services.values() for detail in _kept_failures(service.store)]
    house.stop()
    sys.stdout.write(json.dumps({"injected": saboteur.injected, "statuses": statuses, "details": details}))


def _report(client: FlaskClient, token: str) -> int:
    body = {**REPORT, "reporter": IDENTITY}
    return client.post(f"/v1/towns/{TOWN}/cases", json=body, headers=_as(token)).status_code


def _note(client: FlaskClient, token: str) -> int:
    listed = client.get(f"/v1/towns/{TOWN}/cases", headers=_as(token))
    if listed.status_code != 200:
        return listed.status_code
    case = listed.get_json()["cases"][0]["id"]
    body = {"step": "settle", "note": f"{MARK}-note", "facts": {"result": f"{MARK}-fact"}}
    path = f"/v1/towns/{TOWN}/cases/{case}/steps"
    return client.post(path, json=body, headers=_as(token)).status_code


def _as(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _kept_failures(store: Any) -> list[str]:
    """Reasons and details of messages that were put off or parked."""
    inbox = store.flow.inbox
    with store.read() as conn:
        rows = conn.execute(sa.select(inbox.c.reason, inbox.c.detail).where(inbox.c.reason.is_not(None)))
        return [f"{reason} {detail}" for reason, detail in rows]


def _until(is_so: Any) -> None:
    for _ in range(600):
        if is_so():
            return
        threading.Event().wait(0.1)
    raise AssertionError("the house did not come up")


def _fail() -> None:
    raise ValueError(f"{MARK} in a thread")


if __name__ == "__main__":
    main(sys.argv[1])
