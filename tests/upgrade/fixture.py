"""A house of a version before, as it was put away: read from its archive and set up in fresh stores.

data/<version>/house.tar.xz
  secret                         the house's secret
  <kind>/stores/<service>.sql    every store as SQL; kind: sqlite or postgresql
  <kind>/files/…                 attachments, and what the file channel has written
  <kind>/queues.json             what lay in each service's queue, unacknowledged
  <kind>/expected.json           what that house showed of itself, and what it made of it all afterwards
  postgresql/broker.json         the broker's exchanges, queues and bindings
"""

import json
import sqlite3
import tarfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from gridcase.house_stores import NAMES

DATA = Path(__file__).parent / "data"
ARCHIVE = "house.tar.xz"
KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True, slots=True)
class Fixture:
    """A house of one version on one kind of store."""

    version: str
    kind: str
    parts: Mapping[str, bytes]  # by path

    @property
    def secret(self) -> bytes:
        """The house's secret."""
        return self.parts["secret"]

    @property
    def expected(self) -> Mapping[str, Any]:
        """What the old house wrote down about itself."""
        return _read(self.version, self.kind, "expected.json")

    @property
    def queues(self) -> Mapping[str, list[Mapping[str, Any]]]:
        """Frames by the service that has to take them, in their order: body, and how the broker carried it."""
        return _read(self.version, self.kind, "queues.json")

    @property
    def broker(self) -> Mapping[str, Any]:
        """The broker's definitions, as its management interface exports and imports them."""
        return _read(self.version, self.kind, "broker.json")

    @property
    def stores(self) -> Mapping[str, str]:
        """The stores' content as SQL, by service."""
        at = f"{self.kind}/stores/"
        return {Path(path).stem: self.parts[path].decode() for path in self.parts if path.startswith(at)}

    def put_files(self, folder: Path) -> None:
        """Put attachments and written lines into a folder."""
        at = f"{self.kind}/files/"
        for path, content in self.parts.items():
            if path.startswith(at):
                target = folder / path.removeprefix(at)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)

    def put_sqlite(self, folder: Path) -> str:
        """Set the stores up as files in a folder; return their address."""
        folder.mkdir(parents=True, exist_ok=True)
        for service, text in self.stores.items():
            with closing(sqlite3.connect(folder / f"{service}.db")) as conn:
                conn.executescript(text)
        return f"sqlite:///{folder}/{{service}}.db"

    def put_postgres(self, admin: str) -> None:
        """Set the stores up as schemas of an empty database, for an administrator's eyes."""
        for service in {*NAMES, *self.stores}:  # those too that it did not have
            with psycopg.connect(admin) as conn:
                conn.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(service)))
                conn.execute(self.stores.get(service, ""))  # type: ignore[arg-type]  # our own archive


def versions() -> list[str]:
    """Return the versions of which a house was put away."""
    return sorted(path.parent.name for path in DATA.glob(f"*/{ARCHIVE}"))


@cache
def load(version: str, kind: str) -> Fixture:
    """Read a house from its archive."""
    return Fixture(version, kind, _parts(version))


@cache
def _parts(version: str) -> Mapping[str, bytes]:
    with tarfile.open(DATA / version / ARCHIVE, "r:xz") as archive:
        members = [member for member in archive if member.isfile()]
        return {member.name: archive.extractfile(member).read() for member in members}  # type: ignore[union-attr]


@cache
def _read(version: str, kind: str, name: str) -> Any:
    return json.loads(_parts(version)[f"{kind}/{name}"])
