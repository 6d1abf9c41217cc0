"""Readings as packs set them."""

import pytest

from shared.rules.worktime.readings import ALLOWED, ReadingError, TimeReadings, name_of


def test_the_defaults_are_those_of_the_corpus() -> None:
    """Where a pack says nothing, the default readings of the corpus hold."""
    defaults = {name_of(name): getattr(TimeReadings(), name) for name in ALLOWED}
    assert defaults == {
        "RC-2": "next_day",
        "RC-3": "close_of_office",
        "RC-4": "official",
        "RC-5": "roll",
        "RC-6": "at_once",
        "RC-7": "same_day",
        "RC-19": "runs_on",
        "RC-22": "refuse",
    }


def test_values_of_a_pack_are_taken_and_those_of_other_rooms_passed_over() -> None:
    """A pack's readings may hold all of RC-1 … RC-22; those on time are taken."""
    readings = TimeReadings.of({"RC-1": "accepted", "RC-5": "strict", "RC-22": "provisional"})
    assert readings == TimeReadings(rc5="strict", rc22="provisional")
    assert readings.value("RC-5") == "strict"
    assert readings.value("RC-19") == "runs_on"


@pytest.mark.parametrize("name", sorted(ALLOWED))
def test_an_unknown_value_is_refused_with_the_choice(name: str) -> None:
    """A reading with a value that it does not have is refused, and the remedy lists the values."""
    with pytest.raises(ReadingError) as refused:
        TimeReadings.of({name_of(name): "sometimes"})
    assert refused.value.where == {"reading": name_of(name)}
    assert all(value in refused.value.remedy.en for value in ALLOWED[name])
