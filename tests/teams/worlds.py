"""Small towns with grids, posts and people, drawn at random: every way in which they can fall short."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from hypothesis import strategies as st

from shared.kernel.texts import Text
from shared.rules.logic.facts import FactType, Kind
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import GridCheck, GridFact, NamedPlace, Origin, Pack, Post, Spot, Teams
from shared.rules.pack.read import build_pack
from shared.rules.teams.known import KnownTeams, PostHolder
from tests.packs.corpus import BASE, OTHER

NOW = date(2026, 3, 9)
VILLAGES = ("v1", "v2", "v3")
GRIDS = tuple(f"{village}-{number}" for village in VILLAGES for number in (1, 2))
UNITS = {"village": ("village-clerk", "works-office"), None: ("town-centre", "works-office")}
PEOPLE = ("p-a", "p-b", "p-c")
NOWHERE = Spot("", 1)


@dataclass(frozen=True)
class World:
    """A town, and what is known of it."""

    pack: Pack
    known: KnownTeams


@cache
def base() -> Pack:
    """The town that says everything."""
    return build_pack(load_files(BASE / OTHER), OTHER)


def origin(key: str) -> Origin:
    """Why something is there."""
    return Origin(key, Text(), ("P-1",), None, None, NOWHERE)


def place(key: str, level: str | None, part_of: str | None, ended: bool = False) -> NamedPlace:
    """A place of the town."""
    return NamedPlace(key, Text(key, key), level, part_of, None, NOWHERE, ends_on=NOW if ended else None)


@st.composite
def places(draw: st.DrawFn) -> dict[str, NamedPlace]:
    """Villages, some of which have ended, and grids in some of them."""
    found = [place(key, "village", None, draw(st.booleans())) for key in VILLAGES]
    found += [place(key, None, key[:2]) for key in GRIDS if draw(st.booleans())]
    return {each.key: each for each in found}


@st.composite
def posts(draw: st.DrawFn) -> dict[str, Post]:
    """Posts of villages and bodies of the town, with and without bounds."""
    found: dict[str, Post] = {}
    for number in range(draw(st.integers(1, 3))):
        level = draw(st.sampled_from(["village", "$low", None]))
        units = UNITS[None if level is None else "village"]
        key = f"post-{number}"
        found[key] = Post(
            key,
            origin(key),
            Text(key, key),
            tuple(draw(st.lists(st.sampled_from(units), min_size=1, unique=True))),
            level,
            draw(st.sampled_from([None, 1, 2])),
            draw(st.sampled_from([None, 1, 2])),
            draw(st.booleans()),
            draw(st.booleans()),
        )
    return found


@st.composite
def checks(draw: st.DrawFn) -> dict[str, GridCheck]:
    """A size, and a coverage of all or some of the places."""
    low, high = draw(st.sampled_from([(300, 500), (None, 500), (300, None)]))
    of = tuple(draw(st.lists(st.sampled_from((*VILLAGES, *GRIDS)), max_size=2, unique=True)))
    size = GridCheck(
        "size", origin("size"), "village", {"households": (low, high), "persons": (1000, None)}, of=of
    )
    covered = GridCheck("covered", origin("covered"), "village", every_place=True, of=of)
    return {"size": size, "covered": covered}


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A town with its people."""
    there = draw(places())
    teams = Teams(
        facts={
            key: GridFact(FactType(key, Kind.INT), Text(key), origin(key))
            for key in ("households", "persons")
        },
        checks=draw(checks()),
        posts=draw(posts()),
    )
    pack = replace(base(), places=there, teams=teams)
    where = [f"{pack.town}/{unit}" for unit in UNITS[None]]
    where += [f"{pack.town}.{key}/village-clerk" for key in there]
    seat = st.builds(PostHolder, st.sampled_from(PEOPLE), st.sampled_from(where))
    sizes = st.dictionaries(
        st.sampled_from(["households", "persons"]), st.sampled_from([299, 300, 500, 501, 999, 1000])
    )
    facts = draw(st.dictionaries(st.sampled_from(sorted(there)), sizes))
    return World(pack, KnownTeams(facts, tuple(draw(st.lists(seat, max_size=8)))))
