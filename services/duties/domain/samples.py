"""Samples of spot checks: what was there to draw from, in strata with their shares, and what the lot fell on."""

from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from services.duties.domain.drawing import draw, share_of
from services.duties.domain.refusals import refusal
from shared.kernel.instants import Instant

MOST_THINGS = 20_000  # to draw from in one sample
CASES = "case"  # what is drawn from, where it is no form; also the one stratum of cases


class Stratum(Struct, frozen=True):
    """Things of one class.

    Args:
        share: per cent that are drawn; size: how many there are; drawn: how many the lot fell on.
    """

    key: str
    share: int
    size: int
    drawn: int


class Sample(Struct, frozen=True, kw_only=True):
    """A sample that was drawn. It is never changed: whoever wants another draws for other days.

    Args:
        duty, occurrence: for which it was drawn; None: for none.
        form: by which each is verified; post: who verifies.
        of: the form whose records it was drawn from, or `CASES`.
        first, last: days of what it was drawn from.
        seed: hexadecimal; see `drawing`.
        drawn_by: a reference.
    """

    id: str
    town: str
    duty: str | None = None
    occurrence: str | None = None
    form: str
    post: str
    of: str
    first: date
    last: date
    seed: str
    strata: tuple[Stratum, ...]
    drawn_by: str | None = None
    drawn_at: Instant


class SampleThing(Struct, frozen=True, kw_only=True):
    """One thing that there was; `place`: in which it was drawn, from 1; None: it was not."""

    sample: str
    ref: str
    town: str
    stratum: str
    place: int | None = None


class Drawn(Struct, frozen=True):
    """What the lot fell on, in order, and the strata that it was drawn from."""

    strata: tuple[Stratum, ...]
    references: tuple[str, ...]


def drawn(seed: str, things: Mapping[str, str], shares: Mapping[str, int]) -> Drawn:
    """Draw of each stratum its share.

    Args:
        things: reference → stratum. shares: stratum → per cent.

    Raises:
        Problem: `nothing-to-draw`, `too-much-to-draw`.
    """
    if not things:
        raise refusal("nothing-to-draw")
    if len(things) > MOST_THINGS:
        raise refusal("too-much-to-draw", number=len(things), most=MOST_THINGS)
    strata, references = [], []
    for key, share in shares.items():
        own = [reference for reference, stratum in things.items() if stratum == key]
        lots = draw(seed, own, share_of(len(own), share))
        strata.append(Stratum(key, share, len(own), len(lots)))
        references += lots
    return Drawn(tuple(strata), tuple(references))


def check_days(first: date, last: date, today: date, others: Iterable[Sample]) -> None:
    """Refuse days that are not over, or from which was drawn already: nobody draws until the lot falls as it should.

    Args:
        others: of the same post and form, from the same.

    Raises:
        Problem: `sample-days`, `drawn-already`.
    """
    if not first <= last < today:
        raise refusal("sample-days", {"field": "to"}, today=today)
    for other in others:
        if first <= other.last and other.first <= last:
            raise refusal("drawn-already", {"sample": other.id}, first=other.first, last=other.last)
