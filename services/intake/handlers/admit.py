"""Admitting reports: each becomes a case bound to the edition in force, with its number and first message.

Decides the order of one transaction: everything that can be refused is refused before a number is drawn.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from services.intake.domain.actors import REPORTER, Actor
from services.intake.domain.admission import Admission, Report, admit, case_number, finder
from services.intake.domain.case import Case
from services.intake.domain.chain import BEGINNING
from services.intake.domain.milestones import REPORTED
from services.intake.domain.refusal import Refusal, refusal
from services.intake.handlers.carry_out import say
from services.intake.messages import cases as words
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.flow.editions import PackShelf
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.rules.pack.model import Pack

Outcome = Case | Refusal | Problem
LINKED = "linked"


@dataclass(frozen=True, slots=True)
class Door:
    """What holds for all reports of one request.

    Args:
        may_back_date: an engineer imports, or the store is simulated.
        trace: the request's place in its trace, for every message that it causes.
    """

    town: str
    actor: Actor
    may_back_date: bool = False
    trace: str | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """One report at one door."""

    door: Door
    report: Report


class Admitter:
    """Turns reports into cases."""

    def __init__(self, files: CaseFile, shelf: PackShelf) -> None:
        self._files = files
        self._shelf = shelf

    def admit(self, work: Work, askings: Sequence[Asking]) -> list[Outcome]:
        """Admit what can be admitted; return a case or the reason against it for each, in their order."""
        packs = {town: self._pack_or_refusal(work, town) for town in {asking.door.town for asking in askings}}
        checked = [_checked(packs[asking.door.town], asking, work.at) for asking in askings]
        numbers = self._numbers(work, [one.pack for one in checked if isinstance(one, _Ready)])
        return [
            self._open(work, one, next(numbers[one.pack.town])) if isinstance(one, _Ready) else one
            for one in checked
        ]

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
        admission = Admission(known, {}, place, origin.private, work.at)
        ready = _Ready(pack, Asking(Door(town, Actor("platform", origin.lead)), report), admission, origin.id)
        return self._open(work, ready, next(self._numbers(work, [pack])[town]))

    def _numbers(self, work: Work, packs: Sequence[Pack]) -> dict[str, Iterator[str]]:
        """Reserve as many numbers as each town's pack comes, one statement a town."""
        by_town = {pack.town: pack for pack in packs}
        counts = Counter(pack.town for pack in packs)
        return {town: self._drawn(work, by_town[town], counts[town]) for town in sorted(by_town)}

    def _drawn(self, work: Work, pack: Pack, count: int) -> Iterator[str]:
        year = work.at.astimezone(ZoneInfo(pack.zone)).year
        first = self._files.next_number(work, pack.town, year, count)
        return iter([case_number(year, first + each) for each in range(count)])

    def _open(self, work: Work, ready: "_Ready", number: str) -> Case:
        report, actor = ready.asking.report, ready.asking.door.actor
        case = _new_case(work, ready, number)
        case.reporter = self._reporter(work, case.town, actor, report)
        case.finder_role, case.finder_unit = finder(actor, report.on_behalf)
        case.first_contact, case.linked_from = actor.unit, ready.linked_from
        by = Actor(actor.role) if report.anonymous else actor
        title = {"title": report.title} if report.title else {}
        texts = {**ready.admission.texts, **title, "text": report.text}
        self._files.record(work, case, "admitted", by, _first_entry(case), texts)
        work.trace = ready.asking.door.trace or work.trace
        say(work, case, "case.admitted", words.admitted(case, by))
        self._files.open(work, case)
        return case

    def _reporter(self, work: Work, town: str, actor: Actor, report: Report) -> str | None:
        """The reference to a member of the public who reports; none for staff's own and anonymous reports."""
        if report.anonymous:
            return None
        own = actor.person if actor.role == REPORTER and not report.on_behalf else None
        is_of_public = actor.role == REPORTER or report.on_behalf or report.identity
        ref = own or (work.new_id() if is_of_public else None)
        if ref is not None and report.identity:
            self._files.keep_identity(work, town, ref, report.identity, is_new=own is None)
        return ref


@dataclass(frozen=True, slots=True)
class _Ready:
    """A report that nothing speaks against."""

    pack: Pack
    asking: Asking
    admission: Admission
    linked_from: str | None = None


def _checked(pack: Pack | Refusal, asking: Asking, at: datetime) -> _Ready | Refusal | Problem:
    if isinstance(pack, Refusal):
        return pack
    try:
        return _Ready(pack, asking, admit(pack, asking.report, at, asking.door.may_back_date))
    except (Refusal, Problem) as no:
        return no


def _new_case(work: Work, ready: _Ready, number: str) -> Case:
    pack, report, admission = ready.pack, ready.asking.report, ready.admission
    return Case(
        id=work.new_id(),
        town=pack.town,
        number=number,
        edition=pack.edition,
        category=report.category,
        channel=report.channel,
        place=admission.place,
        title=report.title,
        text=report.text,
        facts={**{name: 0 for name, fact in pack.facts.items() if fact.counts}, **admission.facts},
        texts=admission.texts,
        state=REPORTED,
        marks={REPORTED: format_instant(admission.reported_at)},
        round=1,
        progress={"taken": (), "run": (), "approvals": ()},
        assignment=None,
        lead=None,
        level=None,
        awaiting=1,  # the report itself asks for the first decision
        said=0,
        decisions=0,
        orders=(),
        clocks={},
        due_at=None,
        breached=False,
        flagged=False,
        fallback=False,
        private=admission.private,
        reporter=None,
        anonymous=report.anonymous,
        on_behalf=report.on_behalf,
        first_contact=None,
        finder_role=None,
        finder_unit=None,
        linked_from=None,
        linked=(),
        reported_at=admission.reported_at,
        admitted_at=work.at,
        changed_at=work.at,
        history_n=0,
        history_head=BEGINNING,
    )


def _first_entry(case: Case) -> dict[str, object]:
    return {
        "number": case.number,
        "edition": case.edition,
        "category": case.category,
        "channel": case.channel,
        "place": case.place,
        "facts": case.facts,
        "reporter": case.reporter,
        "private": case.private,
        "linked_from": case.linked_from,
        "reported_at": format_instant(case.reported_at),
    }
