"""What duties answers of surveys and samples, as far as pages show it; what pages send."""

from collections.abc import Mapping
from datetime import date, datetime

from msgspec import Struct, field

from services.console.domain.duty_sheets import Entry, FormEntry

DAYS = {"first": "from", "last": "to"}


class SurveySheet(Struct, frozen=True, kw_only=True, rename=DAYS):
    """A survey that was given out, and how many have answered; `code`: None: it has ended, or stands in a list."""

    id: str
    form: str
    name: str
    about: str
    subject: str
    post: str
    first: date
    last: date
    most: int
    answered: int
    least: int
    state: str
    occurrence: str | None = None
    accounts_only: bool = False
    code: str | None = None


class SurveyRows(Struct, frozen=True):
    """A page of surveys."""

    surveys: tuple[SurveySheet, ...] = ()
    next: str | None = None


class SurveyToSend(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=DAYS):
    """A survey that is to be given out."""

    form: str
    most: int
    occurrence: str | None = None
    subject: str | None = None
    first: str | None = None
    last: str | None = None
    accounts_only: bool = False


class AskedSheet(Struct, frozen=True, kw_only=True, rename={"last": "to"}):
    """A survey as whoever has its address sees it."""

    name: str
    about: str
    last: date
    subject: str | None = None
    facts: tuple[FormEntry, ...] = ()
    accounts_only: bool = False


class SurveyAnswerToSend(Struct, frozen=True, omit_defaults=True):
    """What is answered; `once`: the same counts once."""

    facts: Mapping[str, Entry]
    once: str
    by_phone: bool = False


class AnsweredSheet(Struct, frozen=True):
    """Whether an answer was a new one."""

    new: bool


class StratumSheet(Struct, frozen=True):
    """A class of what was there to draw from."""

    key: str
    share: int
    size: int
    drawn: int
    name: str = ""
    done: int | None = None

    @property
    def rate(self) -> str:
        """Return how much of the class is verified; a dash where there was nothing."""
        return f"{100 * (self.done or 0) / self.size:.1f} %" if self.size else "–"


class DrawnThing(Struct, frozen=True):
    """What the lot fell on."""

    ref: str
    stratum: str
    place: int | None = None
    done: bool = False
    record: str | None = None


class SampleSheet(Struct, frozen=True, kw_only=True, rename=DAYS):
    """A sample; in a list without what the lot fell on."""

    id: str
    name: str
    form: str
    post: str
    of: str
    first: date
    last: date
    drawn_at: datetime
    algorithm: str
    seed: str
    drawn: int
    duty: str | None = None
    occurrence: str | None = None
    drawn_by: str | None = None
    strata: tuple[StratumSheet, ...] = ()
    done: int | None = None
    yours: bool = False
    things: tuple[DrawnThing, ...] = ()

    @property
    def is_of_cases(self) -> bool:
        """Tell whether it was drawn from cases."""
        return self.of == CASE

    def class_name(self, key: str) -> str:
        """Return what a class is called."""
        return next((each.name for each in self.strata if each.key == key), key)


class SampleRows(Struct, frozen=True):
    """A page of samples."""

    samples: tuple[SampleSheet, ...] = ()
    next: str | None = None


class SampleToSend(Struct, frozen=True, kw_only=True, omit_defaults=True, rename=DAYS):
    """What is to be drawn."""

    occurrence: str | None = None
    form: str | None = None
    share: int | None = None
    first: str | None = None
    last: str | None = None
    cases: tuple[str, ...] = field(default=())


CASE = "case"
