"""Records as far as they count for a duty; what else stands in them is nobody's business here."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A record that somebody made.

    Args:
        id: its own.
        form: key of its form.
        day: the local day that it is of.
        at: when it was entered.
        subject: what it is about, such as a household; None: nothing in particular.
        begins, ends: minutes of its day that it tells of, such as a visit's; None: it does not say.
        corrects: id of the record in whose place it stands; None: none.
    """

    id: str
    form: str
    day: date
    at: datetime
    subject: str | None = None
    begins: int | None = None
    ends: int | None = None
    corrects: str | None = None

    @property
    def minutes(self) -> int:
        """How many minutes it tells of; 0 where it does not say."""
        return 0 if self.begins is None or self.ends is None else max(self.ends - self.begins, 0)


def in_force(records: Iterable[Kept], at: datetime) -> tuple[Kept, ...]:
    """Return what stands at an instant, each as it was corrected last, in the order in which it was first entered.

    A correction says something else, not at another time: what was entered in time stays so.
    """
    known = {record.id: record for record in records if record.at <= at}
    latest: dict[str, Kept] = {}
    for record in sorted(known.values(), key=lambda record: (record.at, record.id)):
        latest[_root(record, known)] = record
    roots = ((known.get(root, record), record) for root, record in latest.items())
    standing = (replace(record, at=first.at) for first, record in roots)
    return tuple(sorted(standing, key=lambda record: (record.at, record.id)))


def _root(record: Kept, known: dict[str, Kept]) -> str:
    """Return the id of the record that the first of its corrections corrected."""
    seen = {record.id}
    while record.corrects and record.corrects not in seen:
        seen.add(record.corrects)
        if record.corrects not in known:
            return record.corrects
        record = known[record.corrects]
    return record.id
