"""What was published of a case before it came here, as a line of an import states it.

Decides that it stands in the public list as it was, and that no text of a file reaches the public: levels and
names must be the town's own.
"""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from services.intake.domain.case import Case
from services.intake.domain.publishing import levels_of, name_of, public_record, with_nouns
from services.intake.domain.records import PublicRecord
from services.intake.domain.refusal import refusal
from services.intake.transfer.domain.imported_case import ImportedPublication
from shared.kernel.instants import format_instant
from shared.kernel.texts import Text
from shared.rules.pack.model import Pack


def record_of(pack: Pack, case: Case, publication: ImportedPublication) -> PublicRecord:
    """Return the record of a publication of before, with its instant, level, state and round."""
    midnight = datetime.combine(publication.on, datetime.min.time(), ZoneInfo(pack.zone))
    return replace(
        public_record(pack, case, publication.level, publication.at or midnight),
        state=publication.state or case.state,
        category=_name(pack, case, publication),
        published_at=publication.at,
        round=publication.round,
    )


def _name(pack: Pack, case: Case, publication: ImportedPublication) -> Text | None:
    """The name of then, where the town still has it; a name that the town does not have becomes the case's own."""
    own = name_of(pack, case)
    if publication.name is None or own is None:
        return None
    public = (kept.name for kept in pack.categories.values() if kept.result_public or not kept.private)
    return next((name for name in public if name == publication.name), own)


def refuse_publications(
    pack: Pack, publications: Iterable[ImportedPublication], reported_at: datetime, now: datetime
) -> None:
    """Hold publications of before against the town's rules and against time.

    Raises:
        Refusal: `unknown-level`, `step-before-the-last`, `step-in-the-future`.
    """
    zone, levels = ZoneInfo(pack.zone), _levels(pack)
    for n, publication in enumerate(publications):
        where = {"field": f"publications.{n}"}
        if publication.level is not None and publication.level not in levels:
            raise refusal("unknown-level", where, given=publication.level, known=", ".join(sorted(levels)))
        at = publication.at or now
        if publication.on < reported_at.astimezone(zone).date() or at < reported_at:
            raise refusal("step-before-the-last", where, before=format_instant(reported_at))
        if publication.on > now.astimezone(zone).date() or at > now:
            raise refusal("step-in-the-future", where)


def _levels(pack: Pack) -> set[str]:
    """Every level at which the town publishes, and every one at which it handles."""
    named = {level for step in pack.steps.values() for level in levels_of(with_nouns(pack, step.does))}
    return {*pack.levels, *filter(None, named)}
