"""Random lives of cases, their messages late, doubled and interleaved: every service sees each case as it is.

Seeds are fixed, so that a run repeats itself. `make proofs` lives 50,000 of them (`GRIDCASE_LIVES`);
`GRIDCASE_LIVES_FROM=1234` begins at another seed.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future

import pytest

from tests.lives.actions import text_of
from tests.lives.batches import Differences, lived_batches
from tests.lives.comparing import Difference
from tests.lives.generator import life_of
from tests.lives.house import House
from tests.lives.shrinking import shortest

LIVES = int(os.environ.get("GRIDCASE_LIVES", "2000"))
FIRST = int(os.environ.get("GRIDCASE_LIVES_FROM", "0"))
BATCH = 250  # lives in the house at once: they share its time, and what a transaction costs
SHOWN = 3  # kinds of differences of which a failure shows the shortest life
END = FIRST + LIVES

Lived = Mapping[int, "Future[Differences]"]
batches = pytest.mark.parametrize("first", range(FIRST, END, BATCH))
patient = pytest.mark.timeout(1800)  # making a life short takes a minute or two


@pytest.fixture(scope="module")
def lived() -> Iterator[Lived]:
    """Every batch, being lived: both tests look at the same run."""
    with lived_batches(
        [range(first, min(first + BATCH, END)) for first in range(FIRST, END, BATCH)]
    ) as lived:
        yield lived


@batches
@patient
def test_every_store_holds_what_the_oracle_says_after_every_commit(
    house: House, lived: Lived, first: int
) -> None:
    """After each message that a service has taken, the situation and the past of the case that its own store holds
    are those that the oracle folds from the case's messages up to that one; and nothing is refused or left over.
    """
    _require(house, first, [one for one in _differences(lived, first) if not one[1].is_of_preview])


@batches
@patient
def test_a_preview_is_what_the_services_then_do(house: House, lived: Lived, first: int) -> None:
    """Lead, levels and every limit's due instant are after a re-decision what the preview had said before it."""
    _require(house, first, [one for one in _differences(lived, first) if one[1].is_of_preview])


def _differences(lived: Lived, first: int) -> list[tuple[str, Difference]]:
    """What was seen otherwise in a batch, with the names of the lives."""
    found = lived[first].result()
    return [(name, difference) for name, several in found.items() for difference in several]


def _require(house: House, first: int, found: Sequence[tuple[str, Difference]]) -> None:
    """Fail where anything was found, with the shortest lives that show it."""
    kinds = dict.fromkeys(difference.about for _, difference in found)
    shown = [_shown(house, about, found) for about in list(kinds)[:SHOWN]]
    if found:
        head = f"{len(found)} differences in the lives from {first} on: {', '.join(kinds)}"
        pytest.fail("\n\n".join((head, *shown)), pytrace=False)


def _shown(house: House, about: str, found: Sequence[tuple[str, Difference]]) -> str:
    name, difference = next(one for one in found if one[1].about == about)
    if not name:
        return f"{difference}"
    if plain := shortest(house, life_of(int(name)), about):
        return f"life {name}: {plain}"
    return f"life {name}, only among others: {difference}\n{text_of(life_of(int(name)))}"
