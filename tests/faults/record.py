"""Keeping the counts of a fault run: one JSON line each, from which `docs/faults.md` is written."""

import json
import os
from pathlib import Path

from tests.faults.load import Count


def record(way: str, fault: str, seed: int, count: Count) -> None:
    """Write a count down where GRIDCASE_FAULTS_LOG says, if it says so."""
    path = os.environ.get("GRIDCASE_FAULTS_LOG")
    if path:
        line = {"way": way, "fault": fault, "seed": seed, **{name: getattr(count, name) for name in Count.__slots__}}
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
