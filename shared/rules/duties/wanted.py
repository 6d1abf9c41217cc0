"""What is still wanting of an occurrence after some records: a number, minutes, parts of the day, subjects."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.rules.duties.kept import Kept
from shared.rules.pack.model import Duty, Owed, Pack

Members = Mapping[str, str]  # reference of a household or the like → its class
_WHOLE = 100  # per cent


class Wanting(NamedTuple):
    """What is not there.

    Args:
        records: how many.
        minutes: how many.
        spans: parts of the day without their records, in minutes of the day.
        subjects: those without their records, in order; of a share any so many of those not covered.
    """

    records: int = 0
    minutes: int = 0
    spans: tuple[tuple[int, int], ...] = ()
    subjects: tuple[str, ...] = ()


NOTHING = Wanting()


def spans_of(pack: Pack, duty: Duty) -> tuple[tuple[int, int], ...]:
    """Return the parts of the day that a duty asks for; none where RC-21 reads 'morning and afternoon' as once."""
    if duty.owes is None or pack.reading("RC-21", duty.readings) == "one":
        return ()
    return duty.owes.spans


def wanting(
    owed: Owed,
    spans: Sequence[tuple[int, int]],
    counted: Sequence[Kept],
    base: Sequence[Kept],
    members: Members,
) -> Wanting:
    """Return what records leave wanting.

    Args:
        spans: parts of the day that count.
        counted: records that count for the occurrence; base: those of which a share is taken.
        members: who there is, with their class, where it is owed for each, for all or for a share.
    """
    least = owed.at_least or 0
    is_of_subjects = bool(owed.for_each or owed.cover_all or owed.share)
    return Wanting(
        records=0 if spans or is_of_subjects else max(least - len(counted), 0),
        minutes=max((owed.minutes or 0) - sum(record.minutes for record in counted), 0),
        spans=tuple(span for span in spans if _within(span, counted) < least),
        subjects=_subjects(owed, counted, base, members) if is_of_subjects else (),
    )


def _within(span: tuple[int, int], counted: Sequence[Kept]) -> int:
    return sum(record.begins is not None and span[0] <= record.begins < span[1] for record in counted)


def _subjects(owed: Owed, counted: Sequence[Kept], base: Sequence[Kept], members: Members) -> tuple[str, ...]:
    times = Counter(record.subject for record in counted if record.subject)
    if owed.share:
        return _short_of_share(
            owed.share, times, {record.subject for record in base if record.subject}, members
        )
    least = 1 if owed.cover_all else owed.at_least or 0
    meant = (subject for subject, of in members.items() if owed.for_each is None or of == owed.for_each[1])
    return tuple(subject for subject in sorted(meant) if times[subject] < least)


def _short_of_share(
    share: Mapping[str, int], times: Counter[str], base: set[str], members: Members
) -> tuple[str, ...]:
    short: list[str] = []
    for of, percent in share.items():
        those = sorted(subject for subject in base if members.get(subject) == of)
        left = [subject for subject in those if not times[subject]]
        # A part of a subject is a subject: 30 per cent of four are two.
        needed = -(-percent * len(those) // _WHOLE) - (len(those) - len(left))
        short += left[: max(needed, 0)]
    return tuple(short)
