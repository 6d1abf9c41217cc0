"""A link by which a calendar reads the deadlines of a unit: good until somebody revokes it, and for nothing else."""

from dataclasses import dataclass
from datetime import datetime

from shared.kernel.texts import Language


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A link as it is kept; the secret in it was shown once.

    Args:
        reference: names it, and opens nothing.
        unit: whose deadlines it shows.
        language: of what stands in the calendar, which asks in none.
        made_by: reference of a person; None: a machine's token.
    """

    reference: str
    town: str
    unit: str
    language: Language
    made_at: datetime
    made_by: str | None
    revoked_at: datetime | None = None
