"""What rose above the baseline.

Two rules hold for each kind. A room's total never rises. In files that decide (`rooms.is_strict`) no file rises
either, except by what such files of the same room, now gone, were allowed: a file that moves, is renamed, split or
merged carries its number with it. What such files let go may thus pass outward, to the rest of the room, where a
mapping is read at the border, and never inward.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scripts.ratchet.baseline import Baseline
from scripts.ratchet.findings import Finding, Kind
from scripts.ratchet.rooms import is_strict, room_of
from scripts.ratchet.survey import Survey

ONE_MEANING = "give the newer thing a name of its own, or use the class that is there"


@dataclass(frozen=True)
class Rise:
    """A number above its limit: of what, of which kind, where everything stands, and what to do instead."""

    what: str
    title: str
    allowed: int
    found: int
    places: Sequence[Finding]
    remedy: str


def rises_of(kind: Kind, baseline: Baseline, survey: Survey) -> Iterator[Rise]:
    """What rose of a kind: files that decide first, then rooms whose total rose without these."""
    allowed, found = baseline.counts[kind], survey.counts[kind]
    for room in sorted({room_of(path) for path in found}):
        over = [
            path for path in sorted(found) if room_of(path) == room and found[path] > allowed.get(path, 0)
        ]
        strict = [path for path in over if is_strict(path)]
        excess = sum(found[path] - allowed.get(path, 0) for path in strict)
        if excess > _left_by_gone_files(allowed, survey.files, room):
            for path in strict:
                yield _rise(kind, path, allowed.get(path, 0), found[path], survey, [path])
        elif _total(found, room) > _total(allowed, room):
            yield _rise(kind, room, _total(allowed, room), _total(found, room), survey, over)


def doubled_rises(baseline: Baseline, survey: Survey) -> Iterator[Rise]:
    """Class names that were defined once and now are again, or more often than before."""
    for name, places in survey.doubled.items():
        allowed = baseline.classes.get(name, 1)
        if len(places) > allowed:
            yield Rise(f"class {name}", "definitions", allowed, len(places), places, ONE_MEANING)


def is_stale(baseline: Baseline, survey: Survey) -> bool:
    """Whether the baseline says other numbers than the tree, or of other files."""
    return baseline.counts != survey.counts or baseline.classes != survey.classes


def _rise(kind: Kind, what: str, allowed: int, found: int, survey: Survey, files: Iterable[str]) -> Rise:
    places = [place for place in survey.findings[kind] if place.path in set(files)]
    return Rise(what, kind.title, allowed, found, places, kind.remedy)


def _left_by_gone_files(allowed: Mapping[str, int], files: frozenset[str], room: str) -> int:
    gone = (path for path in allowed if path not in files and is_strict(path))
    return sum(allowed[path] for path in gone if room_of(path) == room)


def _total(counts: Mapping[str, int], room: str) -> int:
    return sum(number for path, number in counts.items() if room_of(path) == room)
