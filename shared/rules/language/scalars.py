"""What a piece of text means where a certain type is wanted; nothing is guessed.

`no` is a no only where a yes or no is wanted; `012` is no number anywhere; `1:30` is never ninety.
Each function returns the value, or the complaint.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple
from unicodedata import normalize

from shared.kernel.texts import Language
from shared.rules.language.vocabulary import YES_NO

LARGEST = 2**53
_MILLION = 1_000_000
_WHOLE = re.compile(r"-?(0|[1-9][0-9]*)", re.ASCII)
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]{1,4})?", re.ASCII)
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_MOMENT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})", re.ASCII)
_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00", re.ASCII)
_SHARE = re.compile(r"([1-9][0-9]?)/([1-9][0-9]?)", re.ASCII)
_BOUNDS = re.compile(r"([0-9]{1,7})?\.\.([0-9]{1,7})?", re.ASCII)
_KEY = re.compile(r"\w[\w.-]*")
LONGEST_KEY, LONGEST_ID = 60, 100
LONGEST_SPAN = 400  # days
_LONGEST_MONTH = 31
_LEAP_YEAR = 2000  # it has every day that any year has
FIRST_YEAR, LAST_YEAR = 1970, 2199


@dataclass(frozen=True, slots=True)
class Wrong:
    """A text that is not what is wanted: the code of the complaint and its terms."""

    code: str
    terms: Mapping[str, object] = field(default_factory=dict)


class LocalInstant(NamedTuple):
    """A local instant as a file writes it: its day and its time, '24:00' included."""

    on: date
    time: str

    def label(self) -> str:
        """Return it as people write it."""
        return f"{self.on.isoformat()} {self.time}"


def flag(text: str, plain: bool, language: Language) -> bool | Wrong:
    """Return a yes or no; `true` and `false` are understood too."""
    word = YES_NO.canonical(text, language) or {"true": "yes", "false": "no"}.get(text)
    if word is None:
        return Wrong("not-yes-or-no")
    return word == "yes" if plain else Wrong("yes-or-no-in-quotes")


def whole(text: str, plain: bool) -> int | Wrong:
    """Return a whole number within what a double tells apart."""
    if not _WHOLE.fullmatch(text):
        return Wrong(_near_number(text, "not-a-whole-number"))
    if not plain:
        return Wrong("number-in-quotes")
    # Its length is looked at first: Python reads no integer of thousands of digits.
    return int(text) if len(text) < 18 and abs(int(text)) <= LARGEST else Wrong("number-too-large")


def decimal(text: str, plain: bool) -> float | Wrong:
    """Return a number with up to four decimal places."""
    if not _DECIMAL.fullmatch(text):
        return Wrong(_near_number(text, "not-a-number"))
    if not plain:
        return Wrong("number-in-quotes")
    return float(text) if len(text) < 24 and abs(float(text)) <= LARGEST else Wrong("number-too-large")


def exact(text: str, plain: bool) -> Decimal | Wrong:
    """Return a number of at least 0 and below a million, just as it is written."""
    known = decimal(text, plain)
    if isinstance(known, Wrong):
        return known
    return (
        Decimal(text)
        if 0 <= known < _MILLION
        else Wrong("number-out-of-range", {"low": 0, "high": _MILLION - 1})
    )


def _near_number(text: str, otherwise: str) -> str:
    if re.fullmatch(r"-?0[0-9]+", text, re.ASCII):
        return "leading-zero"
    plain = normalize("NFKC", text) if len(text) < 40 else text
    return "full-width-digits" if plain != text and _DECIMAL.fullmatch(plain) else otherwise


def day(text: str) -> date | Wrong:
    """Return a date written 2026-03-09."""
    match = _DAY.fullmatch(text)
    if not match:
        return Wrong("not-a-date")
    try:
        on = date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return Wrong("no-such-date")
    return on if FIRST_YEAR <= on.year <= LAST_YEAR else Wrong("no-such-date")


def span(text: str) -> tuple[date, ...] | Wrong:
    """Return the days from one date to another, 2026-02-15..2026-02-23, or the one day of a date."""
    first_text, dots, last_text = text.partition("..")
    first, last = day(first_text), day(last_text if dots else first_text)
    if isinstance(first, Wrong):
        return first
    if isinstance(last, Wrong):
        return last
    if not first <= last <= first + timedelta(days=LONGEST_SPAN):
        return Wrong("span-reversed")
    return tuple(first + timedelta(days=number) for number in range((last - first).days + 1))


def day_range(text: str) -> tuple[int, int] | Wrong:
    """Return days of a month written 1..15."""
    first, dots, last = (part.strip() for part in text.partition(".."))
    if not (dots and first.isascii() and last.isascii() and first.isdigit() and last.isdigit()):
        return Wrong("not-days-of-month")
    is_range = len(first + last) < 5 and 1 <= int(first) < int(last) <= _LONGEST_MONTH
    return (int(first), int(last)) if is_range else Wrong("not-days-of-month")


def bounds(text: str) -> tuple[int | None, int | None] | Wrong:
    """Return least and greatest of a range written 300..500, 300.. or ..500; None: no bound."""
    match = _BOUNDS.fullmatch(text)
    low, high = (int(end) if end else None for end in match.groups()) if match else (None, None)
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        return Wrong("not-a-range")
    return low, high


def month_day(text: str) -> tuple[int, int] | Wrong:
    """Return a day of each year written 01-31; the 29th of February is one."""
    found = day(f"{_LEAP_YEAR}-{text}")
    return found if isinstance(found, Wrong) else (found.month, found.day)


def moment(text: str) -> LocalInstant | Wrong:
    """Return a local instant written 2026-03-09 10:00."""
    match = _MOMENT.fullmatch(text)
    if not match or not _CLOCK.fullmatch(match[2]):
        return Wrong("not-an-instant")
    on = day(match[1])
    return on if isinstance(on, Wrong) else LocalInstant(on, match[2])


def hours(text: str, overnight: bool = False) -> tuple[str, str] | Wrong:
    """Return a stretch of office hours written 08:30-12:00; one that is `overnight` may end on the day after."""
    begin, _, end = text.partition("-")
    if not (_CLOCK.fullmatch(begin) and _CLOCK.fullmatch(end)):
        return Wrong("not-office-hours")
    # Compared as texts: hours and minutes have two digits each, and 24:00 comes last.
    if overnight:
        is_span = begin != end and begin != "24:00" and (begin, end) != ("00:00", "24:00")
        return (begin, end) if is_span else Wrong("span-of-all-day")
    return (begin, end) if begin < end else Wrong("office-hours-reversed")


def time_of_day(text: str) -> int | Wrong:
    """Return a time within a day, 12:00, in minutes; the begin and the end of a day are none."""
    if not _CLOCK.fullmatch(text) or text in ("00:00", "24:00"):
        return Wrong("not-a-time-of-day")
    return int(text[:2]) * 60 + int(text[3:])


def share(text: str) -> Fraction | Wrong:
    """Return a part of a whole written 1/2; above and below the line stand numbers from 1 to 99."""
    match = _SHARE.fullmatch(text)
    return Fraction(int(match[1]), int(match[2])) if match else Wrong("not-a-share")


def key(text: str, free: bool = False) -> str | Wrong:
    """Return a key: letters of any script, digits, '-', '_' and '.'; a `free` one may be any short text."""
    if len(text) > (LONGEST_ID if free else LONGEST_KEY):
        return Wrong("key-too-long", {"most": LONGEST_ID if free else LONGEST_KEY})
    return (
        text if _KEY.fullmatch(text) or (free and text.strip() and text.isprintable()) else Wrong("bad-key")
    )
