"""The ledger on a phone and at a desk, in a browser: for everybody's eyes, by keyboard, and with the network cut."""

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.console.browsers import PHONE
from tests.console.field import give_patroller
from tests.console.households import LedgerOffice
from tests.console.test_browser import LOOKS, SERIOUS, begin, opened, sign_in, tab_to
from tests.console.test_ledger import LEDGER, page_of
from tests.console.town import ConsoleTown

A_DAY_AND_MORE = 25 * 3600 * 1000  # milliseconds
LIST = {"name": "shops.csv", "mimeType": "text/csv", "buffer": "店名\n浏览面馆\n".encode()}


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened."""
    give_patroller(town)
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


@pytest.fixture(scope="module")
def office(town: ConsoleTown) -> LedgerOffice:
    """Those who keep a grid's ledger."""
    return LedgerOffice(town)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A phone with the grid worker signed in."""
    context = opened(browser, address, PHONE)
    yield context
    context.close()


@pytest.mark.parametrize(("size", "language", "scheme"), list(LOOKS.values()), ids=list(LOOKS))
def test_no_serious_finding_of_axe(
    browser: Browser,
    address: str,
    office: LedgerOffice,
    size: tuple[int, int],
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """Lists, a card on which sources differ, every form opened, an opened fact, a list tried out."""
    key = office.enter("household", head=f"Axe {size} {language}", members=2)
    office.state(key, source="the police", members=4)
    page = opened(browser, address, size, language).new_page()
    page.emulate_media(color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    sign_in(page, "patroller")
    paths = (LEDGER, f"{LEDGER}?type=household", f"{LEDGER}?stale=yes", page_of(key), f"{LEDGER}/new",
             f"{LEDGER}/new/household", f"{LEDGER}/paper?place=drum-1", f"{LEDGER}/import")  # fmt: skip
    for path in paths:
        page.goto(path)
        for summary in page.query_selector_all("main details:not([open]) > summary"):
            summary.click()
        _without_findings(page)
    page.goto(page_of(key))
    page.click(".open-fact summary")
    page.fill("[name=purpose]", "flood warning")
    page.click(".open-fact button")
    page.wait_for_selector(".opened")
    _without_findings(page)
    page.goto(f"{LEDGER}/import")
    page.select_option("#type", "shop")
    page.set_input_files("#list", LIST)
    page.click("button[value=no]")
    page.wait_for_selector("#outcome")
    _without_findings(page)
    assert said == []
    page.context.close()


def _without_findings(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in SERIOUS] == [], (
        page.url
    )


def test_a_list_keeps_its_file_from_the_trial_to_the_end(
    browser: Browser, address: str, office: LedgerOffice
) -> None:
    """With a script nothing is chosen twice: tried out, its column said, brought in, all on one page."""
    page = opened(browser, address, (1280, 800)).new_page()
    sign_in(page, "patroller")
    page.wait_for_url("**/day")
    page.goto(f"{LEDGER}/import")
    page.select_option("#type", "shop")
    page.fill("#source", "a register")
    page.set_input_files("#list", LIST)
    page.click("button[value=no]")
    page.wait_for_selector("#outcome")
    page.select_option("[name='means.店名']", "name")
    page.click("button[value=yes]")
    page.wait_for_selector("#columns", state="detached")
    assert "Brought in" in page.inner_text("#outcome")
    page.goto(f"{LEDGER}?type=shop&text=浏览")
    assert "浏览面馆" in page.inner_text(".list")
    page.context.close()


def test_a_change_by_keyboard_alone(browser: Browser, address: str, office: LedgerOffice) -> None:
    """The card's change is reached, opened, filled in and sent without a mouse."""
    key = office.enter("household", head="By Keyboard", members=2)
    page = opened(browser, address, (1280, 800)).new_page()
    sign_in(page, "patroller")
    page.wait_for_url("**/day")
    page.goto(page_of(key))
    tab_to(page, "#state > summary")
    page.keyboard.press("Enter")
    tab_to(page, "[name='fact.members']")
    page.keyboard.type("6")
    tab_to(page, "#state-source")
    page.keyboard.type("a visit")
    tab_to(page, "#state button")
    page.keyboard.press("Enter")
    page.wait_for_selector(".note.said")
    assert office.entry(key)["facts"]["members"]["value"] == 6
    page.context.close()


def test_a_visit_with_the_network_cut(phone: BrowserContext, town: ConsoleTown, office: LedgerOffice) -> None:
    """The card that was opened is read, a change and a new household wait, and each is sent once; no name is shown."""
    key = office.enter("household", head="Cut Off", members=2)
    page = begin(phone)
    for path in (page_of(key), f"{LEDGER}/new/household"):
        page.goto(path)
    phone.set_offline(True)
    page.goto(page_of(key))
    assert page.is_visible(".js-kept-note")
    page.click("#state > summary")
    page.fill("#state [name='fact.members']", "5")
    page.fill("#state-source", "visit")
    page.click("#state button")
    page.wait_for_url("**/waiting")
    page.goto(f"{LEDGER}/new/household")
    page.fill("[name='fact.head']", "Named Offline")
    page.fill("[name='fact.members']", "3")
    page.fill("#source", "a visit")
    page.click(".send button")
    page.wait_for_selector(".waiting-list li:nth-child(2)")
    assert "Named Offline" not in page.inner_text(".waiting-list")
    phone.set_offline(False)
    page.wait_for_selector(".waiting-list li.sent:nth-child(2)", timeout=30_000)
    town.time.wait_quiet()
    assert [each["facts"] for each in office.statements(key)][1:] == [{"members": 5}]
    assert office.entry(key)["facts"]["members"]["differs"] is False


def test_nothing_of_residents_stays_on_a_phone_for_more_than_a_day(
    phone: BrowserContext, office: LedgerOffice
) -> None:
    """A day later the card is gone from the phone, and what waited unsent is emptied: only what it was is left."""
    key = office.enter("household", head="A Day Old", members=2)
    page = begin(phone)
    for path in (page_of(key), f"{LEDGER}/new/household"):
        page.goto(path)
    phone.set_offline(True)
    page.goto(f"{LEDGER}/new/household")
    page.fill("[name='fact.head']", "Never Sent")
    page.fill("[name='fact.members']", "3")
    page.fill("#source", "a visit")
    page.click(".send button")
    page.wait_for_selector(".waiting-list li.waiting")
    page.evaluate(
        """ago => Kept.all().then(all => Promise.all(all.map(entry => {
             entry.at -= ago; return Kept.put(entry);
           }))).then(() => caches.open('gridcase-pages')).then(pages => pages.keys().then(keys => Promise.all(
             keys.map(key => pages.match(key).then(found => found.text().then(text => {
               const headers = new Headers(found.headers);
               headers.set('date', new Date(Date.now() - ago).toUTCString());
               return pages.put(key, new Response(text, {headers}));
             }))))))""",
        A_DAY_AND_MORE,
    )
    page.goto("/waiting")
    page.wait_for_selector(".waiting-list li.over")
    kept = page.evaluate("Kept.all().then(all => JSON.stringify(all))")
    assert "Never Sent" not in kept
    assert page.evaluate("path => caches.match(path).then(found => !found)", page_of(key))
