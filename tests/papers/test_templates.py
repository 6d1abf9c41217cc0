"""Templates: what their lines mean, what becomes of what is empty, and that nothing filled in is read as a template."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rules.papers.filling import PaperFacts, filled
from shared.rules.papers.kinds import default_template, paper_kinds
from shared.rules.papers.model import Heading, Items, PageSize, Pairs, PaperTable, Paragraph, SignLines
from shared.rules.papers.template import read_template

SLIP = paper_kinds()["slip"]
TABLE = PaperTable(("名称",), (("一",),))


def test_lines_mean_what_markdown_means() -> None:
    """Headings, lists, rows, paragraphs, small print, and what papers have besides."""
    text = """@页眉 {{镇名}}
@纸张 a4-landscape
# {{town}}交办单
<!-- a note for whoever edits
this file -->
第一行
第二行

- 甲
- 乙
| 编号 | {{编号}} |
| --- | --- |
| 签字 | |
> 打印
____ 承办人 | 日期
"""
    paper = filled(read_template(text), SLIP, PaperFacts({"town": "清河镇", "number": "7"}), "zh")
    assert (paper.header, paper.size, paper.title) == ("清河镇", PageSize.LANDSCAPE, "清河镇交办单")
    heading, words, items, pairs, small, lines = paper.blocks
    assert isinstance(words, Paragraph)
    assert words.text == "第一行\n第二行"
    assert isinstance(heading, Heading)
    assert items == Items(("甲", "乙"))
    assert pairs == Pairs((("编号", "7"), ("签字", "")))
    assert isinstance(small, Paragraph)
    assert lines == SignLines(("承办人", "日期"))


def test_what_is_empty_goes_where_the_template_says_so() -> None:
    """A line with an optional name, and a heading beneath which nothing is left."""
    text = "# 单\n| 协办 | {{协办?}} |\n| 主办 | {{主办}} |\n## 要素\n{{事项要素}}\n## 完\n完"
    bare = filled(read_template(text), SLIP, PaperFacts({}), "zh").blocks
    assert [type(block) for block in bare] == [Heading, Pairs, Heading, Paragraph]
    assert bare[1] == Pairs((("主办", ""),))
    facts = PaperFacts({"assisting": "供电所"}, {"facts": (TABLE,)})
    assert TABLE in filled(read_template(text), SLIP, facts, "zh").blocks


@given(
    st.sampled_from(["{{编号}}", "# 大", "| a | b |", "@page a5", "____ x", "- y", "---", "<!--", "**z**"])
)
def test_what_is_filled_in_is_text(said: str) -> None:
    """What a person wrote is no template, wherever it stands."""
    text = "# {{标题}}\n{{反映内容}}\n\n| 内容 | {{反映内容}} |\n说：{{反映内容}}"
    paper = filled(read_template(text), SLIP, PaperFacts({"title": said, "text": said, "number": "7"}), "zh")
    assert paper.blocks == (
        Heading(1, said),
        Paragraph(said),
        Pairs((("内容", said),)),
        Paragraph(f"说：{said}"),
    )
    assert paper.size is PageSize.A4


@pytest.mark.parametrize("kind", sorted(paper_kinds()))
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_platforms_own_templates_are_sound(kind: str, language: str) -> None:
    """Each kind has one in both languages that names what there is, and uses everything that stands by itself."""
    template = read_template(default_template(kind, language))
    known = paper_kinds()[kind]
    assert list(known.faults(template, {})) == []
    used = {known.name_of(slot.name) for _, slot, _ in template.named}
    left_out = set(known.blocks) - used
    assert left_out <= {"returning", "common"}, left_out


def test_chinese_names_are_one_for_each_thing() -> None:
    """No Chinese name of a kind stands for two things."""
    for kind in paper_kinds().values():
        assert len(set(kind.names)) == len(kind.names)
