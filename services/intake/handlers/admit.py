"""Admitting reports: each becomes a case bound to the edition in force, with its number and first message.

Decides the order of one transaction: everything that can be refused is refused before a number is drawn, and a
repeated alarm of a machine is counted where the first one went.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.domain.actors import Actor
from services.intake.domain.admission import Admission, Report, admit, case_number
from services.intake.domain.alarms import alarm_key
from services.intake.domain.case import Case
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.subject import Subject
from services.intake.handlers.alarms import AlarmCounter, Counting
from services.intake.handlers.opening import Asking, Door, Opener, Ready
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.kernel.problems import Problem
from shared.rules.pack.model import Pack

LINKED = "linked"


@dataclass(frozen=True, slots=True)
class Counted:
    """An alarm that repeats an earlier one, the case on which it was counted, and the count with it."""

    case: Case
    repeats: int


Outcome = Case | Counted | Refusal | Problem


class Admitter:
    """Turns reports into cases."""

    def __init__(self, files: CaseFile, shelf: PackShelf, opener: Opener, alarms: AlarmCounter) -> None:
        self._files = files
        self._shelf = shelf
        self._opener = opener
        self._alarms = alarms

    def admit(self, work: Work, askings: Sequence[Asking]) -> list[Outcome]:
        """Admit what can be admitted; return a case or the reason against it for each, in their order."""
        packs = {town: self._pack_or_refusal(work, town) for town in {asking.door.town for asking in askings}}
        checked = [_checked(packs[asking.door.town], asking, work.at) for asking in askings]
        ready = [one for one in checked if isinstance(one, Ready)]
        counting = self._alarms.counting(work, ready)
        numbers = self._numbers(work, [one.pack for one in ready if not counting.is_repeat(one)])
        return [
            self._opened(work, one, counting, numbers) if isinstance(one, Ready) else one for one in checked
        ]

    def _opened(
        self, work: Work, ready: Ready, counting: Counting, numbers: Mapping[str, Iterator[str]]
    ) -> Outcome:
        if counting.is_repeat(ready):
            on = self._alarms.count(work, ready, counting)
            return Counted(on, on.repeats)
        case = self._opener.open(work, ready, next(numbers[ready.pack.town]))
        self._alarms.note(work, ready, case, counting)
        return case

    def _pack_or_refusal(self, work: Work, town: str) -> Pack | Refusal:
        try:
            return self.pack_in_force(work, town)
        except Refusal as no:
            return no

    def pack_in_force(self, work: Work, town: str) -> Pack:
        """Return the town's pack as it holds now."""
        edition = self._files.edition_in_force(work, town)
        if edition is None:
            raise refusal("no-edition", {"town": town}, town=town)
        return self._shelf.of(work, work.flow.editions, edition)

    def link(
        self, work: Work, origin: Case, town: str, facts: Mapping[str, bool | int | float | str]
    ) -> Case:
        """Open a case in another jurisdiction because of this one, with the edition and clocks of that one.

        Raises:
            Refusal: `no-edition` – that jurisdiction has no rules here.
        """
        pack = self.pack_in_force(work, town)
        known = {name: value for name, value in facts.items() if name in pack.facts}
        place = {
            "key": None,
            "jurisdiction": town,
            "lat": origin.place.get("lat"),
            "lon": origin.place.get("lon"),
        }
        report = Report(origin.category, LINKED, origin.text, title=origin.title)
        subject = Subject(origin.category, tuple(origin.also))
        admission = Admission(subject, known, {}, place, origin.private, work.at)
        ready = Ready(pack, Asking(Door(town, Actor("platform", origin.lead)), report), admission, origin.id)
        return self._opener.open(work, ready, next(self._numbers(work, [pack])[town]))

    def _numbers(self, work: Work, packs: Sequence[Pack]) -> dict[str, Iterator[str]]:
        """Reserve as many numbers as each town's pack comes, one statement a town."""
        by_town = {pack.town: pack for pack in packs}
        counts = Counter(pack.town for pack in packs)
        return {town: self._drawn(work, by_town[town], counts[town]) for town in sorted(by_town)}

    def _drawn(self, work: Work, pack: Pack, count: int) -> Iterator[str]:
        year = work.at.astimezone(ZoneInfo(pack.zone)).year
        first = self._files.next_number(work, pack.town, year, count)
        return iter([case_number(year, first + each) for each in range(count)])


def _checked(pack: Pack | Refusal, asking: Asking, at: datetime) -> Ready | Refusal | Problem:
    if isinstance(pack, Refusal):
        return pack
    report = asking.report
    try:
        admission = admit(pack, report, at, asking.door.may_back_date)
    except (Refusal, Problem) as no:
        return no
    key = alarm_key(pack, report.channel, report.source, admission.subject.category, admission.place)
    return Ready(pack, asking, admission, alarm=key)
