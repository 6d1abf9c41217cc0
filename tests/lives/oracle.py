"""A slow oracle: what rules may see of a case, and when what was reached, folded from intake's messages alone.

It reads the plain values of the frames, folds them from the first to the last each time it is asked, and imports
nothing of the house: what the house sees is held against it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

Frame = Mapping[str, Any]  # a CloudEvents object as it was decoded from JSON
Span = tuple[datetime, datetime | None]
Written = tuple[datetime, datetime, int]
COUNTED = frozenset({"reporters", "repeats"})  # facts that the platform counts itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What rules may see of a case.

    Args:
        facts: without what the platform counts: `reporters` and `repeats` stand by themselves.
        previous_lead: who led before the latest decision.
        from_above: a jurisdiction above the town opened it; what a unit of a level above reports is left out, since
            that is judged with the pack at hand.
        handed_over: it went from one lead to another at any time.
    """

    category: str
    channel: str
    place: str | None
    facts: Mapping[str, object]
    levels: tuple[str, ...] = ()
    lead: str | None = None
    previous_lead: str | None = None
    assisting: tuple[str, ...] = ()
    procedure: str | None = None
    round: int = 1
    finder_role: str | None = None
    finder_unit: str | None = None
    first_contact: str | None = None
    reporter: str | None = None
    also: tuple[str, ...] = ()
    reporters: int = 1
    repeats: int = 0
    from_above: bool = False
    handed_over: bool = False


@dataclass(frozen=True, slots=True)
class Reached:
    """A milestone: when it was reached first and last, and whether it stands."""

    first_at: datetime
    last_at: datetime
    stands: bool = True


@dataclass(slots=True)
class Timeline:
    """A case's past as far as limits need it.

    Args:
        round_began_at: None in the first round; fell: what fell when the present round began.
        pauses: stage → from when until when, None for one that is open.
        stopped: stage → when a step stopped it last.
        written: stage → when a person wrote a due instant, which one, in which round.
    """

    marks: dict[str, Reached] = field(default_factory=dict)
    round: int = 1
    round_began_at: datetime | None = None
    fell: frozenset[str] = frozenset()
    pauses: dict[str, list[Span]] = field(default_factory=dict)
    stopped: dict[str, datetime] = field(default_factory=dict)
    written: dict[str, Written] = field(default_factory=dict)


def is_of_case(frame: Frame) -> bool:
    """Tell whether a message says how its case stands; alarms and work orders on its stream do not."""
    return frame["type"].startswith("cn.gridcase.case.") and "category" in frame["data"]


def asks(frame: Frame) -> bool:
    """Tell whether routing is to decide because of a message."""
    is_first = frame["type"].startswith("cn.gridcase.case.admitted.")
    return is_of_case(frame) and (is_first or bool(frame["data"].get("ask_decision")))


def waits(frame: Frame) -> bool:
    """Tell whether a case that was decided already waits for another decision."""
    return bool(frame["data"].get("awaits_decision") and frame["data"].get("assignment"))


def situation_after(frames: Sequence[Frame], is_above: Callable[[str, str], bool]) -> Situation:
    """Return what rules may see of a case after its messages up to now, of which there is one at least.

    Args:
        is_above: tells of the case that opened this one and of this one's town whether the first lies above.
    """
    told = [frame["data"] for frame in frames if is_of_case(frame)]
    first, last = told[0], told[-1]
    held, facts = last.get("assignment") or {}, last["facts"]
    return Situation(
        category=last["category"],
        channel=last["channel"],
        place=last["place"].get("key"),
        facts={name: value for name, value in facts.items() if name not in COUNTED},
        levels=tuple(held.get("levels", ())),
        lead=held.get("lead"),
        previous_lead=_lead_before(told),
        assisting=tuple(held.get("assisting", ())),
        procedure=held.get("procedure"),
        round=last.get("round", 1),
        finder_role=last.get("finder_role"),
        finder_unit=last.get("finder_unit"),
        first_contact=last.get("first_contact"),
        reporter=last.get("reporter"),
        also=tuple(last.get("also", ())),
        reporters=facts.get("reporters", 1),
        repeats=facts.get("repeats", 0),
        from_above=bool(first.get("linked_from")) and is_above(first["linked_from"], frames[0]["town"]),
        handed_over=_was_handed_over(told),
    )


def _lead_before(told: Sequence[Frame]) -> str | None:
    """The lead under the decision before the latest one."""
    decided = [data["assignment"] for data in told if data.get("assignment")]
    earlier = [one["lead"] for one in decided if one["decision"] != decided[-1]["decision"]]
    return earlier[-1] if earlier else None


def _was_handed_over(told: Sequence[Frame]) -> bool:
    leads = [data["assignment"]["lead"] for data in told if data.get("assignment")]
    known = [lead for lead in leads if lead is not None]
    return any(one != other for one, other in pairwise(known))


def timeline_after(frames: Sequence[Frame], stages: Sequence[str]) -> Timeline:
    """Return a case's past after its messages up to now; `stages` are all that a pause of 'all' means."""
    past = Timeline()
    for frame in frames:
        if is_of_case(frame):
            _happen(past, frame["data"], stages)
    return past


def _happen(past: Timeline, data: Frame, stages: Sequence[str]) -> None:
    at = instant(data["at"] if "at" in data else data["reported_at"])
    if data.get("round", 1) > past.round:
        past.round, past.round_began_at = data["round"], at
        past.fell = frozenset(data.get("undone", ()))
    for name in data.get("undone", ()):
        if name in past.marks:
            past.marks[name] = Reached(past.marks[name].first_at, past.marks[name].last_at, stands=False)
    for name in ["reported"] if "reported_at" in data else data.get("marks", ()):
        first_at = past.marks[name].first_at if name in past.marks else at
        past.marks[name] = Reached(first_at, at)
    for kind, stage in (effect for effect in data.get("effects", ()) if len(effect) > 1):
        for one in stages if stage == "all" else [stage]:
            _affect(past, kind, one, at, data)


def _affect(past: Timeline, kind: str, stage: str, at: datetime, data: Frame) -> None:
    spans = past.pauses.get(stage, [])
    is_paused = bool(spans) and spans[-1][1] is None
    if kind == "pause" and not is_paused:
        past.pauses[stage] = [*spans, (at, None)]
    elif kind == "resume" and is_paused:
        past.pauses[stage] = [*spans[:-1], (spans[-1][0], at)]
    elif kind == "stop":
        past.stopped[stage] = at
    elif kind in ("extend", "set due") and data.get("due_at"):
        past.written[stage] = (at, instant(data["due_at"]), data.get("round", 1))


def instant(text: str) -> datetime:
    """Return the instant of an RFC 3339 text."""
    return datetime.fromisoformat(text).astimezone(UTC)
