"""What a scenario expects, held against a case lived on paper."""

from collections.abc import Iterator, Mapping, Sequence

from shared.rules.decide import address, key_of
from shared.rules.scenario.model import Expected, Told
from tests.decide.clocks import PaperClock
from tests.decide.towns import local
from tests.decide.walk import Walk


def misses(walk: Walk, expected: Expected | None) -> list[str]:
    """Return every expectation that does not hold now, in words."""
    if expected is None:
        return []
    parts = (_who(walk, expected), _case(walk, expected), _clocks(walk, expected), _heard(walk, expected))
    return [miss for part in parts for miss in part]


def _same(name: str, found: object, wanted: object) -> Iterator[str]:
    if found != wanted:
        yield f"{name} is {found!r}, expected {wanted!r}"


def _key(walk: Walk, word: str) -> str:
    return word if word == "none" else key_of(address(walk.pack, word, walk.situation.place))


def _who(walk: Walk, expected: Expected) -> Iterator[str]:
    situation = walk.situation
    if expected.levels:
        yield from _same("level", situation.levels, expected.levels)
    if expected.lead:
        lead = key_of(situation.lead) if situation.lead else "none"
        yield from _same("lead", lead, _key(walk, expected.lead))
    if expected.assisting is not None:
        assisting = sorted(key_of(unit) for unit in situation.assisting)
        yield from _same("assisting", assisting, sorted(_key(walk, one) for one in expected.assisting))
    if expected.procedure:
        yield from _same("procedure", situation.procedure, expected.procedure)


def _case(walk: Walk, expected: Expected) -> Iterator[str]:
    if expected.state:
        yield from _same("state", walk.state, expected.state)
    if expected.published is not None:
        yield from _same("published", "published" in walk.marks, expected.published)
    if expected.alarms:
        yield from _same("alarms", sorted(walk.alarms), sorted(expected.alarms))
    if expected.no_alarms:
        yield from _same("alarms", walk.alarms, set())
    if expected.flagged is not None:
        yield from _same("flagged", walk.is_flagged, expected.flagged)
    if expected.round is not None:
        yield from _same("round", walk.situation.round, expected.round)
    yield from (f"{key} is open" for key in expected.refused_steps if walk.is_open_to(key, None))


def _clocks(walk: Walk, expected: Expected) -> Iterator[str]:
    latest = walk.shop.latest
    for stage, label in expected.due.items():
        yield from _same(f"due {stage}", _label(latest(stage)), label)
    for stage in expected.no_due:
        yield from _same(f"due {stage}", _label(latest(stage)), None)
    for stage, state in expected.clocks.items():
        clock = latest(stage)
        yield from _same(f"clock {stage}", clock and clock.state(walk.at), state)
    for stage, verdict in expected.verdicts.items():
        clock = latest(stage)
        yield from _same(f"verdict {stage}", clock and clock.verdict, verdict)


def _label(clock: PaperClock | None) -> str | None:
    return clock.label() if clock else None


def _heard(walk: Walk, expected: Expected) -> Iterator[str]:
    for wanted in expected.told:
        if not _has_heard(walk, wanted):
            heard: Sequence[Mapping[str, object]] = [
                {"party": one.party, "unit": one.unit, "on": one.on, "at": str(one.at)} for one in walk.heard
            ]
            yield f"nobody heard {wanted.who} on {wanted.on} at {wanted.at}; told were {heard}"
    yield from (f"{heard} was told" for who in expected.not_told for heard in walk.heard if heard.is_for(who))


def _has_heard(walk: Walk, wanted: Told) -> bool:
    at = local(wanted.at, walk.pack.zone) if wanted.at else None
    meant = [heard for heard in walk.heard if heard.is_for(wanted.who)]
    return any(wanted.on in (None, heard.on) and at in (None, heard.at) for heard in meant)
