"""Amounts as packs write them: what is understood, and that every bad form has a message of its own."""

import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.rules.worktime.amount import Amount, AmountError, TimeUnit, format_amount, parse_amount
from shared.rules.worktime.numerals import parse_numeral, write_numeral

UNDERSTOOD = [
    ("3 working days", 3, TimeUnit.WORKING_DAYS),
    ("1 working day", 1, TimeUnit.WORKING_DAYS),
    ("7 days", 7, TimeUnit.DAYS),
    ("1 day", 1, TimeUnit.DAYS),
    ("5 calendar days", 5, TimeUnit.DAYS),
    ("2 office hours", 2, TimeUnit.OFFICE_HOURS),
    ("48 hours", 48, TimeUnit.HOURS),
    ("30 minutes", 30, TimeUnit.MINUTES),
    ("at once", 0, TimeUnit.AT_ONCE),
    ("3个工作日", 3, TimeUnit.WORKING_DAYS),
    ("3工作日", 3, TimeUnit.WORKING_DAYS),
    ("7天", 7, TimeUnit.DAYS),
    ("7日", 7, TimeUnit.DAYS),
    ("7个自然日", 7, TimeUnit.DAYS),
    ("2个工作小时", 2, TimeUnit.OFFICE_HOURS),
    ("48小时", 48, TimeUnit.HOURS),
    ("30分钟", 30, TimeUnit.MINUTES),
    ("立即", 0, TimeUnit.AT_ONCE),
    ("即时", 0, TimeUnit.AT_ONCE),
    ("当场", 0, TimeUnit.AT_ONCE),
    ("马上", 0, TimeUnit.AT_ONCE),
    ("三个工作日", 3, TimeUnit.WORKING_DAYS),
    ("两天", 2, TimeUnit.DAYS),
    ("十五日", 15, TimeUnit.DAYS),
    ("一百二十分钟", 120, TimeUnit.MINUTES),
    ("３ ＷＯＲＫＩＮＧ　ＤＡＹＳ", 3, TimeUnit.WORKING_DAYS),
    ("１０天", 10, TimeUnit.DAYS),
    ("  3   Working\tDays ", 3, TimeUnit.WORKING_DAYS),
    ("10000 minutes", 10_000, TimeUnit.MINUTES),
]

BAD = [
    ("bare-number", 3),
    ("bare-number", "3"),
    ("bare-number", "三"),
    ("bare-number", 1.5),
    ("bare-number", True),
    ("bare-number", float("nan")),
    ("empty", ""),
    ("empty", "  "),
    ("empty", None),
    ("not-text", ["3 days"]),
    ("not-text", b"3 days"),
    ("too-long", "3 " + "working " * 20 + "days"),
    ("negative", "-3 days"),
    ("negative", "−3 days"),
    ("negative", "负3天"),
    ("zero", "0 days"),
    ("zero", "零天"),
    ("huge", "10001 days"),
    ("huge", f"{2**70} hours"),
    ("huge", "二万天"),
    ("fraction", "1.5 days"),
    ("fraction", "1,000 days"),
    ("fraction", "1/2 day"),
    ("fraction", "半天"),
    ("fraction", "两天半"),
    ("numeral", "三三天"),
    ("numeral", "一百二天"),
    ("number-missing", "working days"),
    ("number-missing", "天"),
    ("longer-unit", "3 weeks"),
    ("longer-unit", "3个月"),
    ("longer-unit", "一周"),
    ("multiple", "1倍"),
    ("multiple", "twice"),
    ("within", "3个工作日内"),
    ("within", "within 3 days"),
    ("unit-unknown", "3天工作日"),
    ("unit-unknown", "3 dayz"),
    ("unit-unknown", "3 days of work"),
    ("not-understood", "soon"),
    ("not-understood", "尽快"),
    ("not-understood", "³ days"),
    ("not-understood", "٣ days"),
]


@pytest.mark.parametrize(("text", "number", "unit"), UNDERSTOOD)
def test_a_number_with_its_unit_is_understood(text: str, number: int, unit: TimeUnit) -> None:
    """Amounts carry their unit in Chinese or English words, digits and letters in full width too."""
    assert parse_amount(text) == Amount(number, unit)


