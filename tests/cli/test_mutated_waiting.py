"""How long a step waits is altered too: by one, and dropped."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from gridcase.mutation.catalogue import mutants_of
from gridcase.mutation.mutant import REFUSED, Mutant
from gridcase.mutation.readings import of_readings
from gridcase.scenarios.participants import STEP
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import NotBefore, Pack
from shared.rules.pack.read import build_pack
from shared.rules.worktime.amount import Amount, TimeUnit
from tests.packs.corpus import BASE, OTHER

WAITS = "announce"


@pytest.fixture(scope="module")
def pack() -> Pack:
    """A town whose announcement waits two working days."""
    return build_pack(load_files(BASE / OTHER), OTHER)


def alterations(pack: Pack) -> dict[str, Mutant]:
    """Every alteration of the waiting step, by its change."""
    found = mutants_of(pack, lambda _: pack)
    return {mutant.change.en: mutant for mutant in found if mutant.rule == WAITS}


def waiting(mutant: Mutant, pack: Pack) -> NotBefore | None:
    """What the altered step waits for."""
    return mutant.alter(pack).steps[WAITS].not_before


def test_a_waiting_time_is_altered_by_one_and_dropped(pack: Pack) -> None:
    """A day less or no waiting is felt by a refusal, a day more by whoever takes the step in time."""
    was = pack.steps[WAITS].not_before
    assert was is not None
    found = alterations(pack)
    shorter = found["not before 2 working days → 1 working day"]
    longer = found["not before 2 working days → 3 working days"]
    gone = found["not before dropped"]
    assert waiting(shorter, pack) == replace(was, amount=Amount(1, TimeUnit.WORKING_DAYS))
    assert waiting(longer, pack) == replace(was, amount=Amount(3, TimeUnit.WORKING_DAYS))
    assert waiting(gone, pack) is None
    felt = [mutant.felt_by for mutant in (shorter, gone, longer)]
    assert felt == [{(REFUSED, WAITS)}, {(REFUSED, WAITS)}, {(STEP, WAITS)}]


def test_what_the_waiting_time_asks_for_is_not_altered_twice(pack: Pack) -> None:
    """'after' what the time counts from changes nothing: the time asks for it by itself."""
    assert "after without settled" not in alterations(pack)


def test_its_own_readings_are_switched(pack: Pack) -> None:
    """A reading that the waiting time states for itself is turned to its alternatives there."""
    (one,) = [mutant for mutant in alterations(pack).values() if mutant.kind == "reading"]
    altered = waiting(one, pack)
    assert altered is not None
    assert altered.readings == {"RC-3": "close_of_office"}


def test_a_waiting_time_alone_lets_the_pack_feel_readings_of_time(pack: Pack) -> None:
    """A town without limits still counts working days where a step waits; RC-3 is read by the time itself."""

    def felt(one: Pack) -> set[str]:
        def same(_: Mapping[str, str]) -> Pack:
            return one

        return {mutant.rule for mutant in of_readings(one, same) if mutant.rule.startswith("RC-")}

    bare = replace(pack, limits=())
    unhurried = replace(bare, steps={key: replace(one, not_before=None) for key, one in bare.steps.items()})
    assert felt(bare) - felt(unhurried) == {"RC-2", "RC-4", "RC-6", "RC-22"}
