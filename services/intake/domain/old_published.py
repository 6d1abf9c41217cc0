"""What was published of a case before it came here, as a line of an import states it.

Decides that it stands in the public list as it was, and that no text of a file reaches the public: levels and
names must be the town's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from services.intake.domain.case import Case
from services.intake.domain.publishing import levels_of, name_of, record, with_nouns
from services.intake.domain.refusal import refusal
from shared.kernel.instants import format_instant
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Published:
    """One record of the public list.

    Args:
        at: its instant; None: only the local day `on` was kept.
        name: the category's name in both languages; None: it was counted only.
    """

    at: datetime | None
    on: date
    level: str | None = None
    state: str | None = None
    round: int | None = None
    name: Mapping[str, str] | None = None


def record_of_past(pack: Pack, case: Case, was: Published) -> dict[str, Any]:
    """Return the record of a publication of before, with its instant, level, state and round."""
    midnight = datetime.combine(was.on, datetime.min.time(), ZoneInfo(pack.zone))
    return {
        **record(pack, case, was.level, was.at or midnight),
        "state": was.state or case.state,
        "category": _name(pack, case, was),
        "published_at": was.at,
        "round": was.round,
    }


def _name(pack: Pack, case: Case, was: Published) -> dict[str, str] | None:
    """The name of then, where the town still has it; a name that the town does not have becomes the case's own."""
    if was.name is None or case.private:
        return None
    names = [{"zh": one.name.zh, "en": one.name.en} for one in pack.categories.values() if not one.private]
    return next((name for name in names if name == was.name), name_of(pack, case))


def refuse_published(
    pack: Pack, published: Iterable[Published], reported_at: datetime, now: datetime
) -> None:
    """Hold publications of before against the town's rules and against time.

    Raises:
        Refusal: `unknown-level`, `step-before-the-last`, `step-in-the-future`.
    """
    zone, levels = ZoneInfo(pack.zone), _levels(pack)
    for n, one in enumerate(published):
        where = {"field": f"publications.{n}"}
        if one.level is not None and one.level not in levels:
            raise refusal("unknown-level", where, given=one.level, known=", ".join(sorted(levels)))
        if one.on < reported_at.astimezone(zone).date() or (one.at or now) < reported_at:
            raise refusal("step-before-the-last", where, before=format_instant(reported_at))
        if one.on > now.astimezone(zone).date() or (one.at or now) > now:
            raise refusal("step-in-the-future", where)


def _levels(pack: Pack) -> set[str]:
    """Every level at which the town publishes, and every one at which it handles."""
    named = {level for step in pack.steps.values() for level in levels_of(with_nouns(pack, step.does))}
    return {*pack.levels, *filter(None, named)}
