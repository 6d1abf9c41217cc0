"""Pages for people: lists over a hundred thousand cases, a case with a long story, and two hundred people at once.

What is asked is the console with all services behind it in one process, as `gridcase serve` runs them; the two hundred
ask besides two consoles that are processes of their own, as deployments run them.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import Any

import sqlalchemy as sa
from flask import Flask
from werkzeug.test import Client

from bench.console_alone import StandingClock
from bench.ground import ROOT, Ground, Unmeasured
from bench.lists.rows import BIG
from bench.lists.standing import Standing, standing
from gridcase.front import Front
from gridcase.registry_admin import RegistryAdmin
from services.console import bootstrap as console
from shared.db.store import Store
from shared.flow.webserver import WebServer
from shared.kernel.scope import HOUSE, within
from shared.obs.metrics import Metrics

ROUNDS, STORY, AT_ONCE = 15, 300, 5
PEOPLE, EVERY_SECONDS, MINUTE = 200, 5.0, 60.0
CONSOLES = 2
PASSWORD = "two herons on the weir"
# Who looks: login → role, unit.
LOGINS = {"lead": ("unit_staff", f"{BIG}/station"), "watch": ("supervisor", None)}
SESSIONS = 20  # a person may have so many
TOWN = f"/towns/{BIG}"
PAGES: Mapping[str, tuple[str, Sequence[str]]] = {
    "desk of a unit": ("lead", [f"{TOWN}/desk"]),
    "cases": ("lead", [f"{TOWN}/cases"]),
    "cases that are open": ("lead", [f"{TOWN}/cases?state=accepted"]),
    "case with 300 entries": ("lead", ["CASE"]),
    "supervision": ("watch", [f"{TOWN}/supervision"]),
    "deadlines": ("watch", [f"{TOWN}/supervision/list"]),
    "messages": ("lead", ["/messages"]),
}


def run(ground: Ground, rounds: int = ROUNDS, seconds: float = MINUTE) -> dict[str, Any]:
    """Measure on PostgreSQL, as the services' own roles."""
    with (
        tempfile.TemporaryDirectory() as folder,
        ground.database() as database,
        standing(Path(folder), database, counts=False) as house,
        _open(house) as opened,
    ):
        return {"pages_ms": opened.timed(rounds), "first_paint_kb": opened.first_paint(),
                "cpu_ms": opened.processor_time(rounds), "people": opened.people(seconds),
                "consoles": CONSOLES, "people_apart": opened.people_apart(seconds, CONSOLES)}  # fmt: skip


def table_of(result: dict[str, Any]) -> str:
    """Lay out what was measured."""
    lines = ["| Page | median, ms | processor time, ms |", "|---|---|---|"]
    lines += [
        f"| {name} | {ms:.0f} | {result['cpu_ms'][name]:.0f} |" for name, ms in result["pages_ms"].items()
    ]
    return "\n".join([
        *lines, "", f"Report page with style and script, as sent: {result['first_paint_kb']:.0f} kB. "
        f"{PEOPLE} people, each opening a page every {EVERY_SECONDS:.0f} s, all in one process: "
        f"{_said(result['people'])} With {result['consoles']} consoles of their own: {_said(result['people_apart'])}",
    ])  # fmt: skip


def _said(people: Mapping[str, Any]) -> str:
    rate = people["answers"] / people["took_s"]
    return (f"{people['answers']} answers, {rate:.0f} a second, half within {people['median_ms']:.0f} ms, "
            f"99 % within {people['p99_ms']:.0f} ms; a page costs {people['cpu_ms']:.0f} ms of the house's processor "
            f"time{_of_consoles(people)}.")  # fmt: skip


def _of_consoles(people: Mapping[str, Any]) -> str:
    return f" and {people['consoles_cpu_ms']:.0f} ms of the consoles'" if "consoles_cpu_ms" in people else ""


