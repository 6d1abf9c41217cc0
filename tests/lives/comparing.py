"""Holding what the services' stores say of cases against the oracle, after every commit of any of them."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields

from shared.db.store import Store
from tests.lives import oracle, readings, towns
from tests.lives.house import House
from tests.lives.oracle import Frame, Situation, Timeline
from tests.lives.readings import AsOf, Reading
from tests.lives.transport import Transport

PREVIEW = "preview: "
CLOCK = "clock"  # the role in which time takes a step
_BY_STAGE = frozenset({"pauses", "stopped", "written"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a service sees otherwise than it is.

    Args:
        about: service and field: what is the same kind of difference.
        case: '' where it is about none.
        after: the last message of the case that the service had taken.
    """

    about: str
    case: str
    after: str
    wanted: object
    found: object

    @property
    def is_of_preview(self) -> bool:
        """Tell whether a preview was wrong, and not a store."""
        return self.about.startswith(PREVIEW)

    def __str__(self) -> str:
        found, wanted = self.found, self.wanted
        if isinstance(found, dict) and isinstance(wanted, dict):  # of long ones what differs is enough
            both = [key for key in found if key in wanted and found[key] == wanted[key]]
            found, wanted = _without(found, both), _without(wanted, both)
        return f"{self.about} after {self.after}: {_plain(found)} instead of {_plain(wanted)}"


def _without(values: Mapping[str, object], keys: Collection[str]) -> Mapping[str, object]:
    return {key: value for key, value in values.items() if key not in keys}


def _plain(value: object) -> str:
    """A value as people read it: instants by minute."""
    return _INSTANT.sub(r"\1-\2-\3 \4:\5", repr(value))


_INSTANT = re.compile(r"datetime\.datetime\((\d+), (\d+), (\d+), (\d+), (\d+)[^)]*\)")


class Comparison:
    """What all cases are by the oracle, and what was found otherwise.

    Args:
        found: filled as differences are found, the first of each kind and case.
    """

    def __init__(self, house: House, transport: Transport) -> None:
        self._house = house
        self._frames = transport.frames
        self._situations: dict[tuple[str, int], Situation] = {}
        self._timelines: dict[tuple[str, int], Timeline] = {}
        self.found: dict[tuple[str, str], Difference] = {}

    def check(self, service: str, streams: Collection[str]) -> None:
        """Compare what a service has written of cases of which it has just taken or said something."""
        reader, store = readings.READERS.get(service), self._house.stores[service]
        cases = [stream for stream in streams if self._is_case(stream)]
        if reader is None or not cases:
            return
        taken, known = self._taken(service, store, cases), reader(store, cases)
        for case in cases:
            for difference in self._differences(service, case, taken.get(case, 0), known.get(case)):
                self.note(difference)

    def note(self, difference: Difference) -> None:
        """Take in what was found otherwise."""
        self.found.setdefault((difference.about, difference.case), difference)

    def situation(self, case: str, number: int) -> Situation:
        """Return what a case is after so many of its messages, by the oracle."""
        key = (case, number)
        if key not in self._situations:
            frames = self._frames[case][:number]
            self._situations[key] = oracle.situation_after(frames, self._is_above)
        return self._situations[key]

    def timeline(self, case: str, number: int) -> Timeline:
        """Return a case's past after so many of its messages, by the oracle."""
        key = (case, number)
        if key not in self._timelines:
            self._timelines[key] = oracle.timeline_after(self._frames[case][:number], towns.ALL_STAGES)
        return self._timelines[key]

    def steps_by_time(self, case: str) -> list[str]:
        """Return the steps that time has taken in a case, in their order."""
        said = (frame["data"] for frame in self._frames.get(case, ()))
        return [data["step"] for data in said if data.get("by", {}).get("role") == CLOCK and "step" in data]

    def _is_case(self, stream: str) -> bool:
        return bool(self._frames.get(stream)) and oracle.is_of_case(self._frames[stream][0])

    def _taken(self, service: str, store: Store, cases: Collection[str]) -> Mapping[str, int]:
        """How many messages of each case a service has taken; what intake says it knows."""
        if service == "intake":
            return {case: len(self._frames[case]) for case in cases}
        return readings.taken_up_to(store, cases)

    def _is_above(self, origin: str, town: str) -> bool:
        """Tell whether a case's town lies above another: that one is part of it, or of what is part of it."""
        above, wanted = towns.PART_OF[town], self._frames[origin][0]["town"]
        while above is not None and above != wanted:
            above = towns.PART_OF[above]
        return above is not None

    def _differences(
        self, service: str, case: str, taken: int, reading: Reading | None
    ) -> Iterator[Difference]:
        if reading is None:
            yield from self._unknown(service, case, taken)
            return
        number = self._number(case, taken, reading.as_of)
        if number == 0:
            yield Difference(f"{service} knows what was not said", case, "nothing", None, reading)
            return
        wanted, after = self.situation(case, number), _said(self._frames[case][number - 1])
        for name in _NAMES:
            right, seen = getattr(wanted, name), getattr(reading.situation, name)
            if right != seen:
                yield Difference(f"{service}: {name}", case, after, right, seen)
        yield from self._differences_of_past(service, case, taken, reading.timeline)

    def _unknown(self, service: str, case: str, taken: int) -> Iterator[Difference]:
        """A case of which a service has taken a message must be known to it; to routing, once it was asked."""
        number = self._number(case, taken, AsOf.ASKED if service == "routing" else AsOf.LATEST)
        if number:
            yield Difference(f"{service}: case", case, _said(self._frames[case][number - 1]), "known", None)

    def _differences_of_past(
        self, service: str, case: str, taken: int, found: Mapping[str, object]
    ) -> Iterator[Difference]:
        wanted, last = self.timeline(case, taken), self._frames[case][taken - 1]
        stages = towns.stages_of(self._house.names_of_editions.get(last.get("edition", ""), ""))
        for name, value in found.items():
            right, seen = getattr(wanted, name), value
            if name in _BY_STAGE:
                right, seen = _of_stages(right, stages), _of_stages(seen, stages)
            if right != seen:
                yield Difference(f"{service}: past {name}", case, _said(last), right, seen)

    def _number(self, case: str, taken: int, as_of: AsOf) -> int:
        """The number of the message that a reading is of, among those taken; 0 for none."""
        numbers = (n for n in range(taken, 0, -1) if _is_of(as_of, self._frames[case][n - 1]))
        return next(numbers, 0)


_NAMES = tuple(field.name for field in fields(Situation))


def _is_of(as_of: AsOf, frame: Frame) -> bool:
    if as_of is AsOf.ASKED:
        return oracle.asks(frame)
    return oracle.is_of_case(frame) and not (as_of is AsOf.SETTLED and oracle.waits(frame))


def _of_stages(by_stage: object, stages: Collection[str]) -> Mapping[str, object]:
    """What is kept by stage, as far as the case's present edition times the stage."""
    assert isinstance(by_stage, dict)
    return {stage: value for stage, value in by_stage.items() if stage in stages}


def _said(frame: Frame) -> str:
    step = frame["data"].get("step", "report")
    return f"{frame['type'].removeprefix('cn.gridcase.')} {frame['sequence']} ({step})"
