"""What a scenario expects, held against what came of it; every difference is a sentence in both languages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from gridcase.scenarios.actors import contact_of
from gridcase.scenarios.participants import occasions
from gridcase.scenarios.wording import bilingual, shown, word
from gridcase.shown_case import ShownAssignment, ShownCase, ShownClock, ShownEntry, ShownNotice
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack
from shared.rules.scenario.model import Expected, Told, label_to_instant


def differences(expected: Expected, case: ShownCase, alarms: Iterable[str], pack: Pack) -> Iterator[Text]:
    """Yield what differs, as 'what: expected …, got …'.

    Args:
        case: the case as intake's one resource shows it.
        alarms: codes raised since the run began.
    """
    yield from _assignment(expected, case, pack)
    yield from _state(expected, case)
    yield from _clocks(expected, _latest_clocks(case), pack.zone)
    yield from _rounds(expected, case.deadlines)
    yield from _notices(expected, [notice for notice in case.notifications if notice.is_told], pack)
    yield from _record(expected, case.history)
    yield from _alarms(expected, list(alarms))


def _assignment(expected: Expected, case: ShownCase, pack: Pack) -> Iterator[Text]:
    assignment = case.assignment or ShownAssignment()
    if expected.levels:
        yield from _differ(bilingual("level"), sorted(expected.levels), sorted(assignment.levels))
    if expected.lead is not None:
        lead = None if expected.lead == "none" else expected.lead
        yield from _differ(bilingual("lead"), lead, _key(assignment.lead))
    if expected.contact is not None:
        contact = None if expected.contact == "none" else expected.contact
        yield from _differ(bilingual("contact"), contact, _key(contact_of(pack, case)))
    if expected.assisting is not None:
        wanted = sorted(unit for unit in expected.assisting if unit != "none")
        yield from _differ(
            bilingual("assisting"), wanted, sorted(_key(unit) or "" for unit in assignment.assisting)
        )
    if expected.procedure is not None:
        yield from _differ(bilingual("procedure"), expected.procedure, assignment.procedure)


def _state(expected: Expected, case: ShownCase) -> Iterator[Text]:
    for name in ("state", "round", "flagged"):
        if (wanted := getattr(expected, name)) is not None:
            yield from _differ(bilingual(name), wanted, getattr(case, name))
    may_take = {step.step for step in case.steps if step.allowed}
    for step in expected.refused_steps:
        if step in may_take:
            yield bilingual("step-open", step=step)


def _latest_clocks(case: ShownCase) -> dict[str, ShownClock]:
    """The clock of each stage that matters now: the one that started last."""
    ordered = sorted(case.deadlines, key=lambda clock: (clock.round, clock.started_at, clock.as_of))
    return {clock.stage: clock for clock in ordered}


def _clocks(expected: Expected, clocks: Mapping[str, ShownClock], zone: str) -> Iterator[Text]:
    due = {stage: clock.label for stage, clock in clocks.items()}
    for stage, label in expected.due.items():
        if not _is_one_instant(label, due.get(stage), zone):
            yield from _differ(bilingual("due", clock=word(stage)), label, due.get(stage))
    for stage in expected.no_due:
        yield from _differ(bilingual("no-due", clock=word(stage)), None, due.get(stage))
    for stage, state in expected.clocks.items():
        got = clocks[stage].state if stage in clocks else None
        yield from _differ(bilingual("clock", clock=word(stage)), state, got)
    for stage, verdict in expected.verdicts.items():
        got = clocks[stage].verdict if stage in clocks else None
        yield from _differ(bilingual("verdict", clock=word(stage)), verdict, got)


def _is_one_instant(label: str, got: str | None, zone: str) -> bool:
    """Midnight is written as the end of one day or as the beginning of the next."""
    return got is not None and label_to_instant(label, zone) == label_to_instant(got, zone)


def _rounds(expected: Expected, deadlines: Sequence[ShownClock]) -> Iterator[Text]:
    for wanted in expected.rounds:
        clocks = {clock.stage: clock for clock in deadlines if clock.round == wanted.round}
        for stage, verdict in wanted.verdicts.items():
            got = clocks[stage].verdict if stage in clocks else None
            what = bilingual("round-verdict", round=wanted.round, clock=word(stage))
            yield from _differ(what, verdict, got)


def _record(expected: Expected, history: Sequence[ShownEntry]) -> Iterator[Text]:
    """What is wanted stands in this order; other things may stand between."""
    happened = list(occasions(history))
    following = iter(happened)
    if not all(wanted in following for wanted in expected.record):
        yield bilingual("record", wanted=shown(expected.record), got=shown(happened))


def _notices(expected: Expected, told: Sequence[ShownNotice], pack: Pack) -> Iterator[Text]:
    for wanted in expected.told:
        times = sum(_is(notice, wanted, pack) for notice in told)
        if times != wanted.times if wanted.times is not None else not times:
            yield bilingual("told", wanted=_words(wanted), got=_all_told(told, pack))
    for who in expected.not_told:
        if found := [notice for notice in told if _reached(notice, who)]:
            yield bilingual("not-told", who=word(who), on=shown(sorted({notice.on for notice in found})))


def publication(expected: Expected, case: ShownCase, levels: Sequence[str | None]) -> Iterator[Text]:
    """Yield what differs in how a case was made public.

    Args:
        levels: of each of its publications; None: shown at every level.
    """
    if expected.published is not None:
        is_told = any(notice.party == "public" for notice in case.notifications)
        yield from _differ(bilingual("published"), expected.published, bool(levels) or is_told)
    if expected.published_at:
        yield from _differ(
            bilingual("published"), sorted(expected.published_at), sorted(filter(None, levels))
        )


def sight(expected: Expected, sees: Callable[[str], bool]) -> Iterator[Text]:
    """Yield who sees the case and should not, or does not and should.

    Args:
        sees: tells whether a party of the case, as a scenario names it, can read it now.
    """
    for who in expected.seen_by:
        if not sees(who):
            yield bilingual("not-seen", who=word(who))
    for who in expected.hidden_from:
        if sees(who):
            yield bilingual("seen", who=word(who))


def _is(notice: ShownNotice, wanted: Told, pack: Pack) -> bool:
    return (
        _reached(notice, wanted.who)
        and (wanted.on is None or notice.on == wanted.on)
        and (wanted.at is None or notice.told_at == label_to_instant(wanted.at, pack.zone))
        and wanted.together in (None, notice.together)
    )


def _reached(notice: ShownNotice, who: str) -> bool:
    return who in (notice.party, notice.unit, _key(notice.unit))


def _words(wanted: Told) -> Text:
    found = word(wanted.who)
    if wanted.on:
        found = bilingual("on", who=found, on=word(wanted.on))
    if wanted.at:
        found = bilingual("at", who=found, at=wanted.at)
    if wanted.together is not None:
        found = bilingual("together", who=found, together=wanted.together)
    return found if wanted.times is None else bilingual("times", who=found, times=wanted.times)


def _all_told(told: Iterable[ShownNotice], pack: Pack) -> Text:
    zone = ZoneInfo(pack.zone)
    lines = {
        (_key(notice.unit) or notice.party, notice.on, notice.told_at.astimezone(zone)) for notice in told
    }
    found = [
        bilingual("at", who=bilingual("on", who=word(who), on=word(on)), at=f"{at:%Y-%m-%d %H:%M}")
        for who, on, at in sorted(lines)
    ]
    if not found:
        return bilingual("nobody")
    return Text("；".join(text.zh for text in found), "; ".join(text.en for text in found))


def _alarms(expected: Expected, raised: list[str]) -> Iterator[Text]:
    for code in expected.alarms:
        if code not in raised:
            yield bilingual("alarm", wanted=code, got=shown(sorted(set(raised))))
    if expected.no_alarms and raised:
        yield bilingual("no-alarms", got=shown(sorted(set(raised))))


def _differ(what: Text, wanted: object, got: object) -> Iterator[Text]:
    if wanted != got:
        yield bilingual("differs", what=what, wanted=shown(wanted), got=shown(got))


def _key(unit: str | None) -> str | None:
    return unit.rpartition("/")[2] if unit else unit
