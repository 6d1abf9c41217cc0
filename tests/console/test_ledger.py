"""The ledger's pages: who is shown what, entering once, what differs side by side, opening for a purpose, lists."""

import re
from io import BytesIO
from urllib.parse import urlencode

import pytest
from docx import Document

from services.console.domain.duty_sheets import FormSheet, forms_about
from tests.console.field import GRID, give_account, give_patroller
from tests.console.households import LedgerOffice
from tests.console.test_people import main_of
from tests.console.town import TOWN, ConsoleTown, Visitor

LEDGER = f"/towns/{TOWN}/ledger"
TOLD = {"date": "2026-11-02", "source": "a visit"}


@pytest.fixture(scope="module")
def office(town: ConsoleTown) -> LedgerOffice:
    """Those who keep a grid's ledger."""
    return LedgerOffice(town)


@pytest.fixture(scope="module")
def worker(town: ConsoleTown) -> Visitor:
    """Who holds the grid, at a browser."""
    return town.signed_in(give_patroller(town))


@pytest.fixture(scope="module")
def head(town: ConsoleTown) -> Visitor:
    """The head of the point in the same grid."""
    return town.signed_in(give_account(town, "point-head", "unit_staff", f"{GRID}/point-head"))


@pytest.fixture(scope="module")
def other(town: ConsoleTown) -> Visitor:
    """Who holds another grid."""
    return town.signed_in(
        give_account(town, "next-door", "grid_worker", f"{TOWN}.drum-2/grid-responsible-person")
    )


def page_of(key: str) -> str:
    """Where an entry is shown."""
    return f"{LEDGER}/entries/{key}"


@pytest.mark.proves("P001-06F.6", "P001-06F.2")
def test_an_entry_is_shown_to_its_readers_alone(
    town: ConsoleTown, office: LedgerOffice, worker: Visitor, other: Visitor
) -> None:
    """Whoever holds the grid reads it, lists and page alike; next door and at another desk it is not there."""
    key = office.enter("shop", name="The noodles of drum one")
    assert "The noodles of drum one" in worker.get(f"{LEDGER}?type=shop").text
    assert "The noodles of drum one" in worker.get(page_of(key)).text
    for visitor in (other, town.signed_in("gas"), town.signed_in("watcher")):
        assert "The noodles of drum one" not in visitor.get(f"{LEDGER}?type=shop").text
        assert visitor.get(page_of(key)).status_code == 404
    assert town.signed_in("resident").get(LEDGER).status_code == 403


def test_whom_a_record_is_about_is_chosen_from_what_the_reader_reads(
    office: LedgerOffice, worker: Visitor, other: Visitor
) -> None:
    """Each leads back to the form that asked, with its reference; nobody else's are there, and no other address."""
    key = office.enter("shop", name="Picked From The Ledger")
    page = f"/towns/{TOWN}/subjects?kind=premises&form=forms/visit-record"
    shown = main_of(worker.get(f"{page}&text=Picked").text)
    assert f'href="/towns/{TOWN}/forms/visit-record?subject={key}"' in shown
    assert key not in other.get(page).text
    for strange in ("//elsewhere.example", "ledger/openings", "forms/a?x=//b", ""):
        query = urlencode({"kind": "household", "form": strange})
        assert worker.get(f"/towns/{TOWN}/subjects?{query}").status_code == 404


@pytest.mark.parametrize(
    ("kind", "offered"),
    [("household", ["visit"]), ("house", ["inspection"]), ("organisation", ["inspection"]), ("event", [])],
)
def test_a_card_offers_the_forms_that_its_reader_fills_in_about_it(kind: str, offered: list[str]) -> None:
    """By what a form is about; never one that is another's to fill in."""
    forms = [
        FormSheet("visit", "visit", "household", yours=True),
        FormSheet("check", "check", "household"),
        FormSheet("inspection", "inspection", "premises", yours=True),
        FormSheet("log", "log", "grid", yours=True),
    ]
    assert [form.key for form in forms_about(forms, kind)] == offered


def test_filters_are_links_and_narrow(office: LedgerOffice, worker: Visitor) -> None:
    """By type and by group; what a filter leaves out is not on its page, and each is an address of its own."""
    alone = office.enter("household", head="Filter Alone", members=1, group="elderly_alone")
    tenants = office.enter("household", head="Filter Tenants", members=4, group="tenants")
    page = worker.get(f"{LEDGER}?type=household").text
    (link,) = re.findall(r'href="(\?[^"]*group%3Aelderly_alone[^"]*)"', page)
    narrowed = main_of(worker.get(LEDGER + link.replace("&amp;", "&")).text)
    assert alone in narrowed
    assert tenants not in narrowed


