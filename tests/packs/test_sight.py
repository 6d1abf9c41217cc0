"""Whoever may take a step must be able to see a case in which it is open: what `check` can know of it."""

import shutil
from pathlib import Path

import pytest

from tests.packs.corpus import BASE, TOWN, refusal

ARCHIVE = "  archive: {name: {zh: 档, en: a}, level: town}"
HIDDEN = """hidden:
  - rule: kept
    because: P-1
    {when}
    until: {until}
    seen_by: {seen_by}

routing:
"""


def codes(folder: Path, who: str, number: int = 2, private: bool = False, **hidden: str) -> set[str]:
    """Return what is said of the base town where `note` may be taken by somebody, and rules hide its cases."""
    shutil.copytree(BASE, folder, dirs_exist_ok=True)
    for file, was, now in (
        (f"{TOWN}/pack.yaml", "town: t-base", f"town: t-base\nformat: {number}"),
        ("ladder/template.yaml", "from: category,", "from: category, combine: main,"),
        (f"{TOWN}/pack.yaml", "level: town}\n\nplaces", f"level: town}}\n{ARCHIVE}\n\nplaces"),
        (f"{TOWN}/pack.yaml", "who: [grid_worker, village-clerk]", f"who: {who}"),
        (f"{TOWN}/pack.yaml", "routing:\n", HIDDEN.format(**hidden) if hidden else "routing:\n"),
        (f"{TOWN}/pack.yaml", "asks: [urgent]}", "asks: [urgent], private: yes}" if private else "asks: [urgent]}"),
    ):  # fmt: skip
        text = (folder / file).read_text(encoding="utf-8")
        assert was in text, was
        (folder / file).write_text(text.replace(was, now, 1), encoding="utf-8")
    return {error.code for error in refusal(folder / TOWN)}


OPEN = {"when": "otherwise: yes", "until": "note", "seen_by": "[lead]"}


@pytest.mark.parametrize(
    ("who", "change", "is_blind"),
    [
        ("[archive]", {}, True),
        ("[village-clerk, archive]", {}, True),  # one of two is enough to be wrong
        ("[village-clerk]", {}, False),  # it leads
        ("[grid_worker]", {}, False),  # whoever found it sees it
        ("[archive]", {"seen_by": "[lead, archive]"}, False),
        ("[archive]", {"seen_by": "[lead, unit_staff]"}, False),
        ("[archive]", {"until": "settled"}, False),  # known by the time somebody has settled it
        ("[archive]", {"when": "when: {urgent: yes}"}, False),  # not every case is hidden
        ("[archive]", {"seen_by": "[first contact]"}, False),  # it may have taken the case first
    ],
)
def test_a_unit_is_named_that_never_sees_the_step_s_cases(
    tmp_path: Path, who: str, change: dict[str, str], is_blind: bool
) -> None:
    """Only where no case whatever can bring it before the unit: the benefit of the doubt is the pack's."""
    found = codes(tmp_path, who, **{**OPEN, **change})
    assert ("step-out-of-sight" in found) == is_blind, found


def test_private_cases_are_seen_by_their_holders(tmp_path: Path) -> None:
    """Where only some categories are private there are others that the unit sees."""
    assert "step-out-of-sight" not in codes(tmp_path, "[archive]", private=True)


def test_what_was_published_as_format_1_is_not_refused(tmp_path: Path) -> None:
    """An edition of the older number is accepted as it was."""
    assert "step-out-of-sight" not in codes(tmp_path, "[archive]", number=1, **OPEN)
