"""What falls short is listed, and nothing else: held against a reading of the words that knows no addresses of code."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given

from shared.rules.pack.model import GridCheck, Pack, Post
from shared.rules.teams.entitled import (
    EntitledOrganisation,
    EntitledPerson,
    WithoutContacts,
    entitled,
    may_make_grids,
    without_contacts,
)
from shared.rules.teams.known import KnownOrganisation, KnownTeams, PostHolder
from shared.rules.teams.posts import held_in_several, overstaffed, understaffed
from shared.rules.teams.sizes import sizes, uncovered
from tests.teams.worlds import NOW, World, base, origin, worlds

CLERK = "t-more.east/village-clerk"


def ancestors(pack: Pack, key: str) -> list[str]:
    """A place and those around it."""
    found = [key]
    while (outer := pack.places[found[-1]].part_of) is not None:
        found.append(outer)
    return found


def standing(pack: Pack) -> list[str]:
    """The villages that have not ended."""
    return [key for key, place in pack.places.items() if place.level == "village" and place.ends_on is None]


def counted(pack: Pack, post: Post, known: KnownTeams) -> dict[tuple[str | None, str | None], set[str]]:
    """Who sits where a post is to be filled, read off the addresses as texts."""
    found: dict[tuple[str | None, str | None], set[str]] = {}
    for where in standing(pack) if post.level else [None]:
        # Who sits for the whole town may be the one of each village.
        prefix = (f"{pack.town}.{where}/", f"{pack.town}/") if where else pack.town
        for unit in post.units if post.each else (None,):
            ends = (unit,) if unit else post.units
            found[where, unit] = {
                each.person
                for each in known.holders
                if each.unit.startswith(prefix) and any(each.unit.endswith(f"/{end}") for end in ends)
            }
    return found


@given(worlds())
def test_a_seat_is_listed_when_too_few_or_too_many_hold_it(world: World) -> None:
    """Exactly the seats outside the bounds are listed, each with who holds it; no bound, no listing."""
    assert world.pack.teams is not None
    few, many = set(), set()
    for post in world.pack.teams.posts.values():
        for (where, unit), people in counted(world.pack, post, world.known).items():
            if post.least is not None and len(people) < post.least:
                few.add((post.key, where, unit, tuple(sorted(people))))
            if post.most is not None and len(people) > post.most:
                many.add((post.key, where, unit, tuple(sorted(people))))
    short = understaffed(world.pack, world.known.holders, NOW)
    over = overstaffed(world.pack, world.known.holders, NOW)
    assert {(each.seat.post, each.seat.place, each.seat.unit, each.held_by) for each in short} == few
    assert {(each.seat.post, each.seat.place, each.seat.unit, each.held_by) for each in over} == many
    assert (len(short), len(over)) == (len(few), len(many))


@given(worlds())
def test_whoever_holds_in_several_places_what_is_held_in_one_is_listed(world: World) -> None:
    """One person one grid (一格一员): only posts that say so, only people in two standing places or more."""
    assert world.pack.teams is not None
    wanted = Counter(
        (post.key, person)
        for post in world.pack.teams.posts.values()
        if post.level and not post.many
        for where in standing(world.pack)
        for person in set().union(
            *(people for (at, _), people in counted(world.pack, post, world.known).items() if at == where)
        )
    )
    found = held_in_several(world.pack, world.known.holders, NOW)
    assert {(each.post, each.person): len(each.places) for each in found} == {
        key: number for key, number in wanted.items() if number > 1
    }


@given(worlds())
def test_a_grid_is_outside_when_nothing_known_of_it_lies_in_range(world: World) -> None:
    """Households or persons: one of them within its bounds, ends included, is enough."""
    assert world.pack.teams is not None
    check = world.pack.teams.checks["size"]
    low, high = check.ranges["households"]
    wanted = {}
    for key in standing(world.pack):
        said = world.known.facts.get(key, {})
        fits = [(low or 0) <= said["households"] <= (high or 10**9)] if "households" in said else []
        fits += [said["persons"] >= 1000] if "persons" in said else []
        if not any(fits) and (not check.of or set(check.of) & set(ancestors(world.pack, key))):
            wanted[key] = len(fits)
    found = sizes(world.pack, world.known.facts, NOW)
    assert {each.place: len(each.known) for each in found} == wanted
    assert all(each.is_unsaid == (not each.known) for each in found)


@given(worlds())
def test_a_place_is_covered_in_or_around_a_grid(world: World) -> None:
    """Every standing place is, lies in, or holds one of the level; of a pilot its own places alone are asked."""
    assert world.pack.teams is not None
    of = world.pack.teams.checks["covered"].of
    wanted = set()
    for key, place in world.pack.places.items():
        touching = {*ancestors(world.pack, key)}
        touching |= {inner for inner in world.pack.places if key in ancestors(world.pack, inner)}
        if place.ends_on is None and not touching & set(standing(world.pack)) and (not of or key in of):
            wanted.add(key)
    assert {each.place for each in uncovered(world.pack, NOW)} == wanted


def organisations(*staff: int) -> tuple[KnownOrganisation, ...]:
    """Companies with so many staff."""
    return tuple(KnownOrganisation(f"firm-{number}", "company", {"staff": number}) for number in staff)


def test_two_hundred_or_more_includes_two_hundred() -> None:
    """A firm with 199 staff is not entitled, one with 200 is (RC-11); read exclusively, 201 is the first."""
    known = KnownTeams(
        organisations=(*organisations(199, 200, 201), KnownOrganisation("shop", "shop", {"staff": 900}))
    )

    def firms(pack: Pack) -> list[str]:
        found = entitled(pack, known, NOW)
        return [each.organisation for each in found if isinstance(each, EntitledOrganisation)]

    assert firms(base()) == ["firm-200", "firm-201"]
    exclusive = replace(base(), readings={**base().readings, "RC-11": "exclusive"})
    assert firms(exclusive) == ["firm-201"]


def test_whoever_holds_a_post_is_entitled_once() -> None:
    """Two places of one person make one terminal; a unit that is no post's makes none."""
    holders = (PostHolder("p-a", CLERK), PostHolder("p-a", CLERK), PostHolder("p-b", "t-more/works-office"))
    assert entitled(base(), KnownTeams(holders=holders), NOW) == (EntitledPerson("clerks", "p-a"),)


