"""Attached files in a folder, each under its generated name."""

import os
import re
from pathlib import Path

_NAME = re.compile(r"[0-9a-f-]{36}")


class FolderAttachments:
    """Implements `ports.attachments.Attachments`.

    Args:
        folder: made when the first file comes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, name: str, content: bytes) -> None:
        """Store a file durably: whole under its name, or not at all."""
        target = self._path(name)
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_suffix(".part")
        with half.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(target)

    def read(self, name: str) -> bytes:
        """Return a file's content."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as missing:
            raise KeyError(name) from missing

    def _path(self, name: str) -> Path:
        """Files spread over folders by the last two digits of their names: no folder grows without bound."""
        if not _NAME.fullmatch(name):
            raise KeyError(name)
        return self._folder / name[-2:] / name
