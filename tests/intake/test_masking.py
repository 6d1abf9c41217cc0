"""Numbers and names of persons in texts: found by their form, masked sign for sign, nothing else touched."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.masking import is_resident_number, masked
from shared.rules.pack.model import Masked

PHONES, NUMBERS, NAMES = {Masked.TELEPHONES}, {Masked.IDENTITY_NUMBERS}, {Masked.NAMES}
words = st.text(st.characters(exclude_categories=("Nd", "Cs"), exclude_characters="()（）+-－ "), max_size=20)
mobiles = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
separators = st.sampled_from(["", " ", "-"])
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)  # as GB 11643 prints them


@st.composite
def resident_numbers(draw: st.DrawFn) -> str:
    """A number as the state issues it, its check digit reckoned with the standard's own table."""
    region, serial = draw(st.integers(110000, 659999)), draw(st.integers(0, 999))
    born = draw(st.dates(date(1900, 1, 1), date(2030, 1, 1)))
    digits = f"{region}{born:%Y%m%d}{serial:03}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, _WEIGHTS, strict=True)) % 11
    return digits + "10X98765432"[rest]


def in_full_width(number: str) -> str:
    """The same number as some keyboards write it."""
    return "".join(chr(ord(sign) + 0xFEE0) if sign.isalnum() or sign == "-" else sign for sign in number)


@given(before=words, after=words, number=mobiles, gap=separators, wide=st.booleans())
def test_a_mobile_number_is_masked_wherever_it_stands(
    before: str, after: str, number: str, gap: str, wide: bool
) -> None:
    """Three digits at its beginning and four at its end stay, in either width and however it is parted."""
    written = gap.join((number[:3], number[3:7], number[7:]))
    text = before + (in_full_width(written) if wide else written) + after
    found = masked(text, PHONES)
    hidden = written[:3] + gap + "****" + gap + number[7:]
    assert found == before + (in_full_width(hidden).replace("＊", "*") if wide else hidden) + after


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("座机0550-3012345。", "座机0550-*****45。"),
        ("拨(010) 62345678", "拨(010) 6*****78"),
        ("+86 13812345678", "+86 138****5678"),
        ("008613812345678", "0086138****5678"),
    ],
)
def test_landlines_and_country_codes(text: str, shown: str) -> None:
    """A landline is known by its area code; what stands before a mobile number does not hide it."""
    assert masked(text, PHONES) == shown


@pytest.mark.parametrize(
    "text", ["2026-02-13 16:40", "编号 2026-000123", "1381234567", "213812345678", "30123456"]
)
def test_what_only_looks_like_a_number_stays(text: str) -> None:
    """Dates, case numbers, and rows of digits that are too short, too long or without an area code."""
    assert masked(text, PHONES) == text


@given(before=words, after=words, number=resident_numbers(), wide=st.booleans())
def test_a_resident_number_is_masked(before: str, after: str, number: str, wide: bool) -> None:
    """Three signs and two stay; the birthday is among those that go."""
    assert is_resident_number(number)
    text = before + (in_full_width(number) if wide else number) + after
    found = masked(text, NUMBERS)
    assert found[len(before) + 3 : len(before) + 16] == "*" * 13
    assert (found[: len(before) + 3], found[len(before) + 16 :]) == (
        text[: len(before) + 3],
        text[len(before) + 16 :],
    )


@given(number=resident_numbers(), wrong=st.integers(1, 9), place=st.integers(6, 16))
def test_a_number_with_a_wrong_check_digit_is_none(number: str, wrong: int, place: int) -> None:
    """Any one digit got wrong is felt by the check digit: an order number of eighteen digits stays readable."""
    changed = number[:place] + str((int(number[place]) + wrong) % 10) + number[place + 1 :]
    assert not is_resident_number(changed)
    assert masked(changed, NUMBERS) == changed


@given(
    before=words,
    after=words,
    surname=st.sampled_from("王李张刘陈"),
    given_name=st.text("伟芳娜敏静", min_size=1, max_size=2),
)
def test_the_reporters_name_is_masked_wherever_it_stands(
    before: str, after: str, surname: str, given_name: str
) -> None:
    """The surname stays, sign for sign; before and after it nothing changes."""
    name = surname + given_name
    assert masked(f"{before}{name}{after}", NAMES, [name]) == masked(
        f"{before}{surname}{'*' * len(given_name)}{after}", NAMES, [name]
    )
    assert name not in masked(f"{before}{name}{after}", NAMES, [name])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系人：张三丰，住东村", "联系人：张**，住东村"),
        ("我叫李雷。", "我叫李*。"),
        ("My name is Zhang San and", "My name is Z**** S** and"),
        ("name: Zhang", "name: Z****"),
        ("张三说水沟堵了", "张三说水沟堵了"),
    ],
)
def test_names_are_found_by_stated_patterns_alone(text: str, shown: str) -> None:
    """What somebody says to be a name is one; a name that nobody states and nobody knows can't be told from a word."""
    assert masked(text, NAMES) == shown


@given(text=st.text(max_size=60), names=st.lists(st.text(max_size=5), max_size=3))
def test_any_text_keeps_its_length_and_is_masked_once(text: str, names: list[str]) -> None:
    """Whatever comes in: as long as before, signs replaced by stars only, and masking it again changes nothing."""
    found = masked(text, set(Masked))
    assert len(found) == len(text)
    assert all(new in (old, "*") for old, new in zip(text, found, strict=True))
    assert masked(found, set(Masked)) == found
    assert len(masked(text, set(Masked), names)) == len(text)


@given(text=st.text(max_size=60))
def test_what_nobody_asked_for_stays(text: str) -> None:
    """A town that masks nothing shows every text as it is."""
    assert masked(text, frozenset()) == text