@pytest.mark.parametrize(("assigned", "short"), [(0, True), (4, True), (5, False), (6, False)])
def test_members_keep_in_touch_with_so_many_residents(assigned: int, short: bool) -> None:
    """Below the least a member is listed; somebody who is no member never is."""
    holders = (PostHolder("p-a", CLERK), PostHolder("p-b", "t-more/works-office"))
    residents = frozenset(f"household-{number}" for number in range(assigned))
    found = without_contacts(base(), KnownTeams(holders=holders, assigned={"p-a": residents}), NOW)
    assert found == ((WithoutContacts("p-a", assigned, 5),) if short else ())


def test_without_a_figure_one_resident_will_do() -> None:
    """The policy names no number: who has none is listed, who has one is not."""
    teams = base().teams
    assert teams is not None
    assert teams.contacts is not None
    pack = replace(base(), teams=replace(teams, contacts=replace(teams.contacts, least=None)))
    holders = (PostHolder("p-a", CLERK), PostHolder("p-c", CLERK))
    found = without_contacts(pack, KnownTeams(holders=holders, assigned={"p-a": frozenset({"h"})}), NOW)
    assert found == (WithoutContacts("p-c", 0, 1),)


@pytest.mark.parametrize(
    ("unit", "may"),
    [
        ("t-more/town-centre", True),
        ("t-more/works-office", False),
        ("t-more.east/village-clerk", False),
        ("t-other/town-centre", False),
    ],
)
def test_grids_are_made_by_whom_the_pack_admits(unit: str, may: bool) -> None:
    """A department that is not admitted draws no grids; where the pack names nobody, whoever publishes may."""
    assert may_make_grids(base(), unit) is may
    teams = base().teams
    assert teams is not None
    assert may_make_grids(replace(base(), teams=replace(teams, made_by=None)), unit)


def test_a_town_that_says_nothing_lists_nothing() -> None:
    """No section, no list."""
    pack = replace(base(), teams=None)
    holders = (PostHolder("p-a", CLERK),)
    assert not [
        *sizes(pack, {}, NOW), *uncovered(pack, NOW), *understaffed(pack, holders, NOW),
        *overstaffed(pack, holders, NOW), *held_in_several(pack, holders, NOW),
        *entitled(pack, KnownTeams(holders=holders), NOW), *without_contacts(pack, KnownTeams(), NOW),
    ]  # fmt: skip


def test_a_level_without_places_is_filled_in_the_town() -> None:
    """Where the town has no places of a level, its units sit in the town, and the post is asked for there."""
    teams = base().teams
    assert teams is not None
    pack = replace(base(), places={})
    short = understaffed(pack, (), NOW)
    assert {(each.seat.post, each.seat.place) for each in short} == {("clerk", None), ("group", None)}
    check = GridCheck("covered", origin("covered"), "village", every_place=True)
    assert not uncovered(replace(pack, teams=replace(teams, checks={"covered": check})), NOW)
