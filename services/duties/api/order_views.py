"""Orders as their routes show them."""

from datetime import datetime

from msgspec import Struct

from services.duties.api.views import OccurrenceShown, RecordShown
from services.duties.domain.order import KeptOrder, KeptOrderStep
from services.duties.store.orders import OrderTally
from shared.kernel.texts import Language
from shared.rules.pack.model import Duty

_WHOLE = 100  # per cent


class CountsShown(Struct, frozen=True):
    """How many posts stand how; `rate`: of those that owe it still, how many per cent have done it."""

    met: int = 0
    late: int = 0
    open: int = 0
    missing: int = 0
    excused: int = 0
    accepted: int = 0
    rate: int | None = None


class OrderShown(Struct, frozen=True, kw_only=True):
    """One order."""

    id: str
    number: str
    duty: str
    name: str
    words: str
    about: str | None
    subject: str | None
    post: str | None
    person: str | None
    issued_at: datetime
    due_at: datetime
    ended_at: datetime | None
    counts: CountsShown
    yours: bool


class StepShown(Struct, frozen=True):
    """What was said of an order."""

    what: str
    at: datetime
    person: str | None
    words: str
    occurrence: str | None
    due_at: datetime | None


class WholeOrderShown(OrderShown, frozen=True, kw_only=True):
    """One order with what was said of it."""

    because: tuple[str, ...]
    steps: tuple[StepShown, ...]


class OrderedShown(OccurrenceShown, frozen=True, kw_only=True):
    """What an order asks of one post."""

    order_number: str | None
    returned_at: datetime | None
    accepted_at: datetime | None
    records: tuple[RecordShown, ...]


class OrderableShown(Struct, frozen=True):
    """A duty that can be ordered, and of whom."""

    duty: str
    name: str
    about: str | None
    has_time: bool
    posts: tuple[str, ...]


def counts_shown(tally: OrderTally | None) -> CountsShown:
    """Return how posts stand, with the part that has done it."""
    if tally is None:
        return CountsShown()
    done, owing = tally.met + tally.late, tally.open + tally.missing
    rate = done * _WHOLE // (done + owing) if done + owing else None
    return CountsShown(tally.met, tally.late, tally.open, tally.missing, tally.excused, tally.accepted, rate)


def order_shown(
    order: KeptOrder, duty: Duty | None, tally: OrderTally | None, language: Language, *, yours: bool
) -> OrderShown:
    """Return an order.

    Args:
        duty: None: its edition is not here.
    """
    return OrderShown(
        id=order.id,
        number=order.number,
        duty=order.duty,
        name=duty.name.in_language(language) if duty else order.duty,
        words=order.words,
        about=order.about,
        subject=order.subject,
        post=order.post,
        person=order.person,
        issued_at=order.issued_at,
        due_at=order.due_at,
        ended_at=order.ended_at,
        counts=counts_shown(tally),
        yours=yours and order.ended_at is None,
    )


def step_shown(step: KeptOrderStep) -> StepShown:
    """Return what was said of an order."""
    return StepShown(step.what.value, step.at, step.person, step.words, step.occurrence, step.due_at)
