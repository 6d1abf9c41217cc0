"""What a scenario about duties expects, held against what the pack comes to; every difference is a sentence."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date

from gridcase.scenarios.runs import Difference
from gridcase.scenarios.trial import TrialRun
from gridcase.scenarios.wording import bilingual, shown
from shared.kernel.texts import Text
from shared.rules.case.addresses import key_of
from shared.rules.duties import Compliance, Occurrence, State
from shared.rules.duties.told import missing_told, reminded_at
from shared.rules.pack.model import Meeting, Ordering, Pack
from shared.rules.scenario.trial import (
    Days,
    DutyTrial,
    ExpectedDuties,
    ExpectedStanding,
    ShownMeeting,
    ShownOrdering,
)
from shared.rules.worktime.wall import label_of
from shared.rules.worktime.windows import clock_text

_NOUNS = ("attend", "invite", "leave_asked_of", "make_up_by", "roll_call_by")


def play_trial(pack: Pack, trial: DutyTrial) -> list[Difference]:
    """Hold a scenario, and each `otherwise` of it, against a pack; return what differs."""
    found = [_said(trial, "", what) for what in _differences(TrialRun(pack, trial), trial.expected)]
    for other in trial.others:
        run = TrialRun(replace(pack, readings={**pack.readings, **other.readings}), trial)
        variant = ", ".join(f"{name} {value}" for name, value in other.readings.items())
        found += [_said(trial, variant, what) for what in _differences(run, other.expected)]
    return found


def _said(trial: DutyTrial, variant: str, what: Text) -> Difference:
    return Difference(trial.key, variant, trial.spot.file, trial.spot.line, bilingual("end"), what)


def _differences(run: TrialRun, expected: ExpectedDuties) -> Iterator[Text]:
    yield from _records(run)
    yield from _days(run, expected)
    yield from _instants(run, expected)
    yield from _people(run, expected)
    for standing in expected.standings:
        yield from _standing(run, standing)
    for heard in expected.heard:
        yield from _heard(run, heard.duty, heard.who, heard.at)
    for duty, shows in expected.shows.items():
        yield from _meeting(run.pack, duty, shows)
    for duty, orders in expected.orders.items():
        yield from _ordering(run.pack, duty, orders)


def _ordering(pack: Pack, duty: str, orders: ShownOrdering) -> Iterator[Text]:
    rule = pack.duties.get(duty)
    now = rule.ordering if rule else None
    for field in sorted(orders.said):
        what = bilingual("of-duty", duty=duty, what=field)
        yield from _differ(what, _ordered(pack, orders.ordering, field), _ordered(pack, now, field))


def _ordered(pack: Pack, ordering: Ordering | None, field: str) -> object:
    value = getattr(ordering, field) if ordering else None
    return sorted(_nouns(pack, value)) if isinstance(value, tuple) else str(value)


def _meeting(pack: Pack, duty: str, shows: ShownMeeting) -> Iterator[Text]:
    rule = pack.duties.get(duty)
    meeting = rule.meeting if rule else None
    for field in sorted(shows.said):
        what = bilingual("of-duty", duty=duty, what=field)
        yield from _differ(what, _shown(pack, shows.meeting, field), _shown(pack, meeting, field))


def _records(run: TrialRun) -> Iterator[Text]:
    for record in run.trial.recorded:
        why = run.refused(record)
        if (why is not None) != record.is_refused:
            key = "record-refused" if why is not None else "record-taken"
            yield bilingual(key, record=record.form, at=record.at, why=why or "")
        if record.is_late is not None:
            what = bilingual("marked-late", record=record.form, at=record.at)
            yield from _differ(what, record.is_late, run.is_late(record))


def _days(run: TrialRun, expected: ExpectedDuties) -> Iterator[Text]:
    for duty, days in expected.held_on.items():
        held = [each.on for each in run.held(duty) if each.on]
        yield from _differ(bilingual("held-on", duty=duty), _listed(days), _listed(held))
    for duty, labels in expected.falls_on.items():
        falls = {each.label: each.on for each in run.occurrences(duty)}
        for label, on in labels.items():
            what = bilingual("falls-on", duty=duty, label=label)
            yield from _differ(what, str(on), str(falls.get(label) or "–"))
    yield from _owed(run, "not-owed", expected.owed_on, is_owed=True)
    yield from _owed(run, "owed", expected.not_owed, is_owed=False)
    for duty in expected.no_day:
        if any(each.on for each in run.occurrences(duty)):
            yield bilingual("has-day", duty=duty)


def _owed(run: TrialRun, said: str, table: Days, *, is_owed: bool) -> Iterator[Text]:
    for duty, days in table.items():
        held = {each.on for each in run.held(duty)}
        if wrong := [day for day in days if (day in held) != is_owed]:
            yield bilingual(said, duty=duty, days=shown(_listed(wrong)))


def _instants(run: TrialRun, expected: ExpectedDuties) -> Iterator[Text]:
    zone = run.calendar.tz
    for duty, labels in expected.due.items():
        ends = [label_of(each.due_at, zone) for each in run.held(duty) if each.due_at]
        yield from _differ(bilingual("duty-due", duty=duty), list(labels), ends)
    for duty, labels in expected.warned.items():
        rule = run.pack.duties.get(duty)
        held = [reminded_at(run.pack, run.calendar, rule, each) for each in run.held(duty)] if rule else []
        yield from _differ(
            bilingual("reminded", duty=duty), list(labels), [label_of(at, zone) for at in held if at]
        )
    for duty, minute in expected.held_at.items():
        times = sorted({each.at for each in run.held(duty) if each.at is not None})
        yield from _differ(
            bilingual("held-at", duty=duty), [clock_text(minute)], [clock_text(at) for at in times]
        )


def _heard(run: TrialRun, duty: str, who: str, at: str) -> Iterator[Text]:
    rule, zone = run.pack.duties.get(duty), run.calendar.tz
    told = [
        (hearing, label_of(when, zone))
        for each in run.held(duty)
        if rule is not None
        for hearing, when in missing_told(run.pack, run.calendar, rule, each)
    ]
    if (who, at) not in told:
        got = shown([f"{hearing} {when}" for hearing, when in told])
        yield bilingual("heard", duty=duty, wanted=f"{who} {at}", got=got)


def _people(run: TrialRun, expected: ExpectedDuties) -> Iterator[Text]:
    pack = run.pack
    duties, forms = pack.duties, pack.records
    owing = {key: [key_of(post) for post in run.owners(key, None)] for key in duties}
    sent = {key: _nouns(pack, duty.to) for key, duty in duties.items()}
    made = {
        key: _nouns(pack, (duty.owes.by or duty.who) if duty.owes else ()) for key, duty in duties.items()
    }
    makers = {key: _nouns(pack, form.by) for key, form in forms.items()}
    readers = {key: _nouns(pack, form.seen_by) for key, form in forms.items()}
    for what, table, known in (
        ("owed-by", expected.owed_by, owing),
        ("sent-to", expected.sent_to, sent),
        ("made-by", expected.made_by, made),
        ("may-make", expected.may_make, makers),
        ("readers", expected.readers, readers),
    ):
        for key, names in table.items():
            yield from _differ(bilingual(what, noun=key), sorted(set(names)), sorted(set(known.get(key, []))))


def _standing(run: TrialRun, expected: ExpectedStanding) -> Iterator[Text]:
    posts = run.owners(expected.duty, expected.place) if expected.duty in run.pack.duties else ()
    # A day off or a larger meeting takes an occurrence away: what was expected of it is then not so.
    found = [each for each in run.held(expected.duty) if expected.on in (None, each.on, each.label)]
    if not found or not posts:
        yield bilingual("no-occurrence", duty=expected.duty, on=str(expected.on or "–"))
    for each in found:
        for post in posts:
            yield from _compliance(expected, each, post, run.standing(each, post))


def _compliance(expected: ExpectedStanding, each: Occurrence, post: str, got: Compliance) -> Iterator[Text]:
    what = bilingual("stands", duty=expected.duty, on=str(each.on), post=post)
    # What is not judged a scenario calls listed.
    state = "listed" if got.state is State.UNJUDGED else str(got.state)
    yield from _differ(what, expected.state, state)
    wanting = got.wanting
    for name, wanted, is_so in (
        ("given", expected.given, got.given),
        ("lacks", expected.lacks, wanting.records),
        ("minutes", expected.minutes, wanting.minutes),
    ):
        if wanted is not None:
            yield from _differ(bilingual(f"stands-{name}", what=what), wanted, is_so)
    if expected.between:
        spans = [f"{begin}-{end}" for begin, end in expected.between]
        left = [f"{clock_text(begin)}-{clock_text(end)}" for begin, end in wanting.spans]
        yield from _differ(bilingual("stands-between", what=what), spans, left)
    if expected.subjects:
        yield from _differ(
            bilingual("stands-subjects", what=what), list(expected.subjects), list(wanting.subjects)
        )


def _shown(pack: Pack, meeting: Meeting | None, field: str) -> object:
    value = getattr(meeting, field) if meeting else None
    if field in _NOUNS:
        return sorted(_nouns(pack, (value,) if isinstance(value, str) else value or ()))
    return [str(part) for part in value] if isinstance(value, tuple) else str(value)


def _nouns(pack: Pack, names: Iterable[str]) -> list[str]:
    return [pack.noun(name) for name in names]


def _listed(days: Sequence[date]) -> list[str]:
    return [day.isoformat() for day in sorted(set(days))]


def _differ(what: Text, wanted: object, got: object) -> Iterator[Text]:
    if wanted != got:
        yield bilingual("differs", what=what, wanted=shown(wanted), got=shown(got))
