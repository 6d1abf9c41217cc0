"""What a limit of a pack means for a clock, with every reading settled.

Decides how RC-9, RC-12 and RC-13 bear on a limit; the readings of time themselves are `worktime`'s, and RC-8
is settled where the pack is read. Must not know any case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from shared.rules.decide.timing import start_of, time_readings
from shared.rules.logic.rulebook import tested_facts
from shared.rules.pack.model import Escalation, LateKind, Limit, Pack
from shared.rules.worktime.amount import MOST, Amount, Unit
from shared.rules.worktime.readings import TimeReadings

FIRST = "first "
Redo = Literal["full", "remaining", "immediate"]


@dataclass(frozen=True, slots=True)
class Origin:
    """From which instant something counts: a milestone, its first time or its latest."""

    mark: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How far an extension may go; `start` None: from the clock's own start."""

    amount: Amount
    start: Origin | None


@dataclass(frozen=True, slots=True)
class LimitTerms:
    """One limit, ready to be counted.

    Args:
        facts: names of the facts that its condition looks at.
        amount: None where a person sets the due instant.
        can_pause: whether a pause stops it (RC-19).
        redo: what a new round does (RC-13).
    """

    rule: str
    because: tuple[str, ...]
    facts: tuple[str, ...]
    stage: str
    amount: Amount | None
    start: Origin
    until: frozenset[str]
    readings: TimeReadings
    can_pause: bool
    redo: Redo
    reason_in_time: LateKind
    otherwise: LateKind
    warn_before: Amount | None
    ceiling: Ceiling | None
    escalations: tuple[Escalation, ...]
    target_minutes: int | None


def terms_of(pack: Pack) -> Mapping[str, LimitTerms]:
    """Return the terms of every limit of a pack by rule id, in the pack's order."""
    return {limit.origin.rule: _terms(pack, limit) for limit in pack.limits}


def _terms(pack: Pack, limit: Limit) -> LimitTerms:
    readings = time_readings(pack, limit)
    return LimitTerms(
        rule=limit.origin.rule,
        because=limit.origin.because,
        facts=tuple(sorted(tested_facts(limit.when))),
        stage=limit.clock,
        amount=limit.within,
        start=_start(pack, limit),
        until=frozenset(limit.until),
        readings=readings,
        can_pause=readings.rc19 == "stops",
        redo=cast(Redo, pack.reading("RC-13", limit.readings)),
        reason_in_time=limit.reason_in_time,
        otherwise=limit.otherwise,
        warn_before=limit.warn_before,
        ceiling=_ceiling(pack, limit),
        escalations=limit.escalate,
        target_minutes=limit.target_minutes,
    )


def _start(pack: Pack, limit: Limit) -> Origin:
    """One overall clock counts from the first time that its milestone was reached (RC-12 overall, A-7)."""
    start = origin_of(start_of(pack, limit))
    return Origin(start.mark, start.is_first or pack.reading("RC-12", limit.readings) == "overall")


def origin_of(words: str) -> Origin:
    """Return what 'accepted' or 'first accepted' means."""
    return Origin(words.removeprefix(FIRST), words.startswith(FIRST))


def _ceiling(pack: Pack, limit: Limit) -> Ceiling | None:
    """The stated cap; without one, RC-9 double makes twice the limit the ceiling."""
    if limit.cap is not None:
        return Ceiling(limit.cap, origin_of(limit.cap_from))
    is_doubled = pack.reading("RC-9", limit.readings) == "double"
    if not is_doubled or limit.within is None or limit.within.unit is Unit.AT_ONCE:
        return None
    return Ceiling(Amount(min(2 * limit.within.number, MOST), limit.within.unit), None)
