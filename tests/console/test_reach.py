"""By keyboard alone and for a screen reader: what is done in the field and at the desk, on pages as they stand."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.console.browsers import DESK, PHONE
from tests.console.field import give_leader, give_patroller
from tests.console.test_browser import SERIOUS, opened, sign_in
from tests.console.test_pages import BASE
from tests.console.test_roles_browser import reported
from tests.console.town import ConsoleTown


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened."""
    give_patroller(town)
    give_leader(town)
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


def test_following_by_keyboard_alone(browser: Browser, address: str) -> None:
    """Number, code, button, in this order; then the case."""
    page = opened(browser, address, DESK).new_page()
    number, _ = reported(page, "keys: a drill")
    code = page.inner_text(".big.code")
    other = opened(browser, address, DESK).new_page()
    other.goto(f"{BASE}/follow")
    other.focus("#number")
    other.keyboard.type(number)
    other.keyboard.press("Tab")
    other.keyboard.type(code)
    other.keyboard.press("Tab")
    other.keyboard.press("Enter")
    other.wait_for_url("**/cases/**")
    assert "keys: a drill" in other.inner_text("main")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_no_serious_finding_of_axe_in_the_field(
    browser: Browser, address: str, town: ConsoleTown, size: tuple[int, int], language: str
) -> None:
    """The day, found and settled, what waits, what follows a report: light and dark, nothing too wide."""
    town.report("small-repair", "a lid is loose", "drum-1")
    resident = opened(browser, address, size, language)
    page = resident.new_page()
    reported(page, "axe: a drill")
    town.time.wait_quiet()
    page.reload()
    case = f"{BASE}/cases/{page.url.rpartition('/')[2]}"
    _judge(page)
    for path in (f"{BASE}/follow", f"{BASE}/follow/2026-000001", case):
        page.goto(path)
        _judge(page)
    worker = opened(browser, address, size, language)
    page = worker.new_page()
    sign_in(page, "patroller")
    page.wait_for_url("**/day")
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    _judge(page)
    page.goto(f"{BASE}/report/small-repair")
    page.click(".spot summary")
    _judge(page)
    worker.set_offline(True)
    page.fill("#text", "a lid is loose")
    page.check("input[name=channel][value=patrol]")
    page.click(".send button")
    page.wait_for_url("**/waiting")
    page.wait_for_selector(".waiting-list li")
    _judge(page)
    worker.close()
    resident.close()


def _judge(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        found = Axe().run(page)
        serious = [
            (each["id"], [node["target"] for node in each["nodes"]])
            for each in found.response["violations"]
            if each["impact"] in SERIOUS
        ]
        assert not serious, (page.url, scheme, serious)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
        f"{page.url} is too wide"
    )
