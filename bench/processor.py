"""Processor time of processes: neighbours on the machine disturb it, and less than elapsed time."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds(pids: Iterable[int]) -> float:
    """Return the processor time that processes have taken so far, all their threads together."""
    return sum(map(_ticks, pids)) / _TICKS


def servers_of(database: str) -> Iterator[int]:
    """Yield PostgreSQL's processes that work on a database now; they are called by its name."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_server_of(database.encode(), entry):
            yield int(entry.name)


def _is_server_of(database: bytes, entry: Path) -> bool:
    try:
        words = (entry / "cmdline").read_bytes()
    except OSError:  # it has ended meanwhile
        return False
    return words.startswith(b"postgres: ") and database in words


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
