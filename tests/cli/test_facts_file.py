"""What `gridcase decide` is told of a case, and what every case has without being told."""

from collections.abc import Callable

import pytest

from gridcase.cli.facts_file import read_situation
from shared.rules.pack.model import Fact, Pack
from shared.rules.pack.read import build_pack, read_pack
from tests.e2e.format_examples import TOWN, examples
from tests.packs.corpus import BASE, OTHER


def counting_cases() -> Pack:
    """The format's town that counts earlier cases."""
    found = [files for files in examples().values() if "earlier cases" in files[f"{TOWN}/pack.yaml"]]
    return build_pack(found[0], TOWN)


@pytest.mark.parametrize(
    ("finder", "is_told"),
    [
        ("", True),
        ("发现人: 反映人\n", True),
        ("发现人: 网格员\n", False),
        ("finder_role: unit_staff\n", False),
    ],
)
def test_a_member_of_the_public_is_there_to_be_told(finder: str, is_told: bool) -> None:
    """Whom nothing makes a find of the office's is reported by somebody, whom the town's notices reach."""
    pack = counting_milestones()
    category = next(iter(pack.categories))
    assert (read_situation(pack, f"category: {category}\n{finder}".encode()).reporter is not None) is is_told


def counting_milestones() -> Pack:
    """A town that counts what has happened to a case."""
    return read_pack(BASE / OTHER)


@pytest.mark.parametrize(
    ("pack", "counts", "first"),
    [
        (counting_cases(), lambda fact: fact.earlier is not None, 1),
        (counting_milestones(), lambda fact: fact.counts is not None, 0),
    ],
)
def test_what_is_counted_of_every_case_is_known_of_this_one(
    pack: Pack, counts: Callable[[Fact], bool], first: int
) -> None:
    """As in the services: a case is the first of its kind, and nothing has happened to it, until more is said."""
    counted = [name for name, fact in pack.facts.items() if counts(fact)]
    category = next(iter(pack.categories))
    situation = read_situation(pack, f"category: {category}\n".encode())
    assert {name: situation.facts[name] for name in counted} == dict.fromkeys(counted, first)
    said = read_situation(pack, f"category: {category}\nfacts: {{{counted[0]}: 2}}\n".encode())
    assert said.facts[counted[0]] == 2
