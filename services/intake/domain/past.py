"""The past of a case that an older system brings: what was reported, what happened since, and whether it holds
together.

Decides what each line means by the town's pack: which step reached which milestone, who led since when. Lines
that contradict themselves are refused with the field; nothing is guessed but what the pack itself says. Must not
know stores, nor the form of files.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from services.intake.domain.case import Case
from services.intake.domain.change import Change, apply
from services.intake.domain.decisions import AUTOMATIC, consequences_of_decision
from services.intake.domain.guard import Given
from services.intake.domain.milestones import (
    ACCEPTED,
    ASSIGNED,
    REOPENED,
    milestones_of,
)
from services.intake.domain.old_case import REACHED_AT, Assigned, Deed, facts_of, texts_of
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.situations import situation_of
from services.intake.domain.steps import consequences
from shared.kernel.instants import format_instant
from shared.kernel.problems import Problem
from shared.rules.decide.answers import Unroutable
from shared.rules.decide.book import Book
from shared.rules.decide.timing import local_day
from shared.rules.pack.model import Effect, EffectKind, Pack


def deeds_of(
    pack: Pack,
    steps: Sequence[Deed],
    reached_at: Mapping[str, datetime],
    first: Assigned,
    reported_at: datetime,
) -> list[Deed]:
    """Return what happened, in order; dates of milestones stand for steps where none are given.

    Args:
        reached_at: milestone → instant, from the line's own columns.
        first: who has the case, where no step says who got it when.
    """
    deeds = list(steps) if steps else list(_from_dates(pack, reached_at))
    if any(deed.assigned is not None for deed in deeds):
        return deeds
    tells_all = all(deed.marks is not None for deed in deeds)  # an export, or a case that nobody had yet
    if first.lead is None and ACCEPTED not in reached_at and tells_all:
        return deeds
    accepted_at = reached_at.get(ACCEPTED)
    begun_at = accepted_at or (deeds[0].at if steps else reported_at)
    marks = (ASSIGNED, ACCEPTED) if accepted_at else (ASSIGNED,)
    return [
        Deed("accepted_at" if accepted_at else "lead", ASSIGNED, begun_at, marks=marks, assigned=first),
        *deeds,
    ]


def _from_dates(pack: Pack, reached_at: Mapping[str, datetime]) -> Iterator[Deed]:
    for mark, name in REACHED_AT.items():
        if mark in reached_at:
            key = next((key for key, step in pack.steps.items() if mark in milestones_of(step)), None)
            yield Deed(name, key or mark, reached_at[mark], marks=None if key else (mark,))


def refuse_disorder(deeds: Sequence[Deed], reported_at: datetime, now: datetime) -> None:
    """Hold the instants against one another.

    Raises:
        Refusal: `step-before-the-last`, `step-in-the-future`.
    """
    last = reported_at
    for deed in deeds:
        if deed.at < last:
            raise refusal("step-before-the-last", {"field": deed.told_in}, before=format_instant(last))
        if deed.at > now:
            raise refusal("step-in-the-future", {"field": deed.told_in})
        last = deed.at


def change_of(book: Book, case: Case, deed: Deed) -> Change:
    """Return what a deed changes of the case as it stood then; it asks nobody anything any more.

    Raises:
        Refusal: a step that the pack does not know and that names no milestones; nobody who could lead.
        Problem: a fact is not what the pack declares.
    """
    change = _assignment(book, case, deed) if deed.assigned is not None else _step(book.pack, case, deed)
    reached = change.reached if deed.marks is None else deed.marks
    undone = change.undone if deed.undone is None else deed.undone
    return replace(change, reached=reached, undone=undone, ask_decision=False, links=())


def _step(pack: Pack, case: Case, deed: Deed) -> Change:
    facts = facts_of(pack, deed.facts, f"{deed.told_in}.facts")
    step = pack.steps.get(deed.step)
    if step is not None:
        return consequences(pack, case, step, deed.by, Given(facts, deed.due_at))
    if deed.marks is None:
        known = ", ".join(list(pack.steps)[:20])
        raise refusal("old-step-unknown", {"field": f"{deed.told_in}.step"}, given=deed.step, known=known)
    plain = {name: value for name, value in facts.items() if name not in texts_of(pack, facts)}
    effects = (Effect(EffectKind.REOPEN),) if REOPENED in deed.marks else ()
    return Change(deed.step, (), effects=effects, facts=plain, texts=texts_of(pack, facts))


def _assignment(book: Book, case: Case, deed: Deed) -> Change:
    pack, said = book.pack, deed.assigned or Assigned()
    answer = book.route(situation_of(case), local_day(pack, case.reported_at))
    found = answer.decision if isinstance(answer, Unroutable) else answer
    if said.lead is None and (isinstance(answer, Unroutable) or found.lead is None):
        raise refusal("old-lead-missing", {"field": "lead"})
    lead = said.lead or found.lead
    procedure = said.procedure or found.procedure
    if procedure not in pack.procedures:
        raise refusal(
            "unknown-procedure", {"field": "procedure"}, given=procedure, known=", ".join(pack.procedures)
        )
    _refuse_strange_unit(pack, lead or "", deed)
    assignment = {
        "decision": case.decisions + 1,
        "levels": list(found.levels if said.levels is None else said.levels),
        "lead": lead,
        "assisting": list(found.assisting if said.assisting is None else said.assisting),
        "previous_lead": case.lead,
        "procedure": procedure,
        "departments": list(found.departments),
    }
    is_accepted = deed.marks is None or ACCEPTED in deed.marks
    return consequences_of_decision(pack, case, assignment, AUTOMATIC if is_accepted else "lead")


def _refuse_strange_unit(pack: Pack, address: str, deed: Deed) -> None:
    """A lead must be one to whom the case can go: 'jurisdiction/unit', and of this town one that it has."""
    jurisdiction, slash, unit = address.partition("/")
    is_ours = jurisdiction == pack.town or jurisdiction.startswith(f"{pack.town}.")
    if not slash or (is_ours and unit not in pack.units):
        where = {"field": "lead" if deed.told_in in ("lead", "accepted_at") else f"{deed.told_in}.lead"}
        raise refusal(
            "unknown-unit", where, given=address, town=pack.town, known=", ".join(list(pack.units)[:20])
        )


def replayed(book: Book, case: Case, deeds: Sequence[Deed]) -> Iterator[Change]:
    """Yield what each deed changes, and bring the case there; a trial before anything is written.

    Raises:
        Refusal, Problem: a deed can't have been; `where` names its field.
    """
    for deed in deeds:
        try:
            change = change_of(book, case, deed)
        except (Refusal, Problem) as no:
            no.where = {"field": deed.told_in, **no.where}
            raise
        apply(case, change, format_instant(deed.at))
        if deed.assigned is not None:
            case.decisions += 1
        yield change


def refuse_other_state(case: Case, state: str | None) -> None:
    """Hold the state that the line says against the one that its dates make.

    Raises:
        Refusal: `state-differs`.
    """
    if state is not None and state != case.state:
        raise refusal("state-differs", {"field": "state"}, given=state, made=case.state)
