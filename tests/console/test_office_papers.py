"""Signs, contact cards, handbook forms and the paper ledger as files; each name of a template is filled in."""

import re
from io import BytesIO
from typing import Any

import pypdfium2
import pytest
from docx import Document

from services.console.api.papers import PaperAsked, PaperDesk
from shared.rules.papers.filling import PaperFacts
from shared.rules.papers.kinds import paper_kinds
from tests.console.town import TOWN, ConsoleTown

BASE = f"/towns/{TOWN}"
PATHS = {
    "sign": f"{BASE}/grids/drum-1/sheets/sign",
    "card": f"{BASE}/grids/drum-1/sheets/card",
    "plan": f"{BASE}/grids/drum-community/sheets/plan",
    "form": f"{BASE}/forms/patrol/paper",
    "ledger": f"{BASE}/ledger/paper?place=drum-1",
}


def with_format(path: str, as_: str) -> str:
    """The address of a paper as a file."""
    return f"{path}{'&' if '?' in path else '?'}as={as_}"


@pytest.mark.parametrize("paper", PATHS)
def test_each_is_taken_away_in_every_format(town: ConsoleTown, paper: str) -> None:
    """Its page leads to three files, and each opens with what it is about."""
    browser = town.signed_in("office", "zh")
    page = browser.get(PATHS[paper])
    assert page.status_code == 200
    links = re.findall(r'href="([^"]*as=(?:pdf|docx|xlsx))"', page.text)
    assert len(links) == 3
    files = {as_: browser.get(with_format(PATHS[paper], as_)) for as_ in ("pdf", "docx", "xlsx")}
    assert {answer.status_code for answer in files.values()} == {200}
    shown = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(files["pdf"].data))
    title = "".join(Document(BytesIO(files["docx"].data)).paragraphs[0].text.split())
    assert title
    assert title in "".join(shown.split())


def test_the_plan_is_a_picture_in_word(town: ConsoleTown) -> None:
    """Outlines with their names; a format without SVG shows them as well."""
    answer = town.signed_in("office", "zh").get(with_format(PATHS["plan"], "docx"))
    assert len(Document(BytesIO(answer.data)).inline_shapes) >= 1


@pytest.mark.parametrize(
    ("paper", "kind"), [("card", "sheet"), ("plan", "sheet"), ("form", "form"), ("ledger", "ledger")]
)
def test_every_name_is_filled_in(
    town: ConsoleTown, paper: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a template may name is said, and nothing is said that no template may name."""
    said: list[PaperFacts] = []
    answer = PaperDesk.answer

    def watched(self: PaperDesk, client: Any, where: str, asked: PaperAsked, facts: Any, *more: Any) -> Any:
        assert asked.kind == kind
        said.append(facts(True))
        return answer(self, client, where, asked, facts, *more)

    monkeypatch.setattr(PaperDesk, "answer", watched)
    town.signed_in("office").get(with_format(PATHS[paper], "docx"))
    (facts,) = said
    known = paper_kinds()[kind]
    assert (set(facts.texts), set(facts.blocks)) == (set(known.texts), set(known.blocks))