@pytest.mark.parametrize(("fault", "text"), BAD)
def test_a_bad_amount_is_refused_with_cause_and_remedy(fault: str, text: object) -> None:
    """A bare number, a wrong number or an unknown unit is an error that says what to do, in two languages."""
    with pytest.raises(AmountError) as refused:
        parse_amount(text)
    error = refused.value
    assert error.code == f"amount-{fault}"
    for said in (error.cause, error.remedy):
        assert said.zh
        assert said.en
        assert "{" not in said.zh + said.en


def test_every_fault_has_words_of_its_own() -> None:
    """No two kinds of bad amount are reported with the same cause."""
    causes = {}
    for fault, text in BAD:
        with pytest.raises(AmountError) as refused:
            parse_amount(text)
        causes[fault] = refused.value.cause.en.replace(repr(text), "…")
    assert len(set(causes.values())) == len(causes)


@pytest.mark.parametrize(
    ("fault", "number", "unit"),
    [
        ("zero", 0, TimeUnit.DAYS),
        ("negative", -1, TimeUnit.HOURS),
        ("huge", 10_001, TimeUnit.DAYS),
        ("not-whole", 1.0, TimeUnit.DAYS),
        ("not-whole", True, TimeUnit.DAYS),
        ("number-at-once", 5, TimeUnit.AT_ONCE),
    ],
)
def test_no_amount_can_be_made_that_no_limit_can_have(fault: str, number: int, unit: TimeUnit) -> None:
    """An amount is a whole number from 1 to 10000, and 'at once' has none."""
    with pytest.raises(AmountError) as refused:
        Amount(number, unit)
    assert refused.value.code == f"amount-{fault}"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("3个工作日", "3个工作日", "3 working days"),
        ("1 day", "1天", "1 day"),
        ("2 office hours", "2个工作小时", "2 office hours"),
        ("1小时", "1小时", "1 hour"),
        ("30 minutes", "30分钟", "30 minutes"),
        ("马上", "立即", "at once"),
    ],
)
def test_an_amount_is_written_as_people_write_it(text: str, zh: str, en: str) -> None:
    """The same amount reads naturally in both languages."""
    assert (format_amount(parse_amount(text), "zh"), format_amount(parse_amount(text), "en")) == (zh, en)


@given(st.sampled_from([unit for unit in TimeUnit if unit is not TimeUnit.AT_ONCE]), st.integers(1, 10_000))
def test_what_is_written_is_read_back(unit: TimeUnit, number: int) -> None:
    """Writing an amount in either language and reading it gives the same amount."""
    amount = Amount(number, unit)
    assert parse_amount(format_amount(amount, "zh")) == amount
    assert parse_amount(format_amount(amount, "en")) == amount


def test_every_numeral_to_ten_thousand_is_read_back() -> None:
    """A Chinese numeral means the number that it writes, and no number is written twice."""
    written = {write_numeral(number): number for number in range(1, 10_001)}
    assert len(written) == 10_000
    assert all(parse_numeral(text) == number for text, number in written.items())


@given(st.text(alphabet="零〇一二两三四五六七八九十百千万", min_size=1, max_size=8))
def test_a_numeral_is_understood_only_as_it_is_written(text: str) -> None:
    """A numeral in another than the written order means nothing rather than something."""
    number = parse_numeral(text)
    if number is not None and number <= 10_000:
        plain = text.replace("两", "二").replace("〇", "零").replace("一十", "十")
        assert write_numeral(number).replace("一十", "十") == plain


@settings(max_examples=300)
@given(
    st.one_of(
        st.text(),
        st.integers(),
        st.floats(),
        st.binary(),
        st.none(),
        st.text("0123456789 days天-", max_size=12),
    )
)
def test_any_input_is_an_amount_or_an_error_that_can_be_said(given_value: object) -> None:
    """Whatever is written gives an amount or an error whose words are printable and short."""
    try:
        said = format_amount(parse_amount(given_value), "zh")
    except AmountError as error:
        said = error.cause.zh
    assert said.isprintable()
    assert len(said) < 100


def test_an_error_travels_between_processes() -> None:
    """An error keeps its words when it is pickled."""
    with pytest.raises(AmountError) as refused:
        parse_amount("3 weeks")
    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.code, again.cause) == (refused.value.code, refused.value.cause)
