"""What a scenario expects, held against what came of it; every difference is a sentence in both languages."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gridcase.scenarios.wording import said, shown, word
from shared.kernel.instants import parse_instant
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack
from shared.rules.pack.scenario import Expected, Told, label_to_instant

View = Mapping[str, Any]


def differences(expected: Expected, case: View, alarms: Iterable[str], pack: Pack) -> Iterator[Text]:
    """Yield what differs, as 'what: expected …, got …'.

    Args:
        case: the case as intake's one resource shows it.
        alarms: codes raised since the life began.
    """
    yield from _assignment(expected, case)
    yield from _state(expected, case)
    yield from _clocks(expected, _latest_clocks(case))
    yield from _notices(expected, case, pack)
    yield from _alarms(expected, list(alarms))


def _assignment(expected: Expected, case: View) -> Iterator[Text]:
    who = case["assignment"] or {"levels": [], "lead": None, "assisting": [], "procedure": None}
    if expected.levels:
        yield from _differ(said("level"), sorted(expected.levels), sorted(who["levels"]))
    if expected.lead is not None:
        lead = None if expected.lead == "none" else expected.lead
        yield from _differ(said("lead"), lead, _key(who["lead"]))
    if expected.assisting is not None:
        wanted = sorted(unit for unit in expected.assisting if unit != "none")
        yield from _differ(said("assisting"), wanted, sorted(_key(unit) or "" for unit in who["assisting"]))
    if expected.procedure is not None:
        yield from _differ(said("procedure"), expected.procedure, who["procedure"])


def _state(expected: Expected, case: View) -> Iterator[Text]:
    for name in ("state", "round", "flagged"):
        if (wanted := getattr(expected, name)) is not None:
            yield from _differ(said(name), wanted, case[name])
    may_take = {step["step"] for step in case["steps"] if step["allowed"]}
    for step in expected.refused_steps:
        if step in may_take:
            yield said("step-open", step=step)


def _latest_clocks(case: View) -> dict[str, View]:
    """The clock of each stage that matters now: the one that started last."""
    ordered = sorted(
        case["deadlines"], key=lambda clock: (clock["round"], clock["started_at"], clock["as_of"])
    )
    return {clock["stage"]: clock for clock in ordered}


def _clocks(expected: Expected, clocks: Mapping[str, View]) -> Iterator[Text]:
    for stage, label in expected.due.items():
        yield from _differ(said("due", clock=word(stage)), label, _of(clocks, stage, "label"))
    for stage in expected.no_due:
        yield from _differ(said("no-due", clock=word(stage)), None, _of(clocks, stage, "label"))
    for stage, state in expected.clocks.items():
        yield from _differ(said("clock", clock=word(stage)), state, _of(clocks, stage, "state"))
    for stage, verdict in expected.verdicts.items():
        yield from _differ(said("verdict", clock=word(stage)), verdict, _of(clocks, stage, "verdict"))


def _of(clocks: Mapping[str, View], stage: str, name: str) -> object:
    return clocks[stage][name] if stage in clocks else None


def _notices(expected: Expected, case: View, pack: Pack) -> Iterator[Text]:
    told = list(case["notifications"])
    for wanted in expected.told:
        if not any(_is(notice, wanted, pack) for notice in told):
            yield said("told", wanted=_words(wanted), got=_all_told(told, pack))
    for who in expected.not_told:
        if found := [notice for notice in told if _reached(notice, who)]:
            yield said("not-told", who=word(who), on=shown(sorted({notice["on"] for notice in found})))


def publication(expected: Expected, case: View, levels: Sequence[str | None]) -> Iterator[Text]:
    """Yield what differs in how a case was made public.

    Args:
        levels: of each of its publications; None: shown at every level.
    """
    if expected.published is not None:
        is_told = any(notice["party"] == "public" for notice in case["notifications"])
        yield from _differ(said("published"), expected.published, bool(levels) or is_told)
    if expected.published_at:
        yield from _differ(said("published"), sorted(expected.published_at), sorted(filter(None, levels)))


def sight(expected: Expected, sees: Callable[[str], bool]) -> Iterator[Text]:
    """Yield who sees the case and should not, or does not and should.

    Args:
        sees: tells whether a party of the case, as a scenario names it, can read it now.
    """
    for who in expected.seen_by:
        if not sees(who):
            yield said("not-seen", who=word(who))
    for who in expected.hidden_from:
        if sees(who):
            yield said("seen", who=word(who))


def _is(notice: View, wanted: Told, pack: Pack) -> bool:
    return (
        _reached(notice, wanted.who)
        and (wanted.on is None or notice["on"] == wanted.on)
        and (wanted.at is None or _instant(notice["told_at"]) == label_to_instant(wanted.at, pack.zone))
    )


def _reached(notice: View, who: str) -> bool:
    return who in (notice["party"], notice["unit"], _key(notice["unit"]))


def _instant(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else parse_instant(value)


def _words(wanted: Told) -> Text:
    found = word(wanted.who)
    if wanted.on:
        found = said("on", who=found, on=word(wanted.on))
    return said("at", who=found, at=wanted.at) if wanted.at else found


def _all_told(told: Iterable[View], pack: Pack) -> Text:
    zone = ZoneInfo(pack.zone)
    lines = {
        (_key(notice["unit"]) or notice["party"], notice["on"], _instant(notice["told_at"]).astimezone(zone))
        for notice in told
    }
    found = [
        said("at", who=said("on", who=word(who), on=word(on)), at=f"{at:%Y-%m-%d %H:%M}")
        for who, on, at in sorted(lines)
    ]
    if not found:
        return said("nobody")
    return Text("；".join(one.zh for one in found), "; ".join(one.en for one in found))


def _alarms(expected: Expected, raised: list[str]) -> Iterator[Text]:
    for code in expected.alarms:
        if code not in raised:
            yield said("alarm", wanted=code, got=shown(sorted(set(raised))))
    if expected.no_alarms and raised:
        yield said("no-alarms", got=shown(sorted(set(raised))))


def _differ(what: Text, wanted: object, got: object) -> Iterator[Text]:
    if wanted != got:
        yield said("differs", what=what, wanted=shown(wanted), got=shown(got))


def _key(unit: str | None) -> str | None:
    return unit.rpartition("/")[2] if unit else unit
