"""An occurrence as it is kept: one duty, one label, one post (decision 51).

Decides what still follows a new reckoning. What became of it for
people is judged when it is asked (`shared.rules.duties.standing`).
"""

from datetime import date
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from shared.kernel.instants import Instant
from shared.kernel.texts import Text
from shared.rules.duties import Occurrence


class KeptState(StrEnum):
    """What was said of an occurrence last."""

    AHEAD = "ahead"  # made, and not owed yet
    OPEN = "open"
    MET = "met"
    EXCUSED = "excused"
    REPLACED = "replaced"  # a larger one is held instead
    WITHDRAWN = "withdrawn"  # a newer edition or amended days have none on this label


BEFORE = frozenset(
    {KeptState.AHEAD, KeptState.REPLACED, KeptState.WITHDRAWN}
)  # nothing was said of it yet, or no more


class KeptOccurrence(Struct, frozen=True, kw_only=True):
    """One occurrence.

    Args:
        post: who owes it, 'jurisdiction/unit'.
        edition: under which it was reckoned last.
        label: the day by which it is called; on: the day on which it is held or closes, None: nobody can say yet.
        opens_at, due_at, minute, since, moved, replaced_by, provisional, missing_year, also: as `Occurrence` has them.
        was_on: the day before it was moved last; None: it never was.
        has_records: somebody has recorded something for it: it stays as it is.
        met_at: when the record came that met it.
        closed_by: a reference to who excused it; reason: in whose words.
        ordered: id of the order that it is of; None: it came round by the calendar.
        order_number: by which people call that order; ordered_by: the unit that gave it.
        returned_at: what was recorded by then does not answer it; accepted_at: when its reply was accepted.
        changed_at: when anything about it changed last.
    """

    id: str
    town: str
    duty: str
    post: str
    edition: str
    label: date
    on: date | None = None
    opens_at: Instant | None = None
    due_at: Instant | None = None
    minute: int | None = None
    since: date | None = None
    moved: Text = Text()
    replaced_by: str | None = None
    provisional: bool = False
    missing_year: int | None = None
    also: tuple[date, ...] = ()
    was_on: date | None = None
    state: KeptState = KeptState.AHEAD
    has_records: bool = False
    met_at: Instant | None = None
    closed_by: str | None = None
    reason: str | None = None
    ordered: str | None = None
    order_number: str | None = None
    ordered_by: str | None = None
    returned_at: Instant | None = None
    accepted_at: Instant | None = None
    changed_at: Instant

    @property
    def number(self) -> str:
        """By which people call it."""
        return f"{self.duty} {self.order_number or self.label.isoformat()}"

    @property
    def reckoned(self) -> Occurrence:
        """As it was reckoned."""
        return Occurrence(
            duty=self.duty,
            label=self.label,
            on=self.on,
            opens_at=self.opens_at,
            due_at=self.due_at,
            at=self.minute,
            since=self.since,
            moved=self.moved,
            replaced_by=self.replaced_by,
            provisional=self.provisional,
            missing_year=self.missing_year,
            also=self.also,
        )

    def follows(self, at: Instant) -> bool:
        """Tell whether a new reckoning still changes it: nothing was recorded or decided, and its end lies ahead."""
        if self.ordered is not None:
            return False  # whoever ordered it changes it
        is_untouched = self.state in (*BEFORE, KeptState.OPEN) and not self.has_records
        return is_untouched and (self.due_at is None or self.due_at > at)

    def as_reckoned(self, found: Occurrence, edition: str, at: Instant) -> "KeptOccurrence":
        """Return it as it is reckoned now, still called as it was."""
        has_moved = self.on is not None and found.on != self.on
        return replace(
            self,
            edition=edition,
            on=found.on,
            opens_at=found.opens_at,
            due_at=found.due_at,
            minute=found.at,
            since=found.since,
            moved=found.moved,
            replaced_by=found.replaced_by,
            provisional=found.provisional,
            missing_year=found.missing_year,
            also=found.also,
            was_on=self.on if has_moved else self.was_on,
            changed_at=at,
        )


def new_occurrence(
    id_: str, town: str, post: str, found: Occurrence, edition: str, at: Instant
) -> KeptOccurrence:
    """Return an occurrence that nobody has heard of."""
    fresh = KeptOccurrence(
        id=id_,
        town=town,
        duty=found.duty,
        post=post,
        edition=edition,
        label=found.label,
        state=KeptState.REPLACED if found.replaced_by else KeptState.AHEAD,
        changed_at=at,
    )
    return fresh.as_reckoned(found, edition, at)
