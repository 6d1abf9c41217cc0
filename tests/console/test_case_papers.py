"""Papers of a case: the slip and the dossier, as page and as files; for those who see the case, and no more of it."""

from io import BytesIO

import pypdfium2
import pytest
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from shared.rules.papers.kinds import paper_kinds
from tests.console.town import TOWN, ConsoleTown

BASE = f"/towns/{TOWN}"


@pytest.fixture(scope="module")
def case(town: ConsoleTown) -> dict[str, str]:
    """A case with a photograph, and words that would be something else in other files."""
    found = town.report("noise", "=HYPERLINK(1)\n<b>钻孔</b> a drill at night", "drum-community")
    out = BytesIO()
    Image.new("RGB", (800, 600), "green").save(out, "JPEG")
    browser, path = town.signed_in("leader"), f"{BASE}/cases/{found['case']}"
    sent = browser.post(f"{path}/files", {"photographs": (BytesIO(out.getvalue()), "现场.jpg")}, seen_at=path)
    assert sent.status_code == 303
    return dict(found)


def printed(data: bytes) -> str:
    """What stands on the pages of a PDF."""
    read = pypdfium2.PdfDocument(data)
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in read)


def test_the_dossier_says_what_the_case_says(town: ConsoleTown, case: dict[str, str]) -> None:
    """Story, facts, decisions, who held it, limits with their reckoning, history with its head, pictures."""
    browser = town.signed_in("leader")
    page = browser.get(f"{BASE}/cases/{case['case']}/dossier")
    assert page.status_code == 200
    assert "&lt;b&gt;钻孔&lt;/b&gt;" in page.text
    for word in (case["number"], "Drum community", "Head of the chain", f"/cases/{case['case']}/files/"):
        assert word in page.text
    answer = browser.get(f"{BASE}/cases/{case['case']}/dossier?as=pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    shown = printed(answer.data)
    for word in (case["number"], "adrillatnight", "Limits", "Whathappened", "Headofthechain", "现场.jpg"):
        assert word in shown


def test_the_dossier_goes_into_word_and_a_workbook(town: ConsoleTown, case: dict[str, str]) -> None:
    """With its picture; what a resident wrote computes nothing there."""
    browser = town.signed_in("leader")
    written = Document(BytesIO(browser.get(f"{BASE}/cases/{case['case']}/dossier?as=docx").data))
    assert len(written.inline_shapes) == 2  # the code and the photograph
    assert any("HYPERLINK" in paragraph.text for paragraph in written.paragraphs)
    sheet = load_workbook(BytesIO(browser.get(f"{BASE}/cases/{case['case']}/dossier?as=xlsx").data)).active
    assert sheet is not None
    said = [cell for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert said
    assert {cell.data_type for cell in said} == {"s"}


def test_whoever_does_not_see_the_case_gets_no_paper_of_it(town: ConsoleTown, case: dict[str, str]) -> None:
    """Neither page nor file; whoever sees it without its proof gets the dossier without."""
    for kind in ("slip", "dossier"):
        for as_ in ("", "?as=pdf"):
            answer = town.signed_in("neighbour").get(f"{BASE}/cases/{case['case']}/{kind}{as_}")
            assert answer.status_code in (403, 404)


def test_every_name_of_a_case_paper_is_filled_in(town: ConsoleTown, case: dict[str, str]) -> None:
    """What a template may name is said, and nothing is said that no template may name."""
    from services.console.api import case_papers

    said: dict[str, tuple[set[str], set[str]]] = {}
    desk_answer = case_papers.PaperDesk.answer

    def watched(self, client, where, paper, facts):  # type: ignore[no-untyped-def]
        made = facts(True)
        said[paper.kind] = set(made.texts), set(made.blocks)
        return desk_answer(self, client, where, paper, facts)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(case_papers.PaperDesk, "answer", watched)
        for kind in ("slip", "dossier"):
            assert town.signed_in("leader").get(f"{BASE}/cases/{case['case']}/{kind}").status_code == 200
    for kind, (texts, blocks) in said.items():
        known = paper_kinds()[kind]
        assert (texts, blocks) == (set(known.texts), set(known.blocks))
