"""A deadline and the days that lead to it, as its certificate says."""

from datetime import date, datetime

from msgspec import Struct

from services.console.domain.sheets.rows import DeadlineRow


class DayName(Struct, frozen=True):
    """What a holiday is called."""

    zh: str = ""
    en: str = ""


class DaySpan(Struct, frozen=True, rename={"first": "from", "last": "to"}):
    """Days that follow one another and are alike for a deadline: counted, or not and why."""

    first: date
    last: date
    role: str
    kind: str = ""
    name: DayName = DayName()


class PauseSpan(Struct, frozen=True):
    """When a clock stood still; without an end it still does."""

    begin_at: datetime
    end_at: datetime | None = None
    effect: str = ""


class LimitAmount(Struct, frozen=True):
    """How much time a limit grants."""

    number: int | float
    unit: str


class CountedDays(Struct, frozen=True):
    """A deadline's certificate, as far as the picture of it goes."""

    started_at: datetime
    zone: str = "Asia/Shanghai"
    amount: LimitAmount | None = None
    days: tuple[DaySpan, ...] = ()
    pauses: tuple[PauseSpan, ...] = ()
    due_at: datetime | None = None
    label: str | None = None


class ClockForm(Struct, frozen=True):
    """One form that a clock had."""

    version: int
    at: datetime
    state: str
    event_name: str | None = None
    due_at: datetime | None = None
    label: str | None = None
    certificate: CountedDays | None = None
    described: tuple[str, ...] = ()


class ClockStory(DeadlineRow, frozen=True, kw_only=True):
    """A clock with every form that it had."""

    versions: tuple[ClockForm, ...] = ()


class ClockStories(Struct, frozen=True):
    """All clocks of a case."""

    clocks: tuple[ClockStory, ...] = ()
