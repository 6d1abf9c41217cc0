"""Keeping the counts of a fault run: one JSON line each, from which `docs/faults.md` is written."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.faults.count import Count
from tests.faults.deaths import Death

LOG = "GRIDCASE_FAULTS_LOG"


def record(
    way: str,
    fault: str,
    count: Count,
    *,
    recovered: Sequence[float] = (),
    firing: Sequence[float] = (),
    waited: float | None = None,
) -> None:
    """Write a count down where GRIDCASE_FAULTS_LOG says, if it says so.

    Args:
        way: on what, or how, such as 'embedded': each has a table of its own.
        recovered: seconds from the fault's end, or the death, until everything was done.
        firing: seconds that deadlines took from falling due, or from the last recovery.
        waited: seconds for which a request had to be repeated at most; None: that was not looked at.
    """
    line = {
        "way": way,
        "fault": fault,
        **count.figures(),
        "recovered": list(recovered),
        "firing": list(firing),
    }
    _write(line if waited is None else {**line, "waited": waited})


def record_deaths(way: str, deaths: Sequence[Death], count: Count, firing: Sequence[float]) -> None:
    """Write down what several deaths left behind; what they share is divided among them."""
    figures = count.figures()
    for number, death in enumerate(deaths):
        share = {name: _share(total, len(deaths), number) for name, total in figures.items()}
        fault = f"{death.process} killed {death.place or 'at any moment'}"
        _write({"way": way, "fault": fault, **share, "recovered": [_seconds(death)], "firing": list(firing)})
        firing = ()


def record_run(seconds: float) -> None:
    """Write down how long a whole run took."""
    _write({"seconds": seconds})


def record_machine(**facts: str) -> None:
    """Write down on what the run took place."""
    _write({"machine": facts})


def _share(total: int, parts: int, number: int) -> int:
    return total // parts + (number < total % parts)


def _seconds(death: Death) -> float:
    return (death.quiet_at or 0.0) - (death.died_at or 0.0)


def _write(line: dict[str, Any]) -> None:
    if path := os.environ.get(LOG):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
