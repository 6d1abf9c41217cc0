"""Which readings a pack's rules can feel, and the mutants that switch them to each alternative.

Decides by what the rules are made of whether a reading could matter at all (no limit in days: RC-5 is not
felt). A reading that is settled when the text is read (RC-8, RC-11) is felt where the pack comes out otherwise.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from gridcase.mutation.guards import is_accepted_at_once
from gridcase.mutation.mutant import Mutant, bilingual, of_rule
from gridcase.mutation.steps import exchanged, waits
from gridcase.scenarios.participants import RULE, STEP
from shared.kernel.texts import Text
from shared.rules.case.timing import start_of
from shared.rules.language.errors import PackErrors
from shared.rules.language.readings import READINGS
from shared.rules.pack.model import EffectKind, Limit, NotBefore, Pack, Spot, Step
from shared.rules.worktime.amount import Amount, TimeUnit

DAYS = (TimeUnit.DAYS, TimeUnit.WORKING_DAYS)
SUBMIT = "submit"
WHEN_READ = frozenset({"RC-8", "RC-11"})

OfLimit = Callable[[Pack, Limit], bool]


def of_readings(pack: Pack, read_with: Callable[[Mapping[str, str]], Pack]) -> Iterator[Mutant]:
    """Yield a mutant for each alternative of each reading that the pack's rules can feel.

    Args:
        read_with: builds the pack from its text with readings switched.
    """
    for name, words in READINGS.items():
        for value in words.chinese:
            if value != pack.readings[name] and _is_felt(pack, name, value, read_with):
                change = _change(name, pack.readings[name], value)
                near = frozenset((RULE, limit.origin.rule) for limit in pack.limits)
                spot = Spot(f"{pack.town}/pack.yaml", 1)
                yield Mutant("reading", name, spot, change, readings={name: value}, near=near)
    for limit in pack.limits:
        yield from _of_limit(pack, limit)
    for step in pack.steps.values():
        if step.not_before is not None:
            yield from _of_waiting(pack, step, step.not_before)


def _of_waiting(pack: Pack, step: Step, waiting: NotBefore) -> Iterator[Mutant]:
    """Yield the alternatives of the readings that a waiting time states for itself."""
    for name, was in waiting.readings.items():
        for value in READINGS[name].chinese:
            if value != was and _is_felt_by(pack, name, waiting):
                other = replace(waiting, readings={**waiting.readings, name: value})
                yield exchanged(step, _change(name, was, value), waits(other), STEP, "reading")


def _of_limit(pack: Pack, limit: Limit) -> Iterator[Mutant]:
    """Yield the alternatives of the readings that a rule states for itself."""
    for name, was in limit.readings.items():
        for value in READINGS[name].chinese:
            if value != was and _is_felt_by(pack, name, limit):

                def altered(limit: Limit, name: str = name, value: str = value) -> Limit:
                    return replace(limit, readings={**limit.readings, name: value})

                yield of_rule("reading", "limits", limit, _change(name, was, value), altered, None)


def _is_felt(pack: Pack, name: str, value: str, read_with: Callable[[Mapping[str, str]], Pack]) -> bool:
    if name == "RC-1" and not _can_differ(pack, value):
        return False
    if name in _OF_PACK:
        return _OF_PACK[name](pack)
    if name in WHEN_READ:
        return _comes_out_otherwise(pack, {name: value}, read_with)
    return any(_is_felt_by(pack, name, rule) for rule in _read_by_pack(pack, name))


def _can_differ(pack: Pack, begins: str) -> bool:
    """A case that is accepted at once is reported, assigned and accepted at one instant, until it is handed over."""
    if not is_accepted_at_once(pack):
        return True
    return "reported" in (begins, pack.readings["RC-1"]) and _is_decided_again(pack)


def _is_decided_again(pack: Pack) -> bool:
    return _does(pack, EffectKind.DECIDE_AGAIN) or _does(pack, EffectKind.DECLINE)


def _comes_out_otherwise(
    pack: Pack, readings: Mapping[str, str], read_with: Callable[[Mapping[str, str]], Pack]
) -> bool:
    try:
        other = read_with(readings)
    except PackErrors:  # the pack can't be read so: nobody could switch it
        return False
    return replace(other, edition=pack.edition, readings=pack.readings) != pack


def _change(name: str, was: str, now: str) -> Text:
    words = READINGS[name].chinese
    return bilingual("reading", reading=name, was=Text(words[was], was), now=Text(words[now], now))


def _is_felt_by(pack: Pack, name: str, rule: Limit | NotBefore) -> bool:
    amount = rule.within if isinstance(rule, Limit) else rule.amount
    # A time of day of the limit's own stands in place of the close of office.
    if name == "RC-3" and isinstance(rule, Limit) and rule.ends_at is not None:
        return False
    if name in _OF_AMOUNT:
        return amount is not None and _OF_AMOUNT[name](pack, amount)
    return isinstance(rule, Limit) and name in _OF_LIMIT and _OF_LIMIT[name](pack, rule)


def _read_by_pack(pack: Pack, name: str) -> Iterator[Limit | NotBefore]:
    """Yield the limits and waiting times that do not state a reading for themselves."""
    for rule in (*pack.limits, *(step.not_before for step in pack.steps.values())):
        if rule is not None and name not in rule.readings:
            yield rule


def _is_in_days(_: Pack, amount: Amount) -> bool:
    return amount.unit in DAYS


def _knows_working_days(pack: Pack, amount: Amount) -> bool:
    """Working days count, and so do days whose end rolls to one."""
    return _is_in_days(pack, amount) and bool(
        pack.calendar.official or pack.calendar.holidays or pack.calendar.make_up
    )


def _has_hours(pack: Pack) -> bool:
    return bool(pack.calendar.office_hours or pack.calendar.office_hours_on)


def _starts_by(reading: str) -> OfLimit:
    wanted = SUBMIT if reading == "RC-10" else None

    def is_felt(_: Pack, limit: Limit) -> bool:
        is_submission = limit.clock == SUBMIT
        return limit.start is None and limit.within is not None and is_submission is (wanted is not None)

    return is_felt


def _does(pack: Pack, kind: EffectKind) -> bool:
    return any(effect.kind is kind for step in pack.steps.values() for effect in step.does)


def _clocks_of(pack: Pack, kind: EffectKind) -> set[str | None]:
    return {effect.value for step in pack.steps.values() for effect in step.does if effect.kind is kind}


def _is_extended(pack: Pack, limit: Limit) -> bool:
    is_open = limit.within is not None and limit.cap is None
    return is_open and limit.clock in _clocks_of(pack, EffectKind.EXTEND) | _clocks_of(
        pack, EffectKind.SET_DUE
    )


def _is_paused(pack: Pack, limit: Limit) -> bool:
    return bool(_clocks_of(pack, EffectKind.PAUSE) & {limit.clock, "all"})


def _is_handed_over(pack: Pack, limit: Limit) -> bool:
    """Counts from a level's own acceptance or dispatch, and a case can pass to another lead."""
    return (
        _is_decided_again(pack)
        and limit.within is not None
        and start_of(pack, limit) in ("accepted", "assigned")
    )


