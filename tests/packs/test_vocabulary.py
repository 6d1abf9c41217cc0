"""Every word of the format has one form in each language, and the same words as the rooms that use them."""

from itertools import pairwise

import pytest

from shared.rules.language import keys as key_words
from shared.rules.language import vocabulary
from shared.rules.language.keys import keys_of
from shared.rules.language.readings import READINGS, defaults
from shared.rules.language.schema import RECORDS, keys
from shared.rules.language.vocabulary import Words
from shared.rules.pack.model import PARTIES, EffectKind, LateKind
from shared.rules.worktime.readings import ALLOWED, TimeReadings, name_of

LISTS = {name: words for name, words in vars(vocabulary).items() if isinstance(words, Words)}


@pytest.mark.parametrize("record", RECORDS)
def test_keys_are_one_to_one_in_each_record(record: str) -> None:
    """No two keys of a record share a form, and no Chinese form is another key's English one."""
    words = keys(record)
    assert len(set(words.english)) == len(words.chinese) == len(RECORDS[record].fields)
    assert not set(words.english) & set(words.chinese)


@pytest.mark.parametrize("name", LISTS)
def test_words_are_one_to_one(name: str) -> None:
    """Each word turns into the other language and back."""
    words = LISTS[name]
    for english, chinese in words.chinese.items():
        assert words.canonical(words.written(english, "zh"), "zh") == english
        assert chinese != english


def test_no_key_is_left_over() -> None:
    """The dictionary of keys holds no key that the schema lacks."""
    used = {name for record in RECORDS.values() for name in record.fields}
    assert set(key_words._EVERYWHERE) <= used | set(vocabulary.EFFECTS.chinese)


def test_keys_of_asks_for_known_keys_only() -> None:
    """A key without a Chinese form cannot enter the schema."""
    with pytest.raises(KeyError):
        keys_of("limit", ("somewhere",))


def test_the_words_are_those_of_the_model() -> None:
    """Parties, effects and verdicts are exactly those that the model names."""
    assert tuple(vocabulary.PARTIES.chinese) == PARTIES
    assert set(vocabulary.EFFECTS.chinese) == {kind.value for kind in EffectKind}
    assert set(vocabulary.LATE_KINDS.chinese) == {kind.value for kind in LateKind}


def test_readings_of_time_are_those_that_time_is_counted_by() -> None:
    """Values and defaults of the readings that bear on time are those of `worktime`."""
    plain = TimeReadings()
    for field, allowed in ALLOWED.items():
        assert tuple(READINGS[name_of(field)].chinese) == allowed
        assert defaults()[name_of(field)] == getattr(plain, field)


def test_there_are_twenty_two_readings() -> None:
    """RC-1 to RC-22, each with a default and at least one alternative (the corpus, section 3)."""
    assert list(READINGS) == [f"RC-{number}" for number in range(1, 23)]
    assert all(len(words.chinese) > 1 for words in READINGS.values())


def test_words_that_clash_are_refused() -> None:
    """Two words with one Chinese form could not be turned back."""
    with pytest.raises(ValueError, match="share a Chinese form"):
        Words({"one": "一", "two": "一"})
    assert all(one != other for one, other in pairwise(sorted(vocabulary.ACTORS.english)))