@pytest.mark.proves("P003.19")
def test_the_second_who_enters_is_shown_the_first(
    office: LedgerOffice, worker: Visitor, head: Visitor
) -> None:
    """It is not entered twice: the second is led to what is there, told what was new of it."""
    form = {"place": "drum-1", "fact.head": "Twice Entered", "fact.members": "3", **TOLD}
    first = worker.post(f"{LEDGER}/new/household", form, seen_at=f"{LEDGER}/new/household")
    assert first.status_code == 303, first.text
    more = {**form, "fact.group": "tenants", "source": "the police"}
    second = head.post(f"{LEDGER}/new/household", more, seen_at=f"{LEDGER}/new/household")
    assert second.headers["Location"] == first.headers["Location"]
    shown = main_of(head.get(second.headers["Location"]).text)
    assert "It was there already" in shown
    assert "kind of household" in shown
    key = first.headers["Location"].rpartition("/")[2]
    assert office.entry(key)["facts"]["group"]["value"] == "tenants"


def test_a_form_that_is_sent_twice_states_once(office: LedgerOffice, worker: Visitor) -> None:
    """Its key goes with it, so that an answer that was lost does nothing twice."""
    key = office.enter("household", head="Sent Twice", members=2)
    form = {"fact.members": "5", "key": "phone-form-1", **TOLD}
    for _ in range(2):
        answer = worker.post(f"{page_of(key)}/statements", form, seen_at=page_of(key))
        assert answer.headers["Location"] == page_of(key)
    assert [each["facts"] for each in office.statements(key)][1:] == [{"members": 5}]


def test_only_what_was_filled_in_is_stated(office: LedgerOffice, worker: Visitor) -> None:
    """Nobody states by opening a form: what was left empty is not said again under another source."""
    key = office.enter("household", head="Half Filled", members=2, group="other")
    form = {"fact.head": "", "fact.members": "3", "fact.group": "", **TOLD}
    assert worker.post(f"{page_of(key)}/statements", form, seen_at=page_of(key)).status_code == 303
    assert office.statements(key)[-1]["facts"] == {"members": 3}
    assert office.statements(key)[-1]["sealed"] == []


def test_what_sources_say_stands_side_by_side_until_one_is_said_to_hold(
    office: LedgerOffice, worker: Visitor
) -> None:
    """Both words with source and day; settling keeps one on top and the other in the history."""
    key = office.enter("household", head="Side By Side", members=2)
    office.state(key, source="the police", members=4)
    shown = main_of(worker.get(page_of(key)).text)
    assert shown.count('type="radio" name="holds.members"') == 2
    assert "the police" in shown
    assert key in worker.get(f"{LEDGER}?differs=yes").text
    form = {"holds.members": "1", **TOLD, "date": "2026-11-10"}
    assert worker.post(f"{page_of(key)}/confirmations", form, seen_at=page_of(key)).status_code == 303
    settled = office.entry(key)["facts"]["members"]
    assert (settled["value"], settled["differs"]) == (2, False)
    assert "the police" in main_of(worker.get(page_of(key)).text)
    assert key not in worker.get(f"{LEDGER}?differs=yes").text


@pytest.mark.proves("P001-08.5")
def test_a_named_change_happens_to_an_entry(office: LedgerOffice, worker: Visitor) -> None:
    """What the pack calls 'moved out' ends the household, and its page says so and takes nothing further."""
    key = office.enter("household", head="Moved Out", members=2)
    assert "moved out" in main_of(worker.get(page_of(key)).text)
    form = {"change": "moved-out", **TOLD}
    assert worker.post(f"{page_of(key)}/changes", form, seen_at=page_of(key)).status_code == 303
    shown = main_of(worker.get(page_of(key)).text)
    assert "It ended on" in shown
    assert "/changes" not in shown
    assert key in worker.get(f"{LEDGER}?ended=yes").text


def test_what_is_refused_stands_beside_what_was_typed(office: LedgerOffice, worker: Visitor) -> None:
    """A day to come is refused by the ledger with its words; the form keeps what was typed and is open."""
    key = office.enter("household", head="Refused", members=2)
    form = {"fact.members": "9", "date": "2999-01-01", "source": "an odd source"}
    answer = worker.post(f"{page_of(key)}/statements", form, seen_at=page_of(key))
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert 'value="an odd source"' in answer.text
    assert 'id="state" open' in answer.text
    assert (
        worker.post(f"{LEDGER}/new/household", {"place": "drum-1", **TOLD}, seen_at=page_of(key)).status_code
        == 422
    )


