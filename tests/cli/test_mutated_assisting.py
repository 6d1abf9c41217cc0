"""Whom a rule asks to assist is altered, but where they assist unasked: nobody could feel that."""

from dataclasses import replace

from gridcase.mutation.guards import assists_anyway
from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from tests.packs.corpus import BASE, OTHER

OTHERS = "other departments of category"


def test_the_other_departments_assist_unasked_where_each_category_has_one() -> None:
    """RC-17 leaves none of several categories out, from format 2 on; of one category with several the rule must ask."""
    pack = replace(build_pack(load_files(BASE / OTHER), OTHER), format=2)
    key, category = next(iter(pack.categories.items()))
    single = {name: replace(each, departments=each.departments[:1]) for name, each in pack.categories.items()}
    several = {**single, key: replace(category, departments=("a", "b"))}
    assert assists_anyway(replace(pack, categories=single), OTHERS)
    assert not assists_anyway(replace(pack, categories=single, format=1), OTHERS)
    assert not assists_anyway(replace(pack, categories=several), OTHERS)
    assert not assists_anyway(replace(pack, categories=single), "a-unit")
