"""A report that waits for a person: what confirming and dismissing it decide.

A draft is confirmed as it is or corrected; only then is what its categories ask held against what is known. Only
then, too, is it reported in the sense in which a case is bound to its edition: before, nobody has decided or heard
anything by any rules, so what was published meanwhile holds for it, and whatever of it those rules do not have any
more is for the person to say. Its instant stays the first one: limits and dates of effect count from there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from services.intake.domain.admission import answers_of, is_private, require_answers
from services.intake.domain.case import Case, DraftNote
from services.intake.domain.locating import located
from services.intake.domain.other_edition import facts_known_to
from services.intake.domain.refusal import Refusal, refusal
from services.intake.domain.report_categories import ReportCategories, named, no_category
from shared.contracts.messages import Actor
from shared.rules.case.snapshot import CaseState, Place
from shared.rules.case.timeline import Milestone
from shared.rules.case.timing import AmendedDays
from shared.rules.pack.model import Pack

_SHOWN = 10
CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Confirming:
    """What a person says of a draft; what is left out stays as it was reported."""

    category: str | None = None
    also: Sequence[str] | None = None
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    answers: Mapping[str, object] = field(default_factory=dict)
    note: str | None = None


def require_draft(case: Case) -> None:
    """Hold it against the case that it is no draft.

    Raises:
        Refusal: `not-a-draft`.
    """
    if case.state is not CaseState.DRAFT:
        raise refusal("not-a-draft", {"state": case.state}, state=case.state)


def confirm(pack: Pack, case: Case, by: Confirming, on: date, days: AmendedDays | None) -> dict[str, str]:
    """Bring the draft to what the person says, by this pack; return the free texts that came along.

    Args:
        pack: as it is in force now, whichever was when the draft was made.
        on: the local day of the confirmation.
        days: the town's published days, for facts from time.

    Raises:
        Refusal: it is no draft, names no category or something that the pack does not have any more, or an answer
            is missing; see `admission.admit`.
        FactError: an answer is not what the pack declares.
    """
    require_draft(case)
    about, place = _about(pack, case, by), _place(pack, case, by, on)
    answers, texts = answers_of(pack, by.answers)
    facts = {**facts_known_to(pack, case, days), **answers}
    known = {name: text for name, text in case.texts.items() if name in pack.facts}
    require_answers(pack, about, facts, {**known, **texts})
    case.category, case.also, case.place = about.category, about.also, place
    case.edition, case.facts, case.texts = pack.edition, facts, {**known, **texts}
    case.private = case.private or is_private(pack, about)
    return dict(texts)


def end_draft(case: Case, outcome: str, at: datetime, by: Actor, reason: str | None = None) -> None:
    """Note on the case what became of its draft: confirmed, dismissed or merged."""
    before = case.draft or DraftNote(())
    case.draft = DraftNote(before.because, outcome, at, by, reason)


def end_without_case(
    case: Case, outcome: CaseState, at: datetime, by: Actor, reason: str | None = None
) -> None:
    """End a draft of which no case was made: its end is the one milestone that it ever reaches."""
    end_draft(case, outcome, at, by, reason)
    case.state, case.milestones = outcome, {outcome.value: Milestone(at, at)}


def _about(pack: Pack, case: Case, by: Confirming) -> ReportCategories:
    category, also = by.category or case.category, case.also if by.also is None else by.also
    if not category:
        raise no_category(pack, "category-missing")
    if by.category is None and category not in pack.categories:
        raise _gone("draft-category-gone", "category", category, pack.categories)
    if by.also is None and (gone := [key for key in also if key not in pack.categories]):
        raise _gone("draft-also-gone", "also", ", ".join(gone), pack.categories)
    return ReportCategories(*named(pack, category, also))


def _place(pack: Pack, case: Case, by: Confirming, on: date) -> Place:
    if by.place is not None or by.lat is not None or by.lon is not None:
        return located(pack, by.place, by.lat, by.lon, on)
    if case.place_key is not None and case.place_key not in pack.places:
        raise _gone("draft-place-gone", "place", case.place_key, pack.places)
    return located(pack, case.place_key, case.place.lat, case.place.lon, on)


def _gone(code: str, name: str, given: str, known: Collection[str]) -> Refusal:
    return refusal(code, {"field": name}, given=given, known=", ".join(list(known)[:_SHOWN]))
