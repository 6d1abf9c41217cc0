"""The numbers that were allowed last: a file for people, with a row for each file in which something is left."""

import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.ratchet.findings import Counts, Kind
from scripts.ratchet.rooms import room_of

_HEAD = """\
# What `make check` still allows. These numbers only fall: `python -m scripts.ratchet --update` writes lower ones.
# mappings: untyped mappings; keys: literal keys; one: variables called `one`; classes: one name, several meanings.
# The rules: docs/decisions/0014-untyped-mappings-count-down.md
"""


class Wrong(Exception):
    """The baseline cannot be read; the message says why."""


@dataclass(frozen=True)
class Raise:
    """What was raised on purpose at one time, a sentence each, and the reason that somebody gave."""

    reason: str
    what: tuple[str, ...]


@dataclass(frozen=True)
class Baseline:
    """How many of each kind are allowed in which file, how often a class name, and what was ever raised."""

    counts: Counts
    classes: Mapping[str, int]
    raised: tuple[Raise, ...] = ()


def read_baseline(path: Path) -> Baseline | None:
    """What is allowed; None where there is no such file yet. Raises Wrong where it is damaged."""
    if not path.is_file():
        return None
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
        classes = written.pop("classes", {})
        raised = tuple(Raise(row["reason"], tuple(row["what"])) for row in written.pop("raised", ()))
        return Baseline({kind: dict(_column(written, kind)) for kind in Kind}, classes, raised)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, AttributeError) as fault:
        raise Wrong(f"{path}: {fault}") from None


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write it, room by room, files and names in order."""
    path.write_text(
        "\n".join([_HEAD, *_rooms(baseline.counts), *_classes(baseline), *_raised(baseline)]), "utf-8"
    )


def _column(written: Mapping[str, Mapping[str, Mapping[str, int]]], kind: Kind) -> Iterator[tuple[str, int]]:
    for room, rows in written.items():
        for file, row in rows.items():
            if kind.value in row:
                yield f"{room}/{file}", row[kind.value]


def _rooms(counts: Counts) -> Iterator[str]:
    files = sorted(
        {file for column in counts.values() for file in column}, key=lambda file: (room_of(file), file)
    )
    for place, file in enumerate(files):
        room = room_of(file)
        if place == 0 or room_of(files[place - 1]) != room:
            yield f"{chr(10) if place else ''}[{_quoted(room)}]"
        numbers = (f"{kind.value} = {counts[kind][file]}" for kind in Kind if file in counts[kind])
        yield f"{_quoted(file.removeprefix(f'{room}/'))} = {{ {', '.join(numbers)} }}"


def _classes(baseline: Baseline) -> Iterable[str]:
    rows = [f"{name} = {number}" for name, number in sorted(baseline.classes.items())]
    return ["\n[classes]", *rows] if rows else []


def _raised(baseline: Baseline) -> Iterator[str]:
    for each in baseline.raised:
        yield f"\n[[raised]]\nreason = {_quoted(each.reason)}\nwhat = ["
        yield from (f"    {_quoted(what)}," for what in each.what)
        yield "]"
    yield ""


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # what JSON escapes, TOML escapes alike
