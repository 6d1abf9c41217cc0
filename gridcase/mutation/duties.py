"""What can be altered in a duty: who owes it, when, how much, what belongs to it, and who hears of what is missing."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from gridcase.mutation.limits import in_words as amount_in_words
from gridcase.mutation.limits import longer
from gridcase.mutation.mutant import Mutant, bilingual, exchanged_for, shown
from gridcase.mutation.recurrences import in_words, other_times
from gridcase.scenarios.participants import RULE
from shared.kernel.texts import Text
from shared.rules.duties import unwritten
from shared.rules.language.schema import keys
from shared.rules.pack.model import DayOff, Duty, Meeting, Ordering, Owed, Pack
from shared.rules.worktime.windows import DAY, clock_text

Alter = Callable[[Duty], Duty | None]
Change = tuple[Text, Alter]
_HOUR = 60
_OTHER_WAY: Mapping[DayOff, DayOff] = {
    DayOff.PREVIOUS: DayOff.NEXT,
    DayOff.NEXT: DayOff.PREVIOUS,
    DayOff.NEXT_IN_WEEK: DayOff.SKIP,
    DayOff.SKIP: DayOff.STAY,
    DayOff.STAY: DayOff.SKIP,
}
_LISTS = ("attend", "invite", "agenda", "plan_needs")
_UNITS = ("leave_asked_of", "make_up_by", "roll_call_by")


def of_duty(pack: Pack, duty: Duty) -> Iterator[Mutant]:
    """Yield every alteration of a duty."""
    yield _mutant(duty, bilingual("dropped"), lambda _: None)
    for change, altered in _changes(pack, duty):
        yield _mutant(duty, change, altered)


def _mutant(duty: Duty, change: Text, altered: Alter) -> Mutant:
    def alter(pack: Pack) -> Pack:
        other = altered(pack.duties[duty.key])
        rest = {key: known for key, known in pack.duties.items() if key != duty.key}
        return replace(pack, duties={**rest, duty.key: other} if other else rest)

    part = (RULE, duty.key)
    return Mutant("duty", duty.key, duty.origin.spot, change, alter, part=part, because=duty.origin.because)


def _changes(pack: Pack, duty: Duty) -> Iterator[Change]:
    yield from _who(pack, "who", duty.who)
    yield from _who(pack, "to", duty.to)
    for every in other_times(duty.every):
        yield _said("every", in_words(duty.every), in_words(every)), _with(every=every)
    if duty.owes and not unwritten(duty):  # of what has no day nothing is counted
        yield from _of_owed(pack, duty.owes)
    yield from _of_its_day(duty)
    yield from _of_missing(pack, duty)
    if duty.meeting:
        yield from _of_meeting(pack, duty.meeting)
    if duty.ordering:
        yield from _of_ordering(pack, duty.ordering)


def _of_its_day(duty: Duty) -> Iterator[Change]:
    if duty.day_off:
        now = _OTHER_WAY[duty.day_off]
        yield _said("day_off", str(duty.day_off), str(now)), _with(day_off=now)
    if duty.at is not None:
        later = (duty.at + _HOUR) % DAY
        yield _said("at", clock_text(duty.at), clock_text(later)), _with(at=later)
    for other in duty.instead_of:
        left = tuple(key for key in duty.instead_of if key != other)
        yield _without("instead_of", other), _with(instead_of=left)
    if duty.in_principle:
        yield _without("in_principle", ""), _with(in_principle=False)


def _of_missing(pack: Pack, duty: Duty) -> Iterator[Change]:
    if duty.warn_before:
        now = longer(duty.warn_before)
        change = _said("warn", amount_in_words(duty.warn_before), amount_in_words(now))
        yield change, _with(warn_before=now)
    for number, step in enumerate(duty.missing):
        left, right = duty.missing[:number], duty.missing[number + 1 :]
        yield _without("missing", str(number + 1)), _with(missing=(*left, *right))
        if step.after:
            later = replace(step, after=longer(step.after))
            change = _said("missing", amount_in_words(step.after), amount_in_words(longer(step.after)))
            yield change, _with(missing=(*left, later, *right))
        for place, who in enumerate(step.to):
            other = exchanged_for(pack, who)
            told = replace(step, to=(*step.to[:place], other, *step.to[place + 1 :]))
            yield _said("missing", shown(pack, [who]), other), _with(missing=(*left, told, *right))


def _of_owed(pack: Pack, owed: Owed) -> Iterator[Change]:
    if other := next((key for key in pack.records if key != owed.record), None):
        yield _said("record", owed.record, other, "owed"), _owing(record=other)
    for field, was, now in _of_numbers(owed):
        yield _said(field, was, now, "owed"), _owing(**{field: now})
    for field in ("spans", "share"):
        if getattr(owed, field):
            yield (
                _without(_KEYS.get(field, field), "", "owed"),
                _owing(**{field: () if field == "spans" else {}}),
            )
    yield from _of_members(owed)
    for unit in owed.by:
        left = tuple(key for key in owed.by if key != unit)
        yield _without("by", pack.noun(unit), "owed"), _owing(by=left)


def _of_members(owed: Owed) -> Iterator[Change]:
    for name, percent in owed.share.items():
        yield (
            _said("share", f"{name} {percent}", f"{name} 100", "owed"),
            _owing(share={**owed.share, name: 100}),
        )
    for field in ("for_each", "cover_all"):
        if getattr(owed, field):
            yield _without(_KEYS.get(field, field), "", "owed"), _owing(**{field: None})


def _of_numbers(owed: Owed) -> Iterator[tuple[str, object, object]]:
    """The number of records one more and one less; one that is not given becomes one."""
    if owed.at_least is None:
        yield "at_least", "open", 1
    elif not (owed.cover_all or owed.share or (owed.minutes and owed.at_least == 1)):
        yield "at_least", owed.at_least, owed.at_least + 1
        if owed.at_least > 1:
            yield "at_least", owed.at_least, owed.at_least - 1
    if owed.minutes:
        yield "minutes", owed.minutes, owed.minutes + 1
        yield "minutes", owed.minutes, owed.minutes - 1


def _of_meeting(pack: Pack, meeting: Meeting) -> Iterator[Change]:
    for field in _LISTS:
        values = getattr(meeting, field)
        for number, value in enumerate(values):
            was = pack.noun(value) if isinstance(value, str) else value
            left = (*values[:number], *values[number + 1 :])
            yield _without(_KEYS.get(field, field), was, "meeting"), _meeting(**{field: left})
    for field in _UNITS:
        if unit := getattr(meeting, field):
            other = exchanged_for(pack, unit)
            yield _said(field, shown(pack, [unit]), other, "meeting"), _meeting(**{field: other})
    yield from _of_times(meeting)


def _of_times(meeting: Meeting) -> Iterator[Change]:
    if meeting.leave_before is not None:
        later = (meeting.leave_before + _HOUR) % DAY
        change = _said("leave_before", clock_text(meeting.leave_before), clock_text(later), "meeting")
        yield change, _meeting(leave_before=later)
    if meeting.make_up_within:
        now = longer(meeting.make_up_within)
        was = amount_in_words(meeting.make_up_within)
        yield _said("make_up_within", was, amount_in_words(now), "meeting"), _meeting(make_up_within=now)
    if meeting.plan_by:
        yield _without("plan_by", "", "meeting"), _meeting(plan_by=None)
    if meeting.carries_open_cases:
        yield _without("carries_open_cases", "", "meeting"), _meeting(carries_open_cases=False)


def _of_ordering(pack: Pack, ordering: Ordering) -> Iterator[Change]:
    for number, unit in enumerate(ordering.by):
        other = exchanged_for(pack, unit)
        by = (*ordering.by[:number], other, *ordering.by[number + 1 :])
        yield _said("by", shown(pack, [unit]), other, "ordering"), _ordering(by=by)
    if ordering.within:
        now = longer(ordering.within)
        change = _said("within", amount_in_words(ordering.within), amount_in_words(now), "ordering")
        yield change, _ordering(within=now)
    if ordering.about:
        yield _without("about", str(ordering.about), "ordering"), _ordering(about=None)


def _who(pack: Pack, field: str, units: tuple[str, ...]) -> Iterator[Change]:
    for number, unit in enumerate(units):
        other = exchanged_for(pack, unit)
        left, right = units[:number], units[number + 1 :]
        yield _said(field, shown(pack, [unit]), other), _with(**{field: (*left, other, *right)})
        if len(units) > 1:
            yield _without(field, shown(pack, [unit])), _with(**{field: (*left, *right)})


def _with(**fields: Any) -> Alter:
    return lambda duty: replace(duty, **fields)


def _owing(**fields: Any) -> Alter:
    return lambda duty: replace(duty, owes=replace(duty.owes, **fields)) if duty.owes else duty


def _meeting(**fields: Any) -> Alter:
    return lambda duty: replace(duty, meeting=replace(duty.meeting, **fields)) if duty.meeting else duty


def _ordering(**fields: Any) -> Alter:
    return lambda duty: replace(duty, ordering=replace(duty.ordering, **fields)) if duty.ordering else duty


def _said(field: str, was: object, now: object, record: str = "duty") -> Text:
    return bilingual("duty-field", what=_key(field, record), was=was, now=now)


def _without(field: str, was: object, record: str = "duty") -> Text:
    return bilingual("duty-without", what=_key(field, record), was=was)


_KEYS: Mapping[str, str] = {
    "spans": "between",
    "cover_all": "cover",
    "plan_needs": "plan",
    "minutes": "lasting",
}  # field of the model → key of the language, where these differ


def _key(field: str, record: str) -> Text:
    key = _KEYS.get(field, field)
    return Text(keys(record).written(key, "zh"), key)
