"""Opening a case from a report that nothing speaks against; or a draft of one, which a person must confirm.

Decides what stands in the file from the beginning. A draft has its number and its history, and nobody hears
of it before it is confirmed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from services.intake.adapters.seal import IdentitySeal
from services.intake.domain.actors import REPORTER
from services.intake.domain.admission import Admission, Report, finder
from services.intake.domain.case import FLAGS, Case, DraftNote, Progress
from services.intake.domain.chain import BEGINNING
from services.intake.domain.entries import ForeignEntry, begun
from services.intake.domain.milestones import REPORTED
from services.intake.domain.records import SealedIdentity
from services.intake.handlers.apply_change import days_for
from services.intake.handlers.awaited_years import tell_of_years
from services.intake.handlers.earlier import settle_earlier
from services.intake.handlers.emitting import emit_admitted
from services.intake.handlers.visibility import VisibilityKeeper
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.messages import Actor
from shared.db.work import Work
from shared.rules.case.snapshot import CaseState, LinkDirection
from shared.rules.case.timeline import Milestone
from shared.rules.case.times import facts_of_time
from shared.rules.logic.facts import Value
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class SubmissionContext:
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
class LinkOrigin:
    """The case because of which another one is opened, and where it lies as that one sees it."""

    case: str
    direction: LinkDirection


@dataclass(frozen=True, slots=True)
class ValidatedReport:
    """A report that nothing speaks against.

    Args:
        origin: the case because of which this one is opened.
        alarm: the key under which repeated alarms of its device meet.
    """

    pack: Pack
    context: SubmissionContext
    report: Report
    admission: Admission
    origin: LinkOrigin | None = None
    alarm: str | None = None


@dataclass(frozen=True, slots=True)
class ImportedOrigin:
    """What is known of a case that comes from an older system, by references as that system gives them.

    Args:
        system: its name.
        draft: why it waits for a person, or once did and what became of that.
        repeats: alarms counted on it so far.
    """

    system: str

    reporter: str | None = None
    first_contact: str | None = None
    finder_role: str | None = None
    finder_unit: str | None = None
    draft: DraftNote | None = None
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class CaseOpener:
    """Opens cases and drafts within a transaction."""

    files: SqlCaseFile
    visibility: VisibilityKeeper
    seal: IdentitySeal

    def open(
        self, work: Work, valid: ValidatedReport, number: str, imported: ImportedOrigin | None = None
    ) -> Case:
        """Open the case and say that it is there; or keep the draft.

        One that comes from elsewhere comes silently.
        """
        report, actor = valid.report, valid.context.actor
        case = new_case(work, valid, number)
        case.first_contact = actor.unit
        case.finder_role, case.finder_unit = finder(actor, report.on_behalf)
        case.reporter = self._reporter(work, case.town, actor, report)
        if imported is not None:
            _take_over(case, imported)
        if case.state is not CaseState.DRAFT:
            # Only a file may state the count: what a case of another town brings was counted there.
            settle_earlier(work, valid.pack, case, () if imported is None else valid.admission.facts)
        # Nobody could take the name back later: the entry is in the chain, and the message in other services' stores.
        by = Actor(actor.role) if report.anonymous else actor
        title = {"title": report.title} if report.title else {}
        texts = {**valid.admission.texts, **title, "text": report.text}
        # Before the case is told of: its first message already says who may see it.
        differing = self.visibility.hide(valid.pack, case)
        is_draft = case.state is CaseState.DRAFT
        foreign = () if imported is None else (ForeignEntry(imported.system),)
        what = "drafted" if is_draft else "admitted"
        self.files.record(work, case, what, by, begun(case), *foreign, texts=texts)
        # For each report anew: one transaction answers many requests, each with a trace of its own.
        work.trace = valid.context.trace or work.trace
        if not is_draft:
            emit_admitted(work, case, by, silent=imported is not None)
            tell_of_years(work, valid.pack, case, case.standing)
            self.visibility.tell_difference(work, case, differing)
        # Last: the entry and the message have moved the counters that the row holds.
        self.files.open(work, case)
        return case

    def keep_identity(
        self, work: Work, town: str, ref: str, identity: Mapping[str, str], *, is_new: bool
    ) -> None:
        """Seal and keep an identity under its reference; one known to be new is not looked for."""
        sealed = SealedIdentity(
            town=town, ref=ref, sealed=self.seal.close(identity), made_at=work.at, erased_at=None
        )
        self.files.keep_identity(work, sealed, is_new=is_new)

    def _reporter(self, work: Work, town: str, actor: Actor, report: Report) -> str | None:
        """The reference to a member of the public who reports; none for staff's own and anonymous reports."""
        if report.anonymous:
            return None
        own = actor.person if actor.role == REPORTER and not report.on_behalf else None
        is_of_public = actor.role == REPORTER or report.on_behalf or report.identity
        ref = own or (work.new_id() if is_of_public else None)
        if ref is not None and report.identity:
            self.keep_identity(work, town, ref, report.identity, is_new=own is None)
        return ref


def _take_over(case: Case, imported: ImportedOrigin) -> None:
    case.reporter = imported.reporter or case.reporter
    case.first_contact = imported.first_contact
    case.finder_role, case.finder_unit = imported.finder_role, imported.finder_unit
    case.draft, case.repeats = imported.draft, imported.repeats


def _counters(pack: Pack) -> dict[str, Value]:
    return {name: 0 for name, fact in pack.facts.items() if fact.counts}


def _at_report(work: Work, valid: ValidatedReport) -> dict[str, bool]:
    """The facts from time of the report itself."""
    pack = valid.pack
    return facts_of_time(pack, {REPORTED: valid.admission.reported_at}, days_for(work, pack))


def begin(case: Case) -> None:
    """Have the case begin: it is reported, and its first message asks for a decision."""
    case.milestones = {REPORTED: Milestone(case.reported_at, case.reported_at)}
    # 1 also for a draft that is confirmed: nothing was said on its stream before, not even an alarm.
    case.state, case.awaiting = CaseState.REPORTED, 1


def new_case(work: Work, valid: ValidatedReport, number: str) -> Case:
    """Return the case of a report, not kept yet."""
    pack, report, admission = valid.pack, valid.report, valid.admission
    case = Case(
        id=work.new_id(),
        town=pack.town,
        number=number,
        edition=pack.edition,
        category=admission.about.category,
        channel=report.channel,
        place=admission.place,
        title=report.title,
        text=report.text,
        facts={**_counters(pack), **_at_report(work, valid), **admission.facts},
        texts=admission.texts,
        state=CaseState.DRAFT,
        milestones={},
        round=1,
        progress=Progress(),
        assignment=None,
        lead=None,
        level=None,
        awaiting=None,
        messages=0,
        decisions=0,
        orders=(),
        clocks={},
        due_at=None,
        breached=False,
        flagged=False,
        fallback=False,
        reporter=None,
        first_contact=None,
        finder_role=None,
        finder_unit=None,
        linked_from=valid.origin.case if valid.origin else None,
        linked=(),
        reported_at=admission.reported_at,
        admitted_at=work.at,
        changed_at=work.at,
        history_n=0,
        history_head=BEGINNING,
        link_direction=valid.origin.direction if valid.origin else None,
        also=admission.about.also,
        draft=DraftNote(admission.waits_for) if admission.waits_for else None,
        proposal=admission.about.proposal,
        source=report.source,
        **{**{name: getattr(report, name) for name in FLAGS}, "private": admission.private},
    )
    if not admission.waits_for:
        begin(case)
    return case
