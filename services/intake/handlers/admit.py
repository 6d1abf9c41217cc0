"""Admitting reports: each becomes a case bound to the edition in force, with its number and first message.

Decides the order of one transaction: everything that can be refused is refused before a number is drawn, and a
repeated alarm of a machine is counted where the first one went.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.domain.admission import Admission, Report, admit, alarm_key, case_number
from services.intake.domain.case import Case
from services.intake.domain.change import LinkToOpen
from services.intake.domain.opening_categories import open_to, refuse_categories
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.report_categories import ReportCategories
from services.intake.handlers.alarms import AlarmCounter, Counting
from services.intake.handlers.opening import CaseOpener, LinkOrigin, SubmissionContext, ValidatedReport
from services.intake.store.case_file import SqlCaseFile
from services.intake.store.jurisdictions import SqlJurisdictionCopies
from services.intake.store.suspended import refuse_suspended
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.flow.editions import PackCache
from shared.kernel.problems import Problem
from shared.rules.case.snapshot import LinkDirection, Place
from shared.rules.pack.model import Pack

LINKED = "linked"


@dataclass(frozen=True, slots=True)
class SubmittedReport:
    """One report of a request."""

    context: SubmissionContext
    report: Report


@dataclass(frozen=True, slots=True)
class Counted:
    """An alarm that repeats an earlier one, the case on which it was counted, and the count with it."""

    case: Case
    repeats: int


Outcome = Case | Counted | Refusal | Problem


@dataclass(frozen=True, slots=True)
class Admitter:
    """Turns reports into cases."""

    files: SqlCaseFile
    pack_cache: PackCache
    opener: CaseOpener
    alarms: AlarmCounter
    tree: SqlJurisdictionCopies

    def admit(self, work: Work, submitted: Sequence[SubmittedReport]) -> list[Outcome]:
        """Admit what can be admitted; return a case or the reason against it for each, in their order."""
        packs = {
            town: self._pack_or_refusal(work, town) for town in {each.context.town for each in submitted}
        }
        checked = [_checked(packs[each.context.town], each, work.at) for each in submitted]
        valid = [each for each in checked if isinstance(each, ValidatedReport)]
        counting = self.alarms.counting(work, valid)
        # Numbers are drawn last: a town's row stays locked until the commit, and a refused report must not draw one.
        numbers = self._numbers(work, [each.pack for each in valid if not counting.is_repeat(each)])
        return [
            self._opened(work, each, counting, numbers) if isinstance(each, ValidatedReport) else each
            for each in checked
        ]

    def _opened(
        self, work: Work, valid: ValidatedReport, counting: Counting, numbers: Mapping[str, Iterator[str]]
    ) -> Outcome:
        if counting.is_repeat(valid):
            case = self.alarms.count(work, valid, counting)
            return Counted(case, case.repeats)
        case = self.opener.open(work, valid, next(numbers[valid.pack.town]))
        self.alarms.note(work, valid, case, counting)
        return case

    def _pack_or_refusal(self, work: Work, town: str) -> Pack | Refusal:
        try:
            # A refusal is this town's alone: requests of other towns share the transaction.
            refuse_suspended(work.conn, town)
            return self.pack_in_force(work, town)
        except Refusal as no:
            return no

    def pack_in_force(self, work: Work, town: str) -> Pack:
        """Return the town's pack as it holds now.

        Raises:
            Refusal: `no-edition` – the town has no rules here.
        """
        edition = self.files.edition_in_force(work, town)
        if edition is None:
            raise refusal("no-edition", {"town": town}, town=town)
        return self.pack_cache.of(work, work.flow.editions, edition)

    def link(self, work: Work, origin: Case, link: LinkToOpen) -> Case:
        """Open a case in another jurisdiction because of this one, with the edition and clocks of that one.

        Raises:
            Refusal: `no-edition` – that jurisdiction has no rules here; `town-suspended`.
            TryLater: its rules are not here yet.
        """
        refuse_suspended(work.conn, link.jurisdiction)
        pack = self.pack_in_force(work, link.jurisdiction)
        known = {name: value for name, value in link.facts.items() if name in pack.facts}
        # The place's key is a word of the origin's own pack; only the point means the same in both.
        place = Place(key=None, jurisdiction=pack.town, lat=origin.place.lat, lon=origin.place.lon)
        about = ReportCategories(origin.category, origin.also)
        valid = ValidatedReport(
            pack,
            # The unit that leads here is named with it, and so becomes the first contact there.
            SubmissionContext(pack.town, Actor("platform", origin.lead)),
            Report(origin.category, LINKED, origin.text, title=origin.title),
            Admission(about, known, {}, place, origin.private, work.at),
            LinkOrigin(origin.id, self._direction(work, origin, pack)),
        )
        return self.opener.open(work, valid, next(self._numbers(work, [pack])[pack.town]))

    def _direction(self, work: Work, origin: Case, pack: Pack) -> LinkDirection:
        """Where the origin lies as the town of the pack sees it, at whatever distance."""
        if origin.town in self.tree.around(work, pack.town, pack.part_of):
            return LinkDirection.ABOVE
        own = self.pack_cache.of(work, work.flow.editions, origin.edition)
        is_below = pack.town in self.tree.around(work, origin.town, own.part_of)
        return LinkDirection.BELOW if is_below else LinkDirection.ACROSS

    def _numbers(self, work: Work, packs: Sequence[Pack]) -> dict[str, Iterator[str]]:
        """Reserve as many numbers as each town's pack comes, one statement a town."""
        by_town = {pack.town: pack for pack in packs}
        counts = Counter(pack.town for pack in packs)
        # Towns in one order everywhere: each row stays locked until the commit, and two transactions must not cross.
        return {town: self._drawn(work, by_town[town], counts[town]) for town in sorted(by_town)}

    def wait_turn(self, work: Work, pack: Pack) -> None:
        """Wait for whoever opens a case of the town at this moment, and let others wait until the commit.

        For a draft that becomes a case: it has its number already, and counts those that became cases before it.
        """
        if any(fact.earlier for fact in pack.facts.values()):
            self._drawn(work, pack, 0)

    def _drawn(self, work: Work, pack: Pack, count: int) -> Iterator[str]:
        # The year in which the number is drawn, also for a report that is dated back; by the town's clock, since at
        # the turn of the year the day in UTC is another.
        year = work.at.astimezone(ZoneInfo(pack.zone)).year
        first = self.files.next_number(work, pack.town, year, count)
        return iter([case_number(year, first + each) for each in range(count)])


def _checked(
    pack: Pack | Refusal, submitted: SubmittedReport, at: datetime
) -> ValidatedReport | Refusal | Problem:
    if isinstance(pack, Refusal):
        return pack
    context, report = submitted.context, submitted.report
    if no := refuse_categories(pack, context.actor, (report.category, *report.also)):
        return no
    try:
        # Nor is a category proposed to somebody who may not bring it; one that is named was looked at just now.
        offered = open_to(pack, context.actor) if report.category is None else pack
        admission = admit(offered, report, at, context.may_back_date)
    except (Refusal, Problem) as no:
        return no
    key = alarm_key(pack, report.channel, report.source, admission.about.category, admission.place)
    return ValidatedReport(pack, context, report, admission, alarm=key)
