"""What a step corrects: the category, the place, or what was said of them and by the reporter.

Decides what counts as a correction, and what falls with it: a fact that was stated of the old category or place
says nothing of the new one. Must not know who may correct: that is the step's own.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from services.intake.domain.case import Case, snapshot_of
from shared.rules.case.situation import all_facts, situation_of
from shared.rules.case.snapshot import Place
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Pack

_CORRECTABLE = frozenset({"reporter", "category", "place"})  # sources that were settled when it was reported
WAS = ".was"  # ending of the name under which an old free text is kept beside the new one


class WasNow(Struct, frozen=True):
    """What was and what is now of something corrected; None: nothing."""

    was: Value | Place | None
    now: Value | Place | None


@dataclass(frozen=True, slots=True)
class Corrections:
    """What was and what is now.

    Args:
        values: name → what was and what is now; without free texts.
        texts: free texts as they were: '<name>.was' → text; they never leave the case file.
        forgotten: facts that fall because they were stated of another category or place.
    """

    values: Mapping[str, WasNow] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    forgotten: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values or self.texts)


def corrections(
    pack: Pack,
    case: Case,
    *,
    category: str | None = None,
    place: Place | None = None,
    facts: Mapping[str, Value] | None = None,
    texts: Mapping[str, str] | None = None,
) -> Corrections:
    """Return what the given values correct; what is said anew as it was corrects nothing."""
    stated = facts or {}
    moved = dict(_moved(case, category, place))
    forgotten = tuple(_forgotten(pack, case, moved, stated))
    known = all_facts(pack, situation_of(snapshot_of(case)))
    changed = {
        name: WasNow(known.get(name), value)
        for name, value in stated.items()
        if pack.facts[name].source in _CORRECTABLE and known.get(name) != value
    }
    fell = {name: WasNow(case.facts[name], None) for name in forgotten}
    return Corrections({**moved, **changed, **fell}, dict(_old_texts(pack, case, texts or {})), forgotten)


def _moved(case: Case, category: str | None, place: Place | None) -> Iterator[tuple[str, WasNow]]:
    if category is not None and category != case.category:
        yield "category", WasNow(case.category, category)
    if place is not None and place.key != case.place_key:
        yield "place", WasNow(case.place, place)


def _forgotten(pack: Pack, case: Case, moved: Collection[str], facts: Mapping[str, Value]) -> Iterator[str]:
    for name in case.facts:
        source = pack.facts[name].source if name in pack.facts else None
        if source in ("category", "place") and source in moved and name not in facts:
            yield name


def _old_texts(pack: Pack, case: Case, texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in texts.items():
        was = case.texts.get(name)
        if pack.facts[name].source in _CORRECTABLE and was is not None and was != text:
            yield f"{name}{WAS}", was
