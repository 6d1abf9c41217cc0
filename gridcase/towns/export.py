"""A town as one archive: its rows in every store, and its files, of one moment.

Decides what is written in which order. Other towns' rows are neither read nor held up.
"""

import hashlib
import os
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec
import sqlalchemy as sa

from gridcase.house_stores import NAMES
from gridcase.towns import manifest as said
from gridcase.towns.files import HouseFiles, KeptFile, files_of
from gridcase.towns.quiet import Sleep, quiet_snapshots
from gridcase.towns.rows import columns_of, keys_named, line_of, rows_in
from gridcase.towns.stores import (
    INTAKE,
    Connections,
    TownStores,
    count_rows,
    house_time,
    is_simulated,
    revision_of,
    tables_of_towns,
)
from gridcase.towns.words import problem
from shared.kernel.durable import sync_folder
from shared.kernel.instants import format_instant

Tick = Callable[[int, int], None]  # rows and files done, and of how many
_PRIVATE = 0o600


@dataclass(slots=True)
class TownExport:
    """Takes a town out of a house; the house goes on, and keeps it.

    Args:
        progress: told after each table's page and each file.
    """

    stores: TownStores
    files: HouseFiles
    progress: Tick = lambda _done, _of: None
    sleep: Sleep = time.sleep
    _keys: set[str] = field(default_factory=set)
    _done: int = 0
    _of: int = 0

    def write(self, town: str, path: Path) -> said.Manifest:
        """Write the archive, whole under its name or not at all; return what it says of itself.

        Raises:
            Problem: `no-town-here`, `town-not-quiet`, `attachment-gone`, `not-owner`.
            OSError: the file can't be written.
        """
        with quiet_snapshots(self.stores, town, self.sleep) as conns:
            self._of = sum(
                count_rows(conns[name], table, town) for name in NAMES for table in tables_of_towns(name)
            )
            if not self._of:
                raise problem("no-town-here", town=town)
            half = path.with_name(f"{path.name}.part")
            try:
                made = self._written(conns, town, half)
            except BaseException:
                half.unlink(missing_ok=True)
                raise
        half.replace(path)
        sync_folder(path.absolute().parent)
        return made

    def _written(self, conns: Connections, town: str, path: Path) -> said.Manifest:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PRIVATE)
        with os.fdopen(handle, "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                members = dict(self._members(archive, conns, town))
                made = said.Manifest(
                    format=said.FORMAT,
                    version=said.own_version(),
                    town=town,
                    at=format_instant(house_time(conns[INTAKE])),
                    simulated=is_simulated(conns[INTAKE]),
                    revisions={name: revision_of(conn) for name, conn in conns.items()},
                    keys=sorted(self._keys),
                    members=members,
                )
                archive.writestr(said.NAME, msgspec.json.format(msgspec.json.encode(made)))
            file.flush()
            os.fsync(file.fileno())
        return made

    def _members(
        self, archive: zipfile.ZipFile, conns: Connections, town: str
    ) -> Iterator[tuple[str, said.Member]]:
        files = files_of(conns, town)
        self._of += len(files)
        for service in NAMES:
            for table in tables_of_towns(service):
                name = said.table_member(service, table.name)
                with archive.open(name, "w", force_zip64=True) as member:
                    yield name, self._table(member, conns[service], table, town)
        for file in files:
            content = self._content(file)
            # Pictures and the like: packing them again makes them no smaller.
            archive.writestr(file.member, content, zipfile.ZIP_STORED)
            self._tick()
            yield file.member, said.Member(file.sha256, len(content))

    def _table(self, member: IO[bytes], conn: sa.Connection, table: sa.Table, town: str) -> said.Member:
        digest, size, rows = hashlib.sha256(), 0, 0
        for row in rows_in(conn, table, town):
            self._keys |= keys_named(table, row)
            line = line_of(table, row)
            member.write(line)
            digest.update(line)
            size, rows = size + len(line), rows + 1
            self._tick()
        return said.Member(digest.hexdigest(), size, rows, columns_of(table))

    def _content(self, file: KeptFile) -> bytes:
        try:
            content = self.files.read(file.member)
        except KeyError as gone:
            raise problem("attachment-gone", file=file.member, of=file.of) from gone
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise problem("attachment-gone", file=file.member, of=file.of)
        return content

    def _tick(self) -> None:
        self._done += 1
        self.progress(self._done, self._of)
