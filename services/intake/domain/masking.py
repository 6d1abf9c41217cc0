"""Finding and masking what names a person in a text: telephone numbers, resident identity numbers, names.

Decides by form alone, and keeps the length: a mask never moves the words around it. A number is masked where it stands
for itself, not within a longer row of digits. What is shown of it is what people use to recognise their own.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping

from shared.rules.pack.model import Masked

STAR = "*"
_PLAIN = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), 0xFF38, 0xFF58, 0xFF0D)
}  # full width: ０–９, Ｘ, ｘ, －
_MOBILE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ -]?)?(1[3-9][0-9](?:[ -]?[0-9]{4}){2})(?![0-9])")
# With its area code: seven or eight digits alone may be anything.
_LANDLINE = re.compile(r"(?<![0-9])(\(?0[1-9][0-9]{1,2}\)?[ -]?[2-9][0-9]{2,3}[ -]?[0-9]{4})(?![0-9])")
_RESIDENT = re.compile(r"(?<![0-9])([1-9][0-9]{16}[0-9Xx])(?![0-9])")
_WEIGHTS = tuple(
    2**place % 11 for place in range(17, 0, -1)
)  # GB 11643: of the seventeen digits before the last
_CHECK = "10X98765432"
_HAN = r"\u3400-\u9fff"
# The stated patterns: what somebody says to be a name. A surname and one to three signs; in letters two words at most.
_STATED = (
    re.compile(rf"(?:姓名|联系人|反映人|报告人)[ \t]*[:：][ \t]*([{_HAN}]{{2,4}})"),
    re.compile(rf"我叫[ \t]*([{_HAN}]{{2,3}})"),
    re.compile(r"(?i:my name is|\bname:)[ \t]*([A-Z][\w'-]+(?: [A-Z][\w'-]+)?)"),
)


def masked(text: str, what: Collection[Masked], names: Iterable[str] = ()) -> str:
    """Return a text with what is to be masked in it replaced by stars, sign for sign.

    Args:
        names: of persons, masked wherever they stand if `what` has names; of one sign only they are left.
    """
    for kind in _IN_ORDER:
        if kind in what:
            text = _WAYS[kind](text)
    if Masked.NAMES in what:
        for name in sorted({name.strip() for name in names}, key=len, reverse=True):
            text = _named(text, name)
    return text


def is_resident_number(number: str) -> bool:
    """Tell whether eighteen signs are a resident identity number: by the check digit of GB 11643."""
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11] == number[17].upper()


def _numbers(form: re.Pattern[str], kept: tuple[int, int], text: str) -> str:
    """Mask the numbers of a form, found also in full width; so many digits at both ends stay."""
    for found in reversed(list(form.finditer(text.translate(_PLAIN)))):
        start, end = found.span(1)
        text = text[:start] + _starred(text[start:end], *kept) + text[end:]
    return text


def _residents(text: str) -> str:
    for found in _RESIDENT.finditer(text.translate(_PLAIN)):
        if is_resident_number(found[1]):
            text = (
                text[: found.start(1)]
                + _starred(text[found.start(1) : found.end(1)], 3, 2)
                + text[found.end(1) :]
            )
    return text


def _stated(text: str) -> str:
    for form in _STATED:
        for found in form.finditer(text):
            text = text[: found.start(1)] + _first_alone(found[1]) + text[found.end(1) :]
    return text


def _named(text: str, name: str) -> str:
    if len(name) < 2:  # a sign of its own is a word of many texts
        return text
    return re.sub(re.escape(name), lambda found: _first_alone(found[0]), text, flags=re.IGNORECASE)


def _starred(number: str, first: int, last: int) -> str:
    """Replace the digits between the first and the last ones; what parts them stays."""
    places = [place for place, sign in enumerate(number) if sign.isalnum()]
    hidden = set(places[first : len(places) - last])
    return "".join(STAR if place in hidden else sign for place, sign in enumerate(number))


def _first_alone(name: str) -> str:
    """Leave of each word its first sign: a surname's, or an initial."""
    return re.sub(r"(\S)(\S*)", lambda word: word[1] + STAR * len(word[2]), name)


def _telephones(text: str) -> str:
    return _numbers(_LANDLINE, (4, 2), _numbers(_MOBILE, (3, 4), text))


# Names last: what a mask leaves of a number is no name, while a name may hold what looks like one.
_IN_ORDER = (Masked.IDENTITY_NUMBERS, Masked.TELEPHONES, Masked.NAMES)
_WAYS: Mapping[Masked, Callable[[str], str]] = {
    Masked.IDENTITY_NUMBERS: _residents,
    Masked.TELEPHONES: _telephones,
    Masked.NAMES: _stated,
}
