"""Opening a case from a report that nothing speaks against; or a draft of one, which a person must confirm.

Decides what stands in the file from the beginning. A draft has its number and its history, and nobody hears
of it before it is confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.intake.domain.actors import REPORTER, Actor
from services.intake.domain.admission import Admission, Report, finder
from services.intake.domain.case import Case
from services.intake.domain.chain import BEGINNING
from services.intake.domain.milestones import DRAFT, REPORTED
from services.intake.domain.subject import as_data
from services.intake.handlers.carry_out import say
from services.intake.handlers.hiding import Hider
from services.intake.messages import cases as words
from services.intake.ports.case_file import CaseFile
from shared.db.work import Work
from shared.kernel.instants import format_instant
from shared.rules.pack.model import Pack


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


@dataclass(frozen=True, slots=True)
class Ready:
    """A report that nothing speaks against.

    Args:
        alarm: the key under which repeated alarms of its device meet.
    """

    pack: Pack
    asking: Asking
    admission: Admission
    linked_from: str | None = None
    alarm: str | None = None


@dataclass(frozen=True, slots=True)
class Came:
    """What is known of a case that comes from an older system, by references as that system gives them.

    Args:
        draft: why it waits for a person, or once did and what became of that.
        repeats: alarms counted on it so far.
    """

    reporter: str | None = None
    first_contact: str | None = None
    finder_role: str | None = None
    finder_unit: str | None = None
    draft: Mapping[str, Any] | None = None
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Opener:
    """Opens cases and drafts within a transaction."""

    files: CaseFile
    hider: Hider

    def open(self, work: Work, ready: Ready, number: str, came: Came | None = None) -> Case:
        """Open the case and say that it is there; or keep the draft. One that comes from elsewhere comes silently."""
        report, actor = ready.asking.report, ready.asking.door.actor
        case = new_case(work, ready, number)
        case.reporter = self._reporter(work, case.town, actor, report)
        case.finder_role, case.finder_unit = finder(actor, report.on_behalf)
        case.first_contact, case.linked_from = actor.unit, ready.linked_from
        if came is not None:
            case.reporter, case.first_contact = came.reporter or case.reporter, came.first_contact
            case.finder_role, case.finder_unit = came.finder_role, came.finder_unit
            case.draft, case.repeats = came.draft, came.repeats
        by = Actor(actor.role) if report.anonymous else actor
        title = {"title": report.title} if report.title else {}
        texts = {**ready.admission.texts, **title, "text": report.text}
        self.hider.hide(ready.pack, case)
        what = "drafted" if case.state == DRAFT else "admitted"
        self.files.record(work, case, what, by, first_entry(case), texts)
        work.trace = ready.asking.door.trace or work.trace
        if case.state != DRAFT:
            said = words.admitted(case, by)
            say(work, case, "case.admitted", {**said, "silent": True} if came is not None else said)
        self.files.open(work, case)
        return case

    def _reporter(self, work: Work, town: str, actor: Actor, report: Report) -> str | None:
        """The reference to a member of the public who reports; none for staff's own and anonymous reports."""
        if report.anonymous:
            return None
        own = actor.person if actor.role == REPORTER and not report.on_behalf else None
        is_of_public = actor.role == REPORTER or report.on_behalf or report.identity
        ref = own or (work.new_id() if is_of_public else None)
        if ref is not None and report.identity:
            self.files.keep_identity(work, town, ref, report.identity, is_new=own is None)
        return ref


def begin(case: Case) -> None:
    """Have the case begin: it is reported, and its first message asks for a decision."""
    case.marks = {REPORTED: format_instant(case.reported_at)}
    case.state, case.awaiting = REPORTED, 1


def new_case(work: Work, ready: Ready, number: str) -> Case:
    """Return the case of a report, not kept yet."""
    pack, report, admission = ready.pack, ready.asking.report, ready.admission
    case = Case(
        id=work.new_id(),
        town=pack.town,
        number=number,
        edition=pack.edition,
        category=admission.subject.category,
        channel=report.channel,
        place=admission.place,
        title=report.title,
        text=report.text,
        facts={**{name: 0 for name, fact in pack.facts.items() if fact.counts}, **admission.facts},
        texts=admission.texts,
        state=DRAFT,
        marks={},
        round=1,
        progress={"taken": (), "run": (), "approvals": ()},
        assignment=None,
        lead=None,
        level=None,
        awaiting=None,
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
        also=admission.subject.also,
        draft={"because": list(admission.waits_for)} if admission.waits_for else None,
        proposal=as_data(admission.subject.proposal),
        source=report.source,
    )
    if not admission.waits_for:
        begin(case)
    return case


def first_entry(case: Case) -> Mapping[str, Any]:
    """Return what the history says of a case at its beginning."""
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
        **{name: value for name in _SELDOM if (value := getattr(case, name))},
    }


_SELDOM = ("also", "proposal", "source")
