"""Files that go with a town's rows, wherever a service keeps them: attachments of cases, pictures of records.

Decides which folder is whose, and by which name a file stands in an archive: the folder's, and its own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from msgspec import Struct

from gridcase.towns.stores import DUTIES, INTAKE, Connections
from services.duties.bootstrap import kept_pictures
from services.intake.bootstrap import attached_files
from shared.files.keeping import FolderFiles

ATTACHMENTS, PICTURES = "attachments", "pictures"


class KeptFile(Struct, frozen=True):
    """A file of a town.

    Args:
        member: its folder and name.
        of: number of the case, or id of the record, that it belongs to.
    """

    member: str
    sha256: str
    of: str


@dataclass(frozen=True, slots=True)
class HouseFiles:
    """Files of a house.

    Args:
        folder: in which each service has one of its own.
    """

    folder: Path

    def keep(self, member: str, content: bytes) -> None:
        """Store a file durably.

        Raises:
            KeyError: it is none that a service keeps.
        """
        keeper, name = self._at(member)
        keeper.keep(name, content)

    def read(self, member: str) -> bytes:
        """Return a file's content.

        Raises:
            KeyError: there is no such file.
        """
        keeper, name = self._at(member)
        return keeper.read(name)

    def remove(self, member: str) -> None:
        """Remove a file for good; one that is gone already is no fault."""
        keeper, name = self._at(member)
        keeper.remove(name)

    def _at(self, member: str) -> tuple[FolderFiles, str]:
        folder, _, name = member.partition("/")
        if folder not in (ATTACHMENTS, PICTURES):
            raise KeyError(member)
        return FolderFiles(self.folder / folder), name


def files_of(conns: Connections, town: str) -> list[KeptFile]:
    """Return a town's files whose content is not erased."""
    return list(_files(conns, town))


def _files(conns: Connections, town: str) -> Iterator[KeptFile]:
    for file in attached_files(conns[INTAKE], town):
        yield KeptFile(f"{ATTACHMENTS}/{file.id}", file.sha256, file.number)
    for picture in kept_pictures(conns[DUTIES], town):
        yield KeptFile(f"{PICTURES}/{picture.id}", picture.sha256, picture.record or "–")