def _is_done_again(pack: Pack, limit: Limit) -> bool:
    return _does(pack, EffectKind.REOPEN) and limit.within is not None and "settled" in limit.until


_OF_AMOUNT: Mapping[str, Callable[[Pack, Amount], bool]] = {
    "RC-2": _is_in_days,
    "RC-3": lambda pack, amount: _has_hours(pack) and _is_in_days(pack, amount),
    "RC-4": _knows_working_days,
    "RC-5": lambda _, amount: amount.unit is TimeUnit.DAYS,
    "RC-6": lambda _, amount: amount.unit is not TimeUnit.AT_ONCE,
    "RC-22": _knows_working_days,
}
_OF_LIMIT: Mapping[str, OfLimit] = {
    "RC-1": _starts_by("RC-1"),
    "RC-7": lambda _, limit: limit.target_minutes is not None,
    "RC-9": _is_extended,
    "RC-10": _starts_by("RC-10"),
    "RC-12": _is_handed_over,
    "RC-13": _is_done_again,
    "RC-19": _is_paused,
}


def _names_first_contact(pack: Pack) -> bool:
    words = [noun for rule in pack.routing for noun in (rule.then.lead, *rule.then.assist)]
    words += [noun for rule in pack.tell for noun in rule.who]
    words += [noun for step in pack.steps.values() for noun in step.who]
    return "first contact" in words


_OF_PACK: Mapping[str, Callable[[Pack], bool]] = {
    "RC-18": lambda pack: _names_first_contact(pack) and _is_decided_again(pack),
    "RC-20": lambda pack: any(limit.default for limit in pack.limits),
}