@dataclass(frozen=True, slots=True)
class _Opened:
    front: Front
    house: Standing
    at: datetime
    case: str
    browsers: Mapping[str, Client]
    cookies: Sequence[tuple[str, str]]

    def timed(self, rounds: int) -> dict[str, float]:
        """Return the median of each page in milliseconds."""
        return {name: median(self._took(login, paths) for _ in range(rounds)) * 1000
                for name, (login, paths) in PAGES.items()}  # fmt: skip

    def _took(self, login: str, paths: Sequence[str]) -> float:
        began = time.perf_counter()
        for path in paths:
            answer = self.browsers[login].get(self._path(path), base_url="http://localhost")
            if answer.status_code != 200:
                raise Unmeasured(f"{path}: {answer.status_code} {answer.text[:300]}")
        return time.perf_counter() - began

    def _path(self, path: str) -> str:
        return f"{TOWN}/cases/{self.case}" if path == "CASE" else path

    def first_paint(self) -> float:
        """Return how much a phone loads for the report page, in kB."""
        browser, packed = Client(self.front), {"Accept-Encoding": "gzip"}
        page = browser.get(f"{TOWN}/report", base_url="http://localhost", headers=packed)
        assets = {word.split('"')[0] for word in page.text.split('="')[1:] if word.startswith("/assets/")}
        answers = [page, *(browser.get(each, base_url="http://localhost", headers=packed) for each in assets)]
        return sum(len(answer.data) for answer in answers) / 1000

    def processor_time(self, rounds: int) -> dict[str, float]:
        """Return what each page costs this process, in ms: that the machine has other work changes it little."""
        return {name: min(self._cost(login, paths) for _ in range(rounds)) * 1000
                for name, (login, paths) in PAGES.items()}  # fmt: skip

    def _cost(self, login: str, paths: Sequence[str]) -> float:
        began = time.process_time()
        for _ in range(AT_ONCE):
            self._took(login, paths)
        return (time.process_time() - began) / AT_ONCE

    def people(self, seconds: float) -> dict[str, Any]:
        """Let two hundred people open pages of this process, from a process of their own."""
        with self._served() as port:
            return self._visited([port], seconds)[0]

    def people_apart(self, seconds: float, consoles: int) -> dict[str, Any]:
        """Let them open pages of consoles that are processes of their own and ask this one, which has the services."""
        spent: list[float] = []
        with self._served() as port, ExitStack() as running:
            ports = [running.enter_context(self._console(port, spent)) for _ in range(consoles)]
            found, pages = self._visited(ports, seconds)
        return {**found, "consoles_cpu_ms": 1000 * sum(spent) / pages}

    @contextmanager
    def _served(self) -> Iterator[int]:
        server = WebServer(self.front, "127.0.0.1", 0)
        server.start()
        try:
            yield server.port
        finally:
            server.stop()

    @contextmanager
    def _console(self, port: int, spent: list[float]) -> Iterator[int]:
        told = {
            "secret": self.house.secret.hex(),
            "url": f"http://127.0.0.1:{port}",
            "at": self.at.isoformat(),
        }
        with subprocess.Popen([sys.executable, "-m", "bench.console_alone"], stdin=subprocess.PIPE, cwd=ROOT,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:  # fmt: skip
            assert running.stdin is not None
            assert running.stdout is not None
            running.stdin.write(f"{json.dumps(told)}\n")
            running.stdin.flush()
            yield int(running.stdout.readline())
            running.stdin.close()
            spent.append(float(running.stdout.readline()))

    def _visited(self, ports: Sequence[int], seconds: float) -> tuple[dict[str, Any], int]:
        began = time.process_time()
        ways = [(cookie, self._path(path)) for cookie, path in islice(cycle(self._ways()), PEOPLE * 12)]
        told = json.dumps({"ports": ports, "seconds": seconds, "every": EVERY_SECONDS, "people": PEOPLE,
                           "ways": ways})  # fmt: skip
        done = subprocess.run([sys.executable, "-m", "bench.visitors"], input=told, cwd=ROOT, text=True,
                              capture_output=True, check=False)  # fmt: skip
        if done.returncode:
            raise Unmeasured(done.stderr[-500:])
        found: dict[str, Any] = json.loads(done.stdout)
        pages = int(found["answers"])
        return {**found, "cpu_ms": 1000 * (time.process_time() - began) / pages}, pages

    def _ways(self) -> Iterator[tuple[str, str]]:
        for number, (login, cookie) in enumerate(self.cookies):
            paths = [path for who, found in PAGES.values() if who == login for path in found]
            for turn in range(12):
                yield cookie, paths[(number + turn) % len(paths)]


def _now_in(store: Store) -> datetime:
    with store.read() as conn:
        return store.now(conn)


@contextmanager
def _open(house: Standing) -> Iterator[_Opened]:
    metrics, calls = Metrics(), console.WsgiCalls()
    time_of_house = StandingClock(_now_in(house.services["registry"].store))
    pages = console.build(console.ConsoleSettings(house.secret), calls, metrics=metrics, time=time_of_house)
    apps = {name: service.app for name, service in house.services.items()}
    front = Front({**apps, console.NAME: pages}, Flask("home"), metrics)
    calls.reach(front)
    registry = RegistryAdmin(house.services["registry"].store, house.secret)
    browsers: dict[str, Client] = {}
    cookies: list[tuple[str, str]] = []
    for login, (role, unit) in LOGINS.items():
        browsers[login] = _first_signed_in(
            front, login, str(registry.add_account(login, role, BIG, unit, f"p-{login}"))
        )
        cookies += [(login, _cookie(_signed_in(front, login, PASSWORD))) for _ in range(SESSIONS - 1)]
    yield _Opened(front, house, time_of_house.at, _long_story(house), browsers, cookies)


def _signed_in(front: Front, login: str, password: str) -> Client:
    browser = Client(front)
    _send(browser, "/sign-in", "/sign-in", {"login": login, "password": password, "to": "/"})
    return browser


def _first_signed_in(front: Front, login: str, first: str) -> Client:
    browser = _signed_in(front, login, first)
    _send(browser, "/account", "/account/password", {"old": first, "new": PASSWORD, "again": PASSWORD})
    return browser


def _send(browser: Client, seen_at: str, path: str, form: Mapping[str, str]) -> None:
    page = browser.get(seen_at, base_url="http://localhost", follow_redirects=True).text
    seal = page.split('name="csrf" value="')[1].split('"')[0]
    answer = browser.post(path, data={"csrf": seal, **form}, base_url="http://localhost")
    if answer.status_code != 303:
        raise Unmeasured(f"{path}: {answer.status_code} {answer.text[:300]}")


def _cookie(browser: Client) -> str:
    cookie = browser.get_cookie("gridcase")
    assert cookie is not None
    return f"{cookie.key}={cookie.value}"


def _long_story(house: Standing) -> str:
    """Give an open case of the station three hundred entries, and return it."""
    store = house.services["intake"].store
    tables = store.flow.outbox.metadata.tables
    cases, history = tables["cases"], tables["history"]
    with within(HOUSE), store.begin() as work:
        case = work.conn.scalar(
            sa.select(cases.c.id).join(history, history.c.case_id == cases.c.id)
            .where(cases.c.town == BIG, cases.c.lead == f"{BIG}/station")
            .order_by(cases.c.id.desc()).limit(1)
        )  # fmt: skip
        entry = work.conn.execute(sa.select(history).where(history.c.case_id == case)).mappings().first()
        if entry is None:
            raise Unmeasured("no open case of the station has an entry")
        work.conn.execute(sa.insert(history), [{**entry, "n": STORY + n} for n in range(STORY)])
    return str(case)
