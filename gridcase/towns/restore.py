"""A town comes back from its archive, or comes to another house that has its secrets: suspended until it is resumed.

Decides what is held against what before anything is written, and in which order the stores are committed.
"""

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
import sqlalchemy as sa

from gridcase.house_stores import NAMES
from gridcase.towns import manifest as said
from gridcase.towns.export import Tick
from gridcase.towns.files import HouseFiles
from gridcase.towns.rows import PAGE, Values, columns_of, row_of, write_rows
from gridcase.towns.stores import (
    ASSESS,
    INTAKE,
    LEDGER,
    REGISTRY,
    Connections,
    TownStores,
    has_rows,
    house_time,
    is_simulated,
    revision_of,
    tables_of_towns,
)
from gridcase.towns.words import problem
from services.assess.bootstrap import mark_suspended as suspend_in_assess
from services.intake.bootstrap import TownMove, note_town_move
from services.intake.bootstrap import mark_suspended as suspend_in_intake
from services.ledger.bootstrap import mark_suspended as suspend_in_ledger
from services.registry.bootstrap import mark_suspended as suspend_in_registry
from shared.kernel.keyring import Keyring

# sla after those that its deadlines speak to; the registry last: what it does not know nobody asks for.
COMMITTED = ("assess", "ledger", "routing", "notify", "intake", "sla", "duties", "registry")
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class TownRestore:
    """Brings a town into a house.

    Args:
        secrets: the house's.
        progress: told after each page of rows and each file.
    """

    stores: TownStores
    files: HouseFiles
    secrets: Keyring
    progress: Tick = lambda _done, _of: None

    def read(self, path: Path) -> said.Manifest:
        """Restore what an archive holds; return what it says of itself.

        Raises:
            Problem: `no-archive`, `other-archive-format`, `damaged-archive`, `other-secret`, `other-revision`,
                `other-time`, `town-is-here`, `not-owner`.
        """
        try:
            with zipfile.ZipFile(path) as archive:
                told = _manifest(archive)
                self._refuse_other_secrets(told)
                with self.stores.snapshots() as conns:
                    # Before the members: of another form they would be others.
                    self._refuse_other_stores(conns, told)
                _verify(archive, told)
                with self.stores.writing() as writing:
                    self._refuse_other_stores(writing.conns, told)
                    self._fill(archive, writing.conns, told)
                    self._keep_files(archive, told)
                    writing.commit(*COMMITTED)
        except (zipfile.BadZipFile, KeyError, msgspec.DecodeError) as wrong:
            raise problem("no-archive", file=path.name, what=str(wrong)[:200]) from wrong
        return told

    def _refuse_other_secrets(self, told: said.Manifest) -> None:
        if unknown := sorted(set(told.keys) - set(self.secrets.ids)):
            raise problem("other-secret", keys=", ".join(unknown), own=", ".join(self.secrets.ids))

    def _refuse_other_stores(self, conns: Connections, told: said.Manifest) -> None:
        for name in NAMES:
            own = revision_of(conns[name])
            if told.revisions.get(name) != own:
                raise problem("other-revision", service=name, own=own, given=told.revisions.get(name, "–"))
            if has_rows(conns[name], name, told.town):
                raise problem("town-is-here", service=name, town=told.town)
        if is_simulated(conns[INTAKE]) != told.simulated:
            raise problem("other-time")

    def _fill(self, archive: zipfile.ZipFile, conns: Connections, told: said.Manifest) -> None:
        done, of = 0, sum(member.rows or 0 for member in told.members.values())
        for service in NAMES:
            for table in tables_of_towns(service):
                for page in _pages(archive, service, table):
                    write_rows(conns[service], table, page)
                    done += len(page)
                    self.progress(done, of)
        self._settle(conns, told.town)

    def _keep_files(self, archive: zipfile.ZipFile, told: said.Manifest) -> None:
        """Before anything is committed: a case's file is there as soon as the case is."""
        members = [name for name, member in told.members.items() if member.rows is None]
        try:
            for done, member in enumerate(members, start=1):
                self.files.keep(member, archive.read(member))
                self.progress(done, len(members))
        except BaseException:
            for member in members:
                self.files.remove(member)
            raise

    def _settle(self, conns: Connections, town: str) -> None:
        """Whatever it was when it was taken: nothing new comes in before somebody has looked at it here."""
        at = house_time(conns[INTAKE])
        suspend_in_registry(conns[REGISTRY], town, at)
        suspend_in_intake(conns[INTAKE], town, at)
        suspend_in_ledger(conns[LEDGER], town, at)
        suspend_in_assess(conns[ASSESS], town, at)
        note_town_move(conns[INTAKE], self.secrets, town, TownMove.RESTORED, at)


def _manifest(archive: zipfile.ZipFile) -> said.Manifest:
    raw = archive.read(said.NAME)
    number = msgspec.json.decode(raw, type=said.Numbered).format
    if number != said.FORMAT:
        raise problem("other-archive-format", given=number, own=said.FORMAT)
    return msgspec.json.decode(raw, type=said.Manifest)


def _verify(archive: zipfile.ZipFile, told: said.Manifest) -> None:
    """Hold every member against what the manifest says, before anything of it is believed."""
    present = set(archive.namelist()) - {said.NAME}
    tables = {said.table_member(name, table.name) for name in NAMES for table in tables_of_towns(name)}
    rows = {name for name, member in told.members.items() if member.rows is not None}
    if odd := sorted((present ^ set(told.members)) | (tables ^ rows)):
        raise problem("damaged-archive", member=odd[0])
    for service in NAMES:
        for table in tables_of_towns(service):
            name = said.table_member(service, table.name)
            if told.members[name].columns != columns_of(table):
                raise problem("damaged-archive", member=name)
    for name, member in told.members.items():
        try:
            digest = _digest(archive, name)
        except zipfile.BadZipFile as wrong:
            raise problem("damaged-archive", member=name) from wrong
        if digest != member.sha256:
            raise problem("damaged-archive", member=name)


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    digest = hashlib.sha256()
    with archive.open(name) as content:
        while piece := content.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _pages(archive: zipfile.ZipFile, service: str, table: sa.Table) -> Iterator[list[Values]]:
    page = []
    with archive.open(said.table_member(service, table.name)) as lines:
        for line in lines:
            page.append(row_of(table, line))
            if len(page) == PAGE:
                yield page
                page = []
    if page:
        yield page
