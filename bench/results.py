"""What was measured, kept in a file: parts that are run on different evenings, and the page that is written from all.

Must not know what is measured.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement.

    Args:
        result: its figures, as its bench gives them.
        command: by which it can be repeated.
        machine: on what, and how busy it was.
        seconds: that it took.
    """

    result: Mapping[str, Any]
    command: str
    machine: str
    seconds: float


class ResultFile:
    """Measurements by the names of their benches; each is written as soon as it is there."""

    def __init__(self, path: Path) -> None:
        self._path = path
        told = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        self.found = {name: Measured(**kept) for name, kept in told.items()}

    def keep(self, name: str, measured: Measured) -> None:
        """Keep a measurement in place of an earlier one of the same bench."""
        self.found[name] = measured
        told = {key: asdict(kept) for key, kept in sorted(self.found.items())}
        text = json.dumps(told, ensure_ascii=False, indent=1)
        self._path.write_text(f"{text}\n", encoding="utf-8")
