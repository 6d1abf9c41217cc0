"""Chinese numerals from 一 to 一万. Knows no units and no limits."""

_DIGITS = "零一二三四五六七八九"
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MOST = 10_000
NUMERAL_SIGNS = "零〇一二两三四五六七八九十百千万"


def parse_numeral(text: str) -> int | None:
    """Return the number that a Chinese numeral writes, or None where it is not written as one.

    Colloquial short forms (一百二 for 120) are not understood: they can be read in two ways.

    Args:
        text: signs of `NUMERAL_SIGNS` only.

    Returns:
        1 … 10000; a larger one as it is, for whoever says that it is too large.
    """
    plain = text.replace("两", "二").replace("〇", "零")
    # Read loosely, then written properly: whatever differs from that was no numeral.
    value = _loose_value(plain)
    if value > _MOST:
        return value
    return value if value > 0 and _bare_ten(write_numeral(value)) == _bare_ten(plain) else None


def write_numeral(number: int) -> str:
    """Return 1 … 10000 as a Chinese numeral."""
    if number == _MOST:
        return "一万"
    written, gap = "", False
    for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // place % 10
        if digit:
            written += ("零" if gap and written else "") + _DIGITS[digit] + sign
        gap = not digit
    return written


def _loose_value(plain: str) -> int:
    total = current = 0
    for sign in plain:
        if sign in _DIGITS:
            current = _DIGITS.index(sign)
        elif sign == "万":
            total, current = (total + current) * _MOST, 0
        else:
            total, current = total + (current or 1) * _PLACES[sign], 0
    return total + current


def _bare_ten(numeral: str) -> str:
    return numeral.replace("一十", "十")
