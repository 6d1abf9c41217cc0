"""Plays one run on a stage: reports, steps and the like at their instants over intake's HTTP API, checks on the way.

Decides the order of what happens and what is checked; must not know how a service does its part.
"""

from collections.abc import Iterator
from datetime import datetime

from gridcase.scenarios.actors import acting
from gridcase.scenarios.deeds import Deeds
from gridcase.scenarios.expectations import differences, publication, sight
from gridcase.scenarios.participants import Part, took_part
from gridcase.scenarios.runs import Difference, ScenarioRun
from gridcase.scenarios.stage import Stage
from gridcase.scenarios.wording import bilingual, shown
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack
from shared.rules.scenario.model import MAIN, Check, Expected, Happening, OpeningReport, label_to_instant

Event = (
    tuple[str, OpeningReport] | Happening | Check
)  # a further case by its name, or what happens, or a check


class Player:
    """Plays one run on a stage."""

    def __init__(self, stage: Stage, run: ScenarioRun) -> None:
        self._stage = stage
        self._run = run
        self._pack: Pack = stage.pack
        self._deeds = Deeds(stage)

    def play(self) -> Iterator[Difference]:
        """Go through everything that happens and everything that is checked, in the order of time."""
        for number, case in enumerate([*self._run.scenario.earlier, self._run.case]):
            (self._stage.world.advance if number else self._stage.begin)(self._instant(str(case.at)))
            yield from self._open(MAIN, case)
        for at, event in self._agenda() if MAIN in self._deeds.cases else ():
            if isinstance(event, Check):
                yield from self._compare(event.case, event.expected, at, Text(event.at))
                continue
            self._stage.world.advance(at)
            yield from self._open(*event) if isinstance(event, tuple) else self._happen(event)
            self._stage.world.settle()
        if self._run.expected is not None:
            yield from self._compare(MAIN, self._run.expected, None, bilingual("end"))
        yield from self._stuck()

    def took_part(self) -> frozenset[Part]:
        """Return the rules, steps and procedures that took part so far."""
        return frozenset().union(*(took_part(self._deeds.shown(name)) for name in self._deeds.cases))

    def _open(self, name: str, case: OpeningReport) -> Iterator[Difference]:
        refused = self._deeds.open(name, case)
        if refused is not None:
            yield self._difference(bilingual("report"), refused.why)

    def _agenda(self) -> list[tuple[datetime, Event]]:
        """Reports come before other things of the same instant, and what is checked after all of them."""
        scenario = self._run.scenario
        events: list[tuple[datetime, Event]] = [
            *((self._instant(str(case.at)), (name, case)) for name, case in scenario.cases.items()),
            *((self._instant(event.at), event) for event in scenario.life),
            *((self._instant(check.at), check) for check in self._run.checks),
        ]
        return sorted(events, key=lambda pair: (pair[0], isinstance(pair[1], Check)))

    def _happen(self, event: Happening) -> Iterator[Difference]:
        if event.calendar is not None:
            self._stage.amend_calendar(event.calendar)
            return
        refused, wanted = self._deeds.do(event), event.refused
        at, line = Text(event.at), event.spot.line
        if wanted is None and refused is not None:
            yield self._difference(at, refused.why, line)
        code = refused.code if refused else None
        if wanted is not None and (code is None or wanted not in ("yes", code)):
            words = bilingual("any-refusal") if wanted == "yes" else wanted
            what = self._deeds.named(event)
            yield self._difference(
                at, bilingual("not-refused", what=what, wanted=words, got=shown(code)), line
            )

    def _compare(
        self, name: str, expected: Expected, at: datetime | None, label: Text
    ) -> Iterator[Difference]:
        if name not in self._deeds.cases:
            return
        if at is not None and at > self._stage.world.now:
            self._stage.world.advance(at)
        self._stage.world.settle()
        for what in self._differing(name, expected):
            named = what if name == MAIN else bilingual("of-case", case=name, what=what)
            yield self._difference(label, named, expected.spot.line)

    def _differing(self, name: str, expected: Expected) -> Iterator[Text]:
        stage, case, key = self._stage, self._deeds.shown(name), self._deeds.cases[name]
        yield from differences(expected, case, stage.alarms(), self._pack)
        yield from publication(expected, case, stage.publications(case.number))
        yield from sight(expected, lambda who: stage.sees(key, acting(self._pack, who, case)))

    def _stuck(self) -> Iterator[Difference]:
        """Whatever was expected: what a service could not take has not happened, and nobody may pass it over."""
        for kept in self._stage.stuck():
            terms = {"service": kept.service, "state": kept.state, "type": kept.type, "source": kept.source}
            yield self._difference(bilingual("end"), bilingual("stuck", **terms, reason=kept.reason))

    def _instant(self, label: str) -> datetime:
        return label_to_instant(label, self._pack.zone)

    def _difference(self, at: Text, what: Text, line: int | None = None) -> Difference:
        scenario = self._run.scenario
        return Difference(
            scenario.key, self._run.variant, scenario.spot.file, line or scenario.spot.line, at, what
        )
