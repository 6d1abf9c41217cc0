"""Files that people hand in, each under its generated name: in a folder, or in memory.

Names are made by the service that keeps them; a sender's name is never a path.
"""

import os
import re
from pathlib import Path
from typing import Protocol

from shared.kernel.durable import sync_folder

_NAME = re.compile(r"[0-9a-f-]{36}")
_OWNER_ALONE = 0o600


class FileKeeper(Protocol):
    """A keeper of files by generated name."""

    def keep(self, name: str, content: bytes) -> None:
        """Store a file durably; a name is used once.

        Raises:
            KeyError: the name was not made by a service of this house.
        """
        ...

    def remove(self, name: str) -> None:
        """Remove a file for good; one that is gone already is no fault.

        Raises:
            KeyError: the name was not made by a service of this house.
        """
        ...

    def read(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            KeyError: there is no such file.
        """
        ...


class FolderFiles:
    """Files in a folder: a `FileKeeper`.

    Args:
        folder: made when the first file comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, content: bytes) -> None:
        """Store a file durably: whole under its name, or not at all.

        Written beside its place and moved there once it is on the disk: a process that dies leaves no half file
        under a name that somebody may read.
        """
        target = self._path(name)
        for folder in (self._folder, target.parent):
            _make_folder(folder)
        # In the same folder: from another file system it could not be moved in one act.
        half = target.with_suffix(".part")
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ALONE), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)
        # The name too, or a power cut would leave a content that nobody finds.
        sync_folder(target.parent)

    def remove(self, name: str) -> None:
        """Remove a file, and what a process that died left of it; one that is gone already is no fault."""
        target = self._path(name)
        for file in (target, target.with_suffix(".part")):
            file.unlink(missing_ok=True)

    def read(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            KeyError: there is no such file.
        """
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as missing:
            raise KeyError(name) from missing

    def _path(self, name: str) -> Path:
        """Files spread over folders by the last two digits of their names: no folder grows without bound."""
        # Whatever is handed in: nothing but an id may become part of a path.
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        # The last digits are drawn by chance; the first are the time, and a day's files would share one folder.
        return self._folder / name[-2:] / name


def _make_folder(folder: Path) -> None:
    """Make a folder that its owner alone reads, with its name on the disk."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)


class MemoryFiles:
    """Files that end with this process: a `FileKeeper`."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    @property
    def count(self) -> int:
        """How many files there are."""
        return len(self._files)

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file."""
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        self._files[name] = content

    def remove(self, name: str) -> None:
        """Remove a file; one that is gone already is no fault."""
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        self._files.pop(name, None)

    def read(self, name: str) -> bytes:
        """Return a file's content.

        Raises:
            KeyError: there is no such file.
        """
        return self._files[name]
