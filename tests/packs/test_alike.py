"""Packs that are alike share what is equal, and each says what it said alone."""

from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest

from shared.rules.pack.alike import PackKind, PackKinds, alike
from shared.rules.pack.build.files import load_files
from shared.rules.pack.model import Pack
from shared.rules.pack.read import build_published

RULES = Path(__file__).parents[2] / "rules"
TOWNS = sorted(folder.parent.name for folder in RULES.glob("*/pack.yaml"))


def built(town: str, name: str | None = None, *changes: tuple[str, str]) -> Pack:
    """A town's pack, under another name if one is given, its own files changed."""
    name = name or town
    files = {
        file.replace(town, name): text.replace(town, name) for file, text in load_files(RULES / town).items()
    }
    for old, new in changes:
        assert old in files[f"{name}/pack.yaml"]
        files[f"{name}/pack.yaml"] = files[f"{name}/pack.yaml"].replace(old, new)
    return build_published(files, name)


@pytest.mark.parametrize("town", TOWNS)
def test_the_same_files_give_the_same_object(town: str) -> None:
    """Nothing of a pack is left out of comparison: read twice, it is found to be the first in every part."""
    first = built(town)
    assert PackKind(first).joined(built(town)) is first


@pytest.mark.parametrize("town", TOWNS)
def test_a_neighbour_with_the_same_rules_takes_a_quarter_of_the_room(town: str) -> None:
    """Sharing changes nothing of what a pack says."""
    kind, other = PackKind(built(town)), built(town, "t-elsewhere")
    joined = kind.joined(other)
    assert PackKind(other).joined(joined) is other  # equal in class, value and order
    assert joined == other
    assert kind.own_bytes(joined) * 4 < kind.own_bytes(kind.first)


def test_rules_are_compared_by_name() -> None:
    """A town that leaves a rule of the template out shares the others, and their order is its own."""
    first = built("t-vtc")
    fewer = replace(first, town="t-fewer", tell=built("t-vtc").tell[1:])
    assert all(map(is_same, PackKind(first).joined(fewer).tell, first.tell[1:]))
    turned = replace(fewer, tell=built("t-vtc").tell[::-1])
    assert PackKind(first).joined(turned).tell == turned.tell


def is_same(one: object, other: object) -> bool:
    """Whether two are one object."""
    return one is other


@pytest.mark.parametrize(
    ("new", "known"),
    [
        (Decimal(2), Decimal("2.0")),
        (1, True), (1.0, 1), (0.0, -0.0), ((1, "a"), (True, "a")), ({"a": 1}, {"a": True}),
        (frozenset({1}), frozenset({True})), (frozenset({0.0}), frozenset({-0.0})), ((0.0,), (-0.0,)),
        ({"a": "x", "b": "y"}, {"b": "y", "a": "x"}), (("a",), ("a", "b")), (("a", "b"), ("a",)), ((), ("a",)),
    ],
)  # fmt: skip
def test_what_only_counts_as_equal_is_not_taken_for_the_same(new: object, known: object) -> None:
    """Class, sign, length and order are kept: an edition never comes to say something else."""
    assert repr(alike(new, known)) == repr(new)
    assert repr(alike(("x", new), ("x", known))) == repr(("x", new))


def test_kinds_are_known_by_their_templates_or_rules() -> None:
    """Towns on one template are of a kind whatever they add; towns without any by the rules that they have."""
    kinds = PackKinds()
    named = {town: (built(town), load_files(RULES / town)) for town in ("t-vtc", "t-cgz", "t-zj", "t-two")}
    found = {town: kinds.of(*pair) for town, pair in named.items()}
    assert found["t-vtc"] is found["t-cgz"]
    assert found["t-zj"] is kinds.of(built("t-zj", "t-zj-too"), {"t-zj-too/pack.yaml": ""})
    assert len({id(kind) for kind in found.values()}) == 3


def test_kinds_are_bounded_in_number() -> None:
    """The one met first goes first, and those who have joined it still have it."""
    kinds = PackKinds(most=2)
    first, second, third = (kinds.of(built(town), {}) for town in TOWNS[:3])
    assert kinds.of(built(TOWNS[0]), {}) is not first
    assert kinds.of(built(TOWNS[2]), {}) is third
    assert second.joined(built(TOWNS[1])) is second.first


def test_all_that_a_pack_is_made_of_is_weighed() -> None:
    """Each section adds to the room that a pack takes."""
    pack = built("t-vtc")
    whole, weightless = (
        PackKind(pack).own_bytes(pack),
        {"acceptance", "acceptance_after_handover", "duplicates", "format"},
    )
    for each in fields(Pack):
        if getattr(pack, each.name) and each.name not in weightless:
            assert PackKind(replace(pack, **{each.name: None})).parts[0] is not pack
            emptied = replace(pack, **{each.name: None})
            assert PackKind(emptied).own_bytes(emptied) < whole, each.name
