"""What may be done next, and why the rest may not."""

from msgspec import Struct

from services.console.domain.sheets.reporting import AskedFact


class WhyNotSaid(Struct, frozen=True):
    """Why something may not be done, and what to do about it."""

    code: str
    cause: str
    remedy: str = ""


class StepWait(Struct, frozen=True):
    """From when a step may be taken."""

    start: str = ""
    amount: str = ""
    label: str | None = None


class StepOffer(Struct, frozen=True):
    """A step, and whether the reader may take it."""

    step: str
    name: str
    allowed: bool
    needs: tuple[AskedFact, ...] = ()
    may_have: tuple[AskedFact, ...] = ()
    any_time: bool = False
    settles: bool = False
    verifies: bool = False
    why_not: WhyNotSaid | None = None
    not_before: StepWait | None = None


class StepOffers(Struct, frozen=True):
    """The steps of a case."""

    steps: tuple[StepOffer, ...] = ()


class NotDoneSheet(Struct, frozen=True):
    """One thing that a step was to do and did not."""

    cause: str


class TakenSheet(Struct, frozen=True):
    """A case after a step."""

    number: str
    state: str
    not_done: tuple[NotDoneSheet, ...] = ()
