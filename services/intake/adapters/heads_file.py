"""The file of day heads: outside the store, so that nobody who can write the store alone can change it."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import msgspec

from services.intake.domain.day_heads import DayHead, heads_in
from shared.contracts.messages.histories import HeadLine
from shared.kernel.durable import sync_folder

NAME = "history-heads.jsonl"


class HeadsFile:
    """A file of JSON lines, made with its folder when the first head is written."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def last(self) -> DayHead | None:
        """Return the latest head, or None where there is none yet."""
        return (
            next(reversed(heads_in(_whole_lines(self._path.read_bytes()))), None)
            if self._path.exists()
            else None
        )

    def append(self, make: Callable[[DayHead | None], DayHead | None]) -> bool:
        """Write the next head at the end and wait until the disk has it; tell whether there was one.

        Args:
            make: returns the head that follows the latest one; None: none does yet. Called while no other process
                appends: of two workers that find a day without a head, one writes it.
        """
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
            written = file.read()
            lines = _whole_lines(written)
            made = make(next(reversed(heads_in(lines)), None))
            if made is None:
                return False
            # A line without an end is of a process that died in it: nobody takes it for a head.
            file.truncate(len(written) - len(written.rpartition(b"\n")[2]))
            file.seek(0, os.SEEK_END)
            file.write(msgspec.json.encode(HeadLine(made)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        sync_folder(self._path.parent)
        return True


def read_heads(path: Path) -> list[DayHead]:
    """Return the heads in a file: this one, or the file channel's.

    Raises:
        OSError: it can't be read.
    """
    return heads_in(_whole_lines(path.read_bytes()))


def _whole_lines(written: bytes) -> list[bytes]:
    return written.split(b"\n")[:-1]
