"""Plates: what signs and cards say of somebody, entered on purpose and kept apart from identities."""

import pytest

from shared.rules.teams.known import PostedPerson
from tests.registry.teams_town import OFFICE, TOWN, WORKER, TeamsTown


@pytest.fixture
def town() -> TeamsTown:
    """The town; one works in grid East 1."""
    made = TeamsTown()
    made.enter("p-ann", WORKER)
    return made


def posted(town: TeamsTown, *people: str) -> dict[str, PostedPerson]:
    """What is posted of people."""
    plates = town.house.registry.teams.plates
    with plates.store.read() as conn:
        return plates.of(conn, TOWN, people)


def test_a_plate_is_sealed_where_it_lies_and_goes_with_the_person(town: TeamsTown) -> None:
    """The store holds neither name nor number in clear; taken down or forgotten, nothing is left."""
    body = {"name": "安", "phone": "0555-8631234"}
    assert town.ask("PUT", "/people/p-ann/plate", town.operator, body) == {"person": "p-ann", **body}
    assert posted(town, "p-ann", "p-ben") == {"p-ann": PostedPerson("安", "0555-8631234")}
    assert "8631234" not in town.house.everything_stored()
    town.ask("DELETE", "/people/p-ann/plate", town.operator)
    assert posted(town, "p-ann") == {}
    town.ask("PUT", "/people/p-ann/plate", town.operator, {"name": "安"})
    town.ask("DELETE", "/people/p-ann", town.operator)
    assert posted(town, "p-ann") == {}


def test_what_opens_plates_opens_no_identity(town: TeamsTown) -> None:
    """Two purposes, two keys: the sealed texts of the two tables differ for one and the same name."""
    registry = town.house.registry
    identity = registry.members.seal.seal("安")
    with pytest.raises(Exception, match="sealed with another secret"):
        registry.teams.plates.seal.open(identity)


@pytest.mark.parametrize("phone", ["call me", "1" * 31])
def test_what_is_no_telephone_number_is_refused(town: TeamsTown, phone: str) -> None:
    """Words, or more than a number has."""
    code = town.refused("PUT", "/people/p-ann/plate", town.operator, {"name": "安", "phone": phone})[1]
    assert code in ("bad-phone", "invalid-input")


def test_only_the_operator_posts_somebody_and_only_somebody_who_is_there(town: TeamsTown) -> None:
    """Nobody of the staff, and of no one who never held anything."""
    staff = town.token("unit_staff", OFFICE, "p-off")
    assert town.refused("PUT", "/people/p-ann/plate", staff, {"name": "安"}) == (403, "not-allowed")
    assert town.refused("PUT", "/people/p-nobody/plate", town.operator, {"name": "安"}) == (
        404,
        "unknown-person",
    )
