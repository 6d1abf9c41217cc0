"""Every operation of every service, asked as every role, right and wrong: what is answered is what is described."""

from collections.abc import Iterator

import pytest

from gridcase.house_stores import NAMES
from shared.web.callers import Role
from tests.fuzz.fuzzing import ALL, FuzzedHouse, fuzz, fuzzed_house

EXAMPLES, SEED = 2, 20260309


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FuzzedHouse]:
    with fuzzed_house(tmp_path_factory.mktemp("fuzzed")) as made:
        yield made


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("service", NAMES)
def test_generated_requests_break_nothing_and_are_answered_as_described(
    house: FuzzedHouse, service: str, role: Role
) -> None:
    """No failure inside; status, type, headers and form are documented; what the description forbids is refused, what
    it allows is not refused for its form; no other method, no request without a token gets through.
    """
    (asker,) = [asker for asker in house.askers if asker.role == role.value]
    operations = list(house.operations(service))
    assert operations
    for operation in operations:
        fuzz(operation, asker, EXAMPLES, SEED)


def test_all_checks_that_there_are_are_held() -> None:
    """A check that the tool learns with a newer edition is held as well; but for the one that asserts times."""
    assert len(ALL) >= 14