def test_what_is_sealed_is_opened_for_a_purpose_and_on_record(
    town: ConsoleTown, office: LedgerOffice, worker: Visitor
) -> None:
    """No page shows it but the one that it was opened for; nobody keeps that; the operator reads who, and what for."""
    key = office.enter("household", head="Sealed Name", members=2)
    assert "Sealed Name" not in worker.get(page_of(key)).text
    assert "Sealed Name" not in worker.get(f"{LEDGER}?text=Sealed").text
    path = f"{page_of(key)}/facts/head"
    without = worker.post(path, {"purpose": " "}, seen_at=page_of(key))
    assert (without.status_code, "Sealed Name" in without.text) == (400, False)
    opened = worker.post(path, {"purpose": "flood warning"}, seen_at=page_of(key))
    assert "Sealed Name" in opened.text
    assert opened.headers["Cache-Control"] == "no-store"
    assert "X-Gridcase-Keep" not in opened.headers
    assert "Sealed Name" not in worker.get(page_of(key)).text
    listed = main_of(town.signed_in("keeper").get(f"{LEDGER}/openings").text)
    assert "flood warning" in listed
    assert "patroller-1" in listed
    assert worker.get(f"{LEDGER}/openings").status_code == 403


def test_a_phone_keeps_cards_and_forms_and_no_list(
    office: LedgerOffice, worker: Visitor, head: Visitor
) -> None:
    """A card that a grid worker opened, and forms, which say nothing of anybody; no list and no paper."""
    key = office.enter("household", head="Kept Card", members=2)
    kept = {path: "X-Gridcase-Keep" in worker.get(path).headers for path in (
        page_of(key), f"{LEDGER}/new", f"{LEDGER}/new/household", LEDGER, f"{LEDGER}/paper", f"{LEDGER}/import",
    )}  # fmt: skip
    assert list(kept.values()) == [True, True, True, False, False, False]
    assert "X-Gridcase-Keep" not in head.get(page_of(key)).headers


def test_a_list_is_tried_out_mapped_and_brought_in(office: LedgerOffice, worker: Visitor) -> None:
    """Tried out it changes nothing and says which column it does not understand; mapped, it is brought in, once."""
    text = "店名,位置,备注\n导入面馆,drum-1,x\n导入粮店,nowhere,x\n"
    form = {"type": "shop", "source": "a register", "date": "2026-11-01"}

    def sent(**more: str) -> str:
        table = (BytesIO(text.encode()), "shops.csv")
        answer = worker.post(f"{LEDGER}/import", {**form, **more, "list": table}, seen_at=f"{LEDGER}/import")
        assert answer.status_code == 200, answer.text
        return main_of(answer.text)

    tried = sent(keep="no")
    assert tried.count("Not understood") == 3
    meaning = {"means.店名": "name", "means.位置": "place", "means.备注": "-"}
    mapped = sent(keep="no", **meaning)
    assert "导入面馆" in mapped
    assert "Bring it in (1)" in mapped
    assert "nowhere" in mapped  # the line that was refused, and why
    assert "导入面馆" not in main_of(worker.get(f"{LEDGER}?type=shop&text=导入").text)
    assert "Brought in" in sent(keep="yes", **meaning)
    assert "导入面馆" in main_of(worker.get(f"{LEDGER}?type=shop&text=导入").text)
    assert "Bring it in (0)" in sent(keep="no", **meaning)


def test_without_a_list_nothing_is_tried(worker: Visitor) -> None:
    """The page says so, and keeps what was chosen."""
    answer = worker.post(f"{LEDGER}/import", {"type": "shop"}, seen_at=f"{LEDGER}/import")
    assert answer.status_code == 422
    assert "No file was chosen" in answer.text


@pytest.mark.proves("P001-06F.3")
def test_the_paper_shows_what_is_open_and_the_workbook_too(
    office: LedgerOffice, worker: Visitor, other: Visitor
) -> None:
    """The grid's households and shops, without what is sealed; of another grid nothing."""
    office.enter("household", head="Paper Head", members=7)
    office.enter("shop", name="Paper Shop")
    paper = main_of(worker.get(f"{LEDGER}/paper?place=drum-1").text)
    assert "Paper Shop" in paper
    assert "Paper Head" not in paper
    assert "never read back" in paper
    read = Document(BytesIO(worker.get(f"{LEDGER}/paper?place=drum-1&as=docx").data))
    said = "".join(cell.text for table in read.tables for row in table.rows for cell in row.cells)
    assert "Paper Shop" in said
    assert "Paper Head" not in said
    assert "Paper Shop" not in other.get(f"{LEDGER}/paper?place=drum-1").text
    book = worker.get(f"{LEDGER}/export?type=shop")
    assert book.status_code == 200
    assert book.data.startswith(b"PK")


def test_a_town_without_a_ledger_says_so(town: ConsoleTown) -> None:
    """Its staff are told what to do, and not that a page is missing."""
    page = town.signed_in("neighbour").get("/towns/t-com/ledger")
    assert page.status_code == 200
