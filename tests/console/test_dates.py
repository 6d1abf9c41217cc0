"""Days and times as people of a town write them."""

from datetime import UTC, datetime, timedelta

import pytest

from services.console.api.dates import TimeWords
from services.console.api.words import page_words
from shared.kernel.texts import Language

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)


def _words(language: Language) -> TimeWords:
    return TimeWords(page_words(), language, "Asia/Shanghai", NOW)


@pytest.mark.parametrize(
    ("language", "at", "said"),
    [
        ("zh", datetime(2026, 3, 12, 9, 30, tzinfo=UTC), "3月12日 周四 17:30"),
        ("en", datetime(2026, 3, 12, 9, 30, tzinfo=UTC), "Thu 12 Mar, 17:30"),
        ("zh", datetime(2026, 3, 12, 16, 0, tzinfo=UTC), "3月12日 周四 24:00"),
        ("en", datetime(2026, 3, 12, 16, 0, tzinfo=UTC), "Thu 12 Mar 24:00"),
        ("en", datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "Thu 31 Dec 24:00"),
        ("en", datetime(2027, 1, 4, 9, 30, tzinfo=UTC), "Mon 4 Jan 2027, 17:30"),
    ],
)
def test_a_due_instant_is_of_the_day_that_it_ends(language: Language, at: datetime, said: str) -> None:
    """Midnight is 24:00 of the day before, in the town's zone; the year is told where it is another."""
    assert _words(language).due(at) == said


@pytest.mark.parametrize(
    ("language", "until", "said"),
    [
        ("zh", timedelta(days=2, hours=3, minutes=20), "还剩 2天 3小时"),
        ("en", timedelta(hours=5, minutes=1), "5 h 1 min left"),
        ("en", -timedelta(days=1, minutes=4), "1 d 4 min late"),
        ("en", timedelta(seconds=30), "0 min left"),
    ],
)
def test_what_remains_is_told_in_two_parts(language: Language, until: timedelta, said: str) -> None:
    """The larger first; less than a minute is still time."""
    words = _words(language)
    assert words.spoken(words.left(NOW + until)) == said


def test_what_has_no_limit_says_so() -> None:
    """So does what has stopped."""
    words = _words("en")
    assert words.spoken(words.left(None)) == "no limit"
    assert words.spoken(words.left(NOW, is_over=True)) == "stopped"
