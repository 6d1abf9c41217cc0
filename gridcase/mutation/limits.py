"""What can be altered in a limit: its length by one, its warning, ceiling and escalations, when it holds."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from gridcase.mutation.conditions import negations
from gridcase.mutation.mutant import Mutant, bilingual, dropped, exchanged_for, of_rule, shown
from shared.kernel.texts import Text
from shared.rules.pack.model import Escalation, Limit, Pack
from shared.rules.worktime.amount import Amount, TimeUnit, format_amount
from shared.rules.worktime.windows import DAY, clock_text

Alter = Callable[[Limit], Limit]


def of_limit(pack: Pack, rule: Limit) -> Iterator[Mutant]:
    """Yield every alteration of a limit."""
    yield dropped("limits", rule)
    for change, altered in (*_amounts(rule), *_time_of_day(rule), *_target(rule)):
        yield of_rule("limit", "limits", rule, change, altered)
    for number, step in enumerate(rule.escalate):
        for change, altered in _escalation(pack, step, number):
            yield of_rule("escalation", "limits", rule, change, altered)
    yield from negations(pack, "limits", rule)


def _amounts(rule: Limit) -> Iterator[tuple[Text, Alter]]:
    if rule.within is not None:
        for now in beside(rule.within):
            yield bilingual("within", was=in_words(rule.within), now=in_words(now)), _within(now)
    if rule.warn_before is not None:
        sooner = longer(rule.warn_before)
        change = bilingual("warn", was=in_words(rule.warn_before), now=in_words(sooner))
        yield change, lambda limit: replace(limit, warn_before=sooner)
    if rule.on_warning is not None:
        yield bilingual("on-warning-dropped"), lambda limit: replace(limit, on_warning=None)
    if rule.each_time:
        yield bilingual("each-time-dropped"), lambda limit: replace(limit, each_time=False)
    if rule.cap is not None:
        more = longer(rule.cap)
        yield (
            bilingual("cap", was=in_words(rule.cap), now=in_words(more)),
            lambda limit: replace(limit, cap=more),
        )


def _time_of_day(rule: Limit) -> Iterator[tuple[Text, Alter]]:
    """Another hour, and the day's own close."""
    if (minute := rule.ends_at) is not None:
        other = minute + 60 if minute + 60 < DAY else minute - 60
        change = bilingual("time-of-day", was=clock_text(minute), now=clock_text(other))
        yield change, lambda limit: replace(limit, ends_at=other)
        yield bilingual("time-of-day-dropped"), lambda limit: replace(limit, ends_at=None)


def _within(amount: Amount) -> Alter:
    return lambda limit: replace(limit, within=amount)


def _target(rule: Limit) -> Iterator[tuple[Text, Alter]]:
    if (minutes := rule.target_minutes) is not None:
        change = bilingual("target", was=minutes, now=minutes + 1)
        yield change, lambda limit: replace(limit, target_minutes=minutes + 1)


def _escalation(pack: Pack, step: Escalation, number: int) -> Iterator[tuple[Text, Alter]]:
    n = number + 1
    yield bilingual("escalation-dropped", n=n), _escalating(number, None)
    if step.after is not None:
        now = longer(step.after)
        change = bilingual("escalation-after", n=n, was=in_words(step.after), now=in_words(now))
        yield change, _escalating(number, replace(step, after=now))
    if step.every is not None:
        now = longer(step.every)
        change = bilingual("escalation-every", n=n, was=in_words(step.every), now=in_words(now))
        yield change, _escalating(number, replace(step, every=now))
    if step.times is not None:
        change = bilingual("escalation-times", n=n, was=step.times, now=step.times + 1)
        yield change, _escalating(number, replace(step, times=step.times + 1))
    if step.step is not None and (step.to or step.mark):
        yield bilingual("escalation-step-dropped", n=n), _escalating(number, replace(step, step=None))
    yield from _told(pack, step, number)


def _told(pack: Pack, step: Escalation, number: int) -> Iterator[tuple[Text, Alter]]:
    n = number + 1
    for place, noun in enumerate(step.to):
        was, other = shown(pack, [noun]), exchanged_for(pack, noun)
        left, right = step.to[:place], step.to[place + 1 :]
        change = bilingual("escalation-to", n=n, was=was, now=other)
        yield change, _escalating(number, replace(step, to=(*left, other, *right)))
        if len(step.to) > 1:
            change = bilingual("escalation-to-dropped", n=n, was=was)
            yield change, _escalating(number, replace(step, to=(*left, *right)))


def _escalating(number: int, by: Escalation | None) -> Alter:
    def altered(limit: Limit) -> Limit:
        middle = () if by is None else (by,)
        return replace(limit, escalate=(*limit.escalate[:number], *middle, *limit.escalate[number + 1 :]))

    return altered


def beside(amount: Amount) -> Iterator[Amount]:
    """Yield the amounts that are one more and one less."""
    yield longer(amount)
    if amount.unit is not TimeUnit.AT_ONCE and amount.number > 1:
        yield Amount(amount.number - 1, amount.unit)


def longer(amount: Amount) -> Amount:
    """Return one more of the unit; a day in place of 'at once'."""
    if amount.unit is TimeUnit.AT_ONCE:
        return Amount(1, TimeUnit.DAYS)
    return Amount(amount.number + 1, amount.unit)


def in_words(amount: Amount) -> Text:
    """Return an amount as people read it."""
    return Text(format_amount(amount, "zh"), format_amount(amount, "en"))
