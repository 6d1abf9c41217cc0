"""What people may write into a template is described where they look for it."""

from pathlib import Path

import pytest

from shared.rules.papers.kinds import paper_kinds

PAGE = Path(__file__).parents[2] / "docs" / "pack-format.md"


@pytest.mark.parametrize("kind", sorted(paper_kinds()))
def test_every_name_of_a_kind_is_in_the_format(kind: str) -> None:
    """In both languages, in the row of its kind."""
    text = PAGE.read_text(encoding="utf-8").split("\n## Papers\n")[1].split("\n## ")[0]
    (row,) = (
        line for line in text.splitlines() if line.startswith("|") and f"`{kind}`" in line.split("|")[1]
    )
    known = paper_kinds()[kind]
    for key, name in {**known.texts, **known.blocks, **known.keyed}.items():
        assert f"`{name.zh}` (`{key}`)" in row
