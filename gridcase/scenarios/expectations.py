"""What a scenario expects, held against what came of it; every difference is a sentence."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from shared.kernel.instants import parse_instant
from shared.rules.pack.model import Pack
from shared.rules.pack.scenario import Expected, Told, label_to_instant

View = Mapping[str, Any]


def differences(expected: Expected, case: View, alarms: Iterable[str], pack: Pack) -> Iterator[str]:
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


def _assignment(expected: Expected, case: View) -> Iterator[str]:
    who = case["assignment"] or {"levels": [], "lead": None, "assisting": [], "procedure": None}
    if expected.levels:
        yield from _differ("level", sorted(expected.levels), sorted(who["levels"]))
    if expected.lead is not None:
        yield from _differ("lead", None if expected.lead == "none" else expected.lead, _key(who["lead"]))
    if expected.assisting is not None:
        wanted = sorted(unit for unit in expected.assisting if unit != "none")
        yield from _differ("assisting", wanted, sorted(_key(unit) or "" for unit in who["assisting"]))
    if expected.procedure is not None:
        yield from _differ("procedure", expected.procedure, who["procedure"])


def _state(expected: Expected, case: View) -> Iterator[str]:
    for name in ("state", "round", "flagged"):
        if (wanted := getattr(expected, name)) is not None:
            yield from _differ(name, wanted, case[name])
    may_take = {step["step"] for step in case["steps"] if step["allowed"]}
    for step in expected.refused_steps:
        if step in may_take:
            yield f"steps refused: {step} would be taken"


def _latest_clocks(case: View) -> dict[str, View]:
    """The clock of each stage that matters now: the one that started last."""
    ordered = sorted(
        case["deadlines"], key=lambda clock: (clock["round"], clock["started_at"], clock["as_of"])
    )
    return {clock["stage"]: clock for clock in ordered}


def _clocks(expected: Expected, clocks: Mapping[str, View]) -> Iterator[str]:
    for stage, label in expected.due.items():
        yield from _differ(f"due {stage}", label, clocks.get(stage, {}).get("label"))
    for stage in expected.no_due:
        yield from _differ(f"no due {stage}", None, clocks.get(stage, {}).get("label"))
    for stage, state in expected.clocks.items():
        yield from _differ(f"clock {stage}", state, _clock_state(clocks.get(stage)))
    for stage, verdict in expected.verdicts.items():
        yield from _differ(f"verdict {stage}", verdict, clocks.get(stage, {}).get("verdict"))


def _clock_state(clock: View | None) -> str | None:
    return None if clock is None else clock["state"]


def _notices(expected: Expected, case: View, pack: Pack) -> Iterator[str]:
    told = list(case["notifications"])
    for wanted in expected.told:
        if not any(_is(notice, wanted, pack) for notice in told):
            yield f"told: expected {_words(wanted)}, got {_all_told(told)}"
    for who in expected.not_told:
        if found := [notice for notice in told if _reached(notice, who)]:
            yield f"nobody told: {who} was told on {', '.join(sorted({notice['on'] for notice in found}))}"
    if expected.published is not None:
        is_published = any(notice["party"] == "public" for notice in told)
        yield from _differ("published", expected.published, is_published)


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


def _words(wanted: Told) -> str:
    return " ".join(
        filter(None, (wanted.who, wanted.on and f"on {wanted.on}", wanted.at and f"at {wanted.at}"))
    )


def _all_told(told: Iterable[View]) -> str:
    return (
        "; ".join(
            sorted(
                {
                    f"{_key(notice['unit']) or notice['party']} on {notice['on']} at {notice['at']}"
                    for notice in told
                }
            )
        )
        or "nobody"
    )


def _alarms(expected: Expected, raised: list[str]) -> Iterator[str]:
    for code in expected.alarms:
        if code not in raised:
            yield f"alarms: expected {code}, got {sorted(set(raised)) or 'none'}"
    if expected.no_alarms and raised:
        yield f"no alarms: got {sorted(set(raised))}"


def _differ(what: str, wanted: object, got: object) -> Iterator[str]:
    if wanted != got:
        yield f"{what}: expected {wanted}, got {got}"


def _key(unit: str | None) -> str | None:
    return unit.rpartition("/")[2] if unit else unit
