"""Amounts of time as packs write them: a number and its unit, or 'at once'.

Decides what a written amount means and refuses what could mean two things (a bare number above all).
Must not know calendars, instants or readings.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from shared.kernel.problems import Problem
from shared.kernel.texts import Language, Text
from shared.rules.worktime.amount_faults import FAULTS
from shared.rules.worktime.numerals import NUMERAL_SIGNS, parse_numeral

MOST = 10_000  # of any unit: what is more is a mistake in writing
_LONGEST = 64  # characters of a written amount
_SHOWN = 40  # characters of it that an error repeats
_AT_ONCE = frozenset({"at once", "立即", "即时", "当场", "马上"})
_NUMBERED = re.compile(rf"([0-9]+|[{NUMERAL_SIGNS}]+) ?(.*)", re.DOTALL)
_NEGATIVE = re.compile(r"[-−–—负]")
_MULTIPLE = re.compile(r".*(倍|times)|twice|double|.*加倍")
_LONGER = re.compile(r".*(周|星期|礼拜|月|年|week|month|year)s?")
_WITHIN = re.compile(r".*(之内|以内|内|within)|within .*")
_FRACTION = re.compile(r"[0-9]* ?[.,/:½¼¾]|.*半")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


class TimeUnit(StrEnum):
    """The units that a limit may have; a number without one of them is refused."""

    WORKING_DAYS = "working_days"
    DAYS = "days"
    OFFICE_HOURS = "office_hours"
    HOURS = "hours"
    MINUTES = "minutes"
    AT_ONCE = "at_once"


_WRITTEN = {
    TimeUnit.WORKING_DAYS: ("working days", "working day", "个工作日", "工作日"),
    TimeUnit.DAYS: ("days", "day", "calendar days", "calendar day", "天", "日", "个自然日", "自然日"),
    TimeUnit.OFFICE_HOURS: ("office hours", "office hour", "个工作小时", "工作小时"),
    TimeUnit.HOURS: ("hours", "hour", "小时", "个小时"),
    TimeUnit.MINUTES: ("minutes", "minute", "分钟"),
}
_UNITS = {word: unit for unit, words in _WRITTEN.items() for word in words}
_ZH = {unit: next(word for word in words if not word.isascii()) for unit, words in _WRITTEN.items()}


class AmountError(Problem):
    """An amount that cannot be read or used; `code` names the fault, `cause` and `remedy` say it.

    Args:
        fault: key of the fault in the catalogue.
        written: the amount as it was given.
    """

    def __init__(self, fault: str, written: object = "") -> None:
        cause, remedy = FAULTS[fault]
        shown = _shown(written)
        super().__init__(f"amount-{fault}", _fill(cause, shown), _fill(remedy, shown))


@dataclass(frozen=True, slots=True)
class Amount:
    """A whole number of units from 1 to 10000, or 'at once' (number 0).

    Raises:
        AmountError: not a whole number, out of range, or a number with 'at once'.
    """

    number: int
    unit: TimeUnit

    def __post_init__(self) -> None:
        """Refuse numbers that no limit can have."""
        if type(self.number) is not int:
            raise AmountError("not-whole", self.number)
        if self.unit is TimeUnit.AT_ONCE:
            if self.number:
                raise AmountError("number-at-once", self.number)
        elif not 1 <= self.number <= MOST:
            raise AmountError(_out_of_range(self.number), self.number)


def parse_amount(text: object) -> Amount:
    """Return the amount that a pack writes: '3 working days', '7天', '三个工作日', 'at once'.

    Full-width digits and letters are read as their plain forms; case and spaces do not matter.

    Args:
        text: as it stands in a rule file; a bare number is refused, since its unit would be a guess.

    Raises:
        AmountError: no unit, no number, or a number that is not a whole one from 1 to 10000.
    """
    plain = _plain(text)
    if plain in _AT_ONCE:
        return Amount(0, TimeUnit.AT_ONCE)
    # Before the number is looked for: '-3 days' and '1.5 days' would else be called not understood.
    if fault := _malformed(plain):
        raise AmountError(fault, text)
    match = _NUMBERED.fullmatch(plain)
    if match is None:
        raise AmountError("number-missing" if plain in _UNITS else _slip(plain) or "not-understood", text)
    return _numbered(match[1], match[2], text)


def format_amount(amount: Amount, language: Language) -> str:
    """Return the amount as people write it: '3个工作日' or '3 working days'.

    Returns:
        A text that `parse_amount` reads back as the same amount.
    """
    if amount.unit is TimeUnit.AT_ONCE:
        return "立即" if language == "zh" else "at once"
    if language == "zh":
        return f"{amount.number}{_ZH[amount.unit]}"
    plural, singular = _WRITTEN[amount.unit][:2]
    return f"{amount.number} {singular if amount.number == 1 else plural}"


def _plain(text: object) -> str:
    if isinstance(text, int | float):
        raise AmountError("bare-number", text)
    if text is None:
        raise AmountError("empty")
    if not isinstance(text, str):
        raise AmountError("not-text", text)
    if len(text) > _LONGEST:
        raise AmountError("too-long", text)
    plain = " ".join(text.translate(_FULL_WIDTH).lower().split())
    if not plain:
        raise AmountError("empty")
    return plain


def _malformed(plain: str) -> str | None:
    if _NEGATIVE.match(plain):
        return "negative"
    return "fraction" if _FRACTION.match(plain) else None


def _numbered(digits: str, word: str, text: object) -> Amount:
    number = int(digits) if digits.isascii() else parse_numeral(digits)
    if not word:
        raise AmountError("bare-number", text)
    if word not in _UNITS:
        raise AmountError(_slip(word) or "unit-unknown", text)
    if number is None:
        raise AmountError("zero" if set(digits) <= set("零〇") else "numeral", text)
    if not 1 <= number <= MOST:
        raise AmountError(_out_of_range(number), text)
    return Amount(number, _UNITS[word])


def _slip(plain: str) -> str | None:
    """Return the usual slip in what is no unit: each has a remedy of its own."""
    slips = {"multiple": _MULTIPLE, "longer-unit": _LONGER, "within": _WITHIN}
    return next((fault for fault, pattern in slips.items() if pattern.fullmatch(plain)), None)


def _out_of_range(number: int) -> str:
    if number < 0:
        return "negative"
    return "zero" if number == 0 else "huge"


def _shown(written: object) -> str:
    text = repr(written)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _fill(text: Text, shown: str) -> Text:
    return Text(zh=text.zh.replace("{written}", shown), en=text.en.replace("{written}", shown))
