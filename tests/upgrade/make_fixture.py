"""Puts a house of the code at hand away, for the tests of every later version: `python -m tests.upgrade.make_fixture`.

Run it at the tag of a version that is about to become 'the version before':

    git worktree add ../old v0.2.0 && cd ../old
    python -m tests.upgrade.make_fixture v0.2.0 ../main/tests/upgrade/data/v0.2.0

It lives the lives of `lives.py` and `last_day.py` once on SQLite and once on PostgreSQL and RabbitMQ (which it starts
by itself), writes down what the house shows of itself over HTTP, puts everything away, and then lets the same house
come up again and go on: what it makes of its own queues is what the next version has to make of them.
"""

import io
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.servers import ROOT, SHARED_FOLDER, Servers, command, database_on, start
from tests.upgrade import broker_export
from tests.upgrade.expectations import write_down
from tests.upgrade.fixture import ARCHIVE, KINDS
from tests.upgrade.last_day import live_last_day
from tests.upgrade.lives import DAWN, TOWNS, live
from tests.upgrade.seams import NAMES, House
from tests.upgrade.story import ENGINEER, Story, at
from tests.upgrade.street import Street

SECRET = b"the secret of a house that stands nowhere"
RULES = (ROOT / "rules", Path(__file__).parent / "towns")
LATER = "2026-04-03 00:00"  # until when the old house goes on
Part = tuple[str, bytes]  # path, content
Dump = Callable[[], Iterator[Part]]


def main() -> None:
    """Make the archive that the command line names: version, folder."""
    version, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as work, _servers() as servers:
        parts = [
            (f"{kind}/{path}", content)
            for kind in KINDS
            for path, content in make(kind, Path(work) / kind, servers, version)
        ]
    (folder / ARCHIVE).write_bytes(_packed([("secret", SECRET), *parts]))


def make(kind: str, folder: Path, servers: Servers, version: str) -> Iterator[Part]:
    """Yield the parts of one house by their paths."""
    folder.mkdir()
    files = folder / "files"
    with _stores(kind, folder, servers) as (url, dump):
        story, street = _lived(url, files, is_sent=kind == "postgresql")
        operator = story.token(story.operator())
        story.house.close()
        yield from dump()
        yield from _files(files)
        yield from _queues(kind, story.house, street, servers)
        seen = write_down(lambda: _house(url, files), street.queues, operator, TOWNS, at(LATER))
        named = {"operator": operator, "engineer": story.token(ENGINEER)}
        told = {"version": version, "until": at(LATER).isoformat(), "towns": TOWNS, "tokens": named}
        yield "expected.json", _json({**told, "cases": story.named(), "kept": story.kept, **seen})


def _house(url: str, files: Path) -> House:
    return House(url, SECRET, files)


def _lived(url: str, files: Path, *, is_sent: bool) -> tuple[Story, Street]:
    house = _house(url, files)
    house.begin(at(DAWN))
    story, street = Story(house, RULES), Street(house, is_sent=is_sent)
    live(story)
    live_last_day(story, street)
    return story, street


@contextmanager
def _servers() -> Iterator[Servers]:
    yield start(SHARED_FOLDER, "rabbit", "pg")
    command("release", str(SHARED_FOLDER), str(os.getpid()))


@contextmanager
def _stores(kind: str, folder: Path, servers: Servers) -> Iterator[tuple[str, Dump]]:
    """Give the address of empty stores, and the means to write down what they hold."""
    if kind == "sqlite":
        yield f"sqlite:///{folder}/{{service}}.db", lambda: _sqlite_dump(folder)
        return
    with database_on(servers) as admin:
        for name in NAMES:
            with psycopg.connect(admin) as conn:
                conn.execute(f"create schema {name}")
        programs = servers.reach["PG_PROGRAMS"]
        yield admin.replace("postgresql://", "postgresql+psycopg://"), lambda: _pg_dump(admin, programs)


def _sqlite_dump(folder: Path) -> Iterator[Part]:
    for name in NAMES:
        with closing(sqlite3.connect(folder / f"{name}.db")) as conn:
            yield f"stores/{name}.sql", "\n".join(conn.iterdump()).encode()


def _pg_dump(admin: str, programs: str) -> Iterator[Part]:
    """As SQL that any client can run: no commands of `psql`, no owners."""
    at_ = urlsplit(admin)
    environment = {
        "PGHOST": str(at_.hostname),
        "PGPORT": str(at_.port),
        "PGUSER": str(at_.username),
        "PGPASSWORD": str(at_.password),
        "PGDATABASE": at_.path.strip("/"),
    }
    words = [f"{programs}/pg_dump", "--no-owner", "--no-privileges", "--rows-per-insert=100"]
    for name in NAMES:
        done = subprocess.run([*words, f"--schema={name}"], env=environment, capture_output=True, check=True)
        lines = done.stdout.splitlines()
        kept = [line for line in lines if not line.startswith((b"\\", b"CREATE SCHEMA"))]
        yield f"stores/{name}.sql", b"\n".join(kept)


def _files(folder: Path) -> Iterator[Part]:
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        yield f"files/{path.relative_to(folder)}", path.read_bytes()


def _queues(kind: str, house: House, street: Street, servers: Servers) -> Iterator[Part]:
    """What lies in queues: in one process as it was said, at the broker as that carries it."""
    filled = {name: frames for name, frames in street.queues.items() if frames}
    if kind == "sqlite":
        plain = {name: [{"body": frame.decode()} for frame in frames] for name, frames in filled.items()}
        yield "queues.json", _json(plain)
        return
    listens = {name: service.listens for name, service in house.services.items()}
    carried = {name: broker_export.carried(servers, listens, name, filled[name]) for name in filled}
    yield "queues.json", _json(carried)
    yield "broker.json", _json(broker_export.definitions(servers, listens))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _packed(parts: list[Part]) -> bytes:
    """An archive without times and owners, packed as small as it goes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, content in parts:
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return lzma.compress(buffer.getvalue(), preset=9 | lzma.PRESET_EXTREME)


if __name__ == "__main__":
    main()
