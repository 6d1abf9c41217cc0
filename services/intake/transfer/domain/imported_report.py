"""The report with which a line of an import begins, held against the town's rules.

Decides that an older system need not have asked what the town asks. What happened since is `import_replay`'s.
"""

from dataclasses import replace

from services.intake.domain.admission import Admission, Report, is_private
from services.intake.domain.case import FLAGS
from services.intake.domain.locating import located
from services.intake.domain.milestones import ACCEPTED
from services.intake.domain.refusal import refusal
from services.intake.domain.report_categories import (
    ReportCategories,
    known_categories,
    named,
    no_category,
    unknown,
)
from services.intake.transfer.domain.imported_case import ImportedCase, Unaccepted, facts_of, texts_of
from services.intake.transfer.domain.imported_draft import became_case
from shared.rules.case.timing import local_day
from shared.rules.pack.model import Pack


def report_of(line: ImportedCase) -> Report:
    """Return the report that a line begins with."""
    return Report(
        line.category,
        line.channel,
        line.text,
        title=line.title,
        also=line.also,
        source=line.device,
        **{name: getattr(line, name) for name in FLAGS},
    )


def accepted_as(line: ImportedCase, unaccepted: Unaccepted) -> ImportedCase:
    """Return the line as it counts: an open case that says no acceptance may be accepted since its report.

    Raises:
        Refusal: `acceptance-missing`.
    """
    if not line.is_unaccepted or unaccepted is Unaccepted.NOW:
        return line
    if unaccepted is Unaccepted.REFUSE:
        raise refusal("acceptance-missing", {"field": "accepted_at"})
    return replace(line, reached_at={ACCEPTED: line.reported_at})


def admission_of(pack: Pack, line: ImportedCase) -> Admission:
    """Return what the case begins as; what an older system did not ask need not be answered.

    Raises:
        Refusal: category, channel or place are none of the town's.
        FactError: an answer is not what the pack declares.
    """
    waits_for = line.draft.because if line.draft and not became_case(line.draft) else ()
    about = _about(pack, line, waits=bool(waits_for))
    if line.channel not in pack.channels:
        raise unknown("unknown-channel", "channel", line.channel, pack.channels)
    place = located(pack, line.place, line.lat, line.lon, local_day(pack, line.reported_at))
    facts = facts_of(pack, line.answers, "facts")
    texts = texts_of(pack, facts)
    plain = {name: value for name, value in facts.items() if name not in texts}
    return Admission(
        about, plain, texts, place, line.private or is_private(pack, about), line.reported_at, waits_for
    )


def _about(pack: Pack, line: ImportedCase, *, waits: bool) -> ReportCategories:
    """Only a draft may be without a category: its words propose none."""
    if line.category is None and not waits:
        raise no_category(pack, "category-missing")
    if line.category is None:
        return ReportCategories("", known_categories(pack, line.also), line.proposal)
    return ReportCategories(*named(pack, line.category, line.also), line.proposal)
