"""Linked cases know where the other one lies, and every message of theirs says so."""

from collections.abc import Iterator, Mapping

import pytest

from shared.contracts.messages import CaseAdmitted, CaseStep
from shared.rules.case.situation import situation_of
from shared.rules.case.snapshot import LinkDirection
from tests.intake.house import House
from tests.intake.town import OTHER_TOWN, TOWN

# A case of TOWN is passed on to OTHER_TOWN: what each pack says that its town is part of, what the tree says beside
# that, and where the origin lies as OTHER_TOWN sees it.
LAID_OUT = {
    "the town around it": ({TOWN: None, OTHER_TOWN: TOWN}, {}, LinkDirection.ABOVE),
    "the town around it, by the tree alone": ({TOWN: None, OTHER_TOWN: None}, {OTHER_TOWN: TOWN}, LinkDirection.ABOVE),
    "further up": (
        {TOWN: None, OTHER_TOWN: "county"},
        {"county": "city", "city": TOWN, TOWN: None},
        LinkDirection.ABOVE,
    ),
    "passed up": ({TOWN: OTHER_TOWN, OTHER_TOWN: None}, {}, LinkDirection.BELOW),
    "passed up over one": (
        {TOWN: "county", OTHER_TOWN: None},
        {"county": OTHER_TOWN, OTHER_TOWN: None},
        LinkDirection.BELOW,
    ),
    "a neighbour": ({TOWN: "city", OTHER_TOWN: "city"}, {"city": None}, LinkDirection.ACROSS),
    "a tree that is not known": ({TOWN: None, OTHER_TOWN: None}, {}, LinkDirection.ACROSS),
    "a tree that loops": (
        {TOWN: None, OTHER_TOWN: "a"},
        {"a": "b", "b": "a"},
        LinkDirection.ACROSS,
    ),
}  # fmt: skip


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def lay_out(house: House, part_of: Mapping[str, str | None], tree: Mapping[str, str | None]) -> None:
    """Have the packs and the registry say what is part of what."""
    for town, above in part_of.items():
        house.amend(town, part_of=above)
    for key, above in tree.items():
        data = {"key": key, "part_of": above, "name": {"zh": key, "en": key}}
        house.hear("registry", "jurisdiction.changed", f"jurisdiction/{key}", data)


def passed_on(house: House) -> str:
    """Return the case that is opened in the other town because of one here."""
    case = house.report()
    house.route(case)
    assert house.step(case, "pass-up").status_code == 200
    return str(house.view(case)["linked"][0]["case"])


@pytest.mark.parametrize(("part_of", "tree", "direction"), LAID_OUT.values(), ids=LAID_OUT.keys())
def test_a_linked_case_knows_where_the_other_lies(
    house: House,
    part_of: Mapping[str, str | None],
    tree: Mapping[str, str | None],
    direction: LinkDirection,
) -> None:
    """By the towns' own rules and the tree of jurisdictions, at any distance: from above is only what comes from a
    jurisdiction around it, and what was passed up does not."""
    lay_out(house, part_of, tree)
    admitted = house.said(passed_on(house))[0].data
    assert isinstance(admitted, CaseAdmitted)
    assert admitted.link_direction is direction
    assert situation_of(admitted.snapshot).from_above is (direction is LinkDirection.ABOVE)


def test_every_message_says_where_it_comes_from(house: House) -> None:
    """Whoever decides about it again sees what was seen the first time: the link stands in every step."""
    lay_out(house, {OTHER_TOWN: TOWN}, {})
    linked = passed_on(house)
    house.hear(
        "routing", "case.routed", linked, house.routed(linked, f"{OTHER_TOWN}/centre"), town=OTHER_TOWN
    )
    bodies = [message.data for message in house.said(linked) if message.type.startswith("case.")]
    assert [type(body) for body in bodies] == [CaseAdmitted, CaseStep]
    assert {(body.linked_from, body.link_direction) for body in bodies} == {
        (bodies[0].linked_from, LinkDirection.ABOVE)
    }
    assert bodies[0].linked_from is not None
