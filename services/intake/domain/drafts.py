"""A report that waits for a person: what confirming and dismissing it decide.

A draft is confirmed as it is or corrected; only then is what its categories ask held against what is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from services.intake.domain.admission import answers_of, is_private, require_answers
from services.intake.domain.case import Case
from services.intake.domain.locating import located
from services.intake.domain.milestones import DRAFT
from services.intake.domain.refusal import refusal
from services.intake.domain.subject import Subject, named
from shared.rules.decide.timing import local_day
from shared.rules.pack.model import Pack


@dataclass(frozen=True, slots=True)
class Confirming:
    """What a person says of a draft; what is left out stays as it was reported."""

    category: str | None = None
    also: Sequence[str] | None = None
    place: str | None = None
    lat: float | None = None
    lon: float | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    note: str | None = None


def require_draft(case: Case) -> None:
    """Hold it against the case that it is no draft.

    Raises:
        Refusal: `not-a-draft`.
    """
    if case.state != DRAFT:
        raise refusal("not-a-draft", {"state": case.state}, state=case.state)


def confirm(pack: Pack, case: Case, by: Confirming) -> dict[str, str]:
    """Bring the draft to what the person says; return the free texts that came along.

    Raises:
        Refusal: it is no draft, names no category, or an answer is missing; see `admission.admit`.
        FactError: an answer is not what the pack declares.
    """
    require_draft(case)
    category = by.category or case.category
    if not category:
        raise refusal("category-missing", {"field": "category"}, known=", ".join(list(pack.categories)[:10]))
    subject = Subject(*named(pack, category, case.also if by.also is None else by.also))
    facts, texts = answers_of(pack, by.answers)
    place = _place(pack, case, by)
    require_answers(pack, subject, {**case.facts, **facts}, {**case.texts, **texts})
    case.category, case.also, case.place = subject.category, subject.also, place
    case.facts, case.texts = {**case.facts, **facts}, {**case.texts, **texts}
    case.private = case.private or is_private(pack, subject)
    return dict(texts)


def _place(pack: Pack, case: Case, by: Confirming) -> Mapping[str, Any]:
    if by.place is None and by.lat is None and by.lon is None:
        return case.place
    return located(pack, by.place, by.lat, by.lon, local_day(pack, case.reported_at))
