"""One time that a duty comes round. Knows no posts: it is the same for every one that owes the duty."""

from dataclasses import dataclass, field
from datetime import date, datetime

from shared.kernel.texts import Text


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A duty on one day.

    Args:
        duty: its key.
        label: the day that the policy names, by which it is called whatever it is moved to (A-39).
        on: the day on which it is held or closes; None: it cannot be reckoned.
        opens_at: from when what is recorded counts; None as `on`.
        due_at: exclusive; None: it cannot be reckoned, or it is only listed.
        at: minute of the day at which it is held; None: any time.
        since: first day whose records count.
        moved: why it is not on the day of its label; empty: it is.
        replaced_by: key of the duty that is held instead of it on that day (A-17).
        provisional: a day of its reckoning lies in a year whose calendar is not published yet (RC-22).
        missing_year: the year whose calendar it waits for (RC-22 refuse).
        also: labels of occurrences that came to fall on the same day and count once with it.
    """

    duty: str
    label: date
    on: date | None
    opens_at: datetime | None = None
    due_at: datetime | None = None
    at: int | None = None
    since: date | None = None
    moved: Text = field(default_factory=Text)
    replaced_by: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    also: tuple[date, ...] = ()
