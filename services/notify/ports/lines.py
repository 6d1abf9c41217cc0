"""The file channel: lines of JSON at the end of a file that another program reads."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

import orjson


class LineFile(Protocol):
    """Takes lines."""

    def append(self, lines: Iterable[Any]) -> None:
        """Write each value as one line, durably before this returns."""
        ...


class JsonLines:
    """A file of JSON lines, made with its folder when the first line is written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def append(self, lines: Iterable[Any]) -> None:
        """Write the lines at the end of the file and wait until the disk has them."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            file.write(b"".join(orjson.dumps(line) + b"\n" for line in lines))
            file.flush()
            os.fsync(file.fileno())
