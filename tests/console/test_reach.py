"""By keyboard alone and for a screen reader: what is done in the field and at the desk, on pages as they stand."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.console.browsers import DESK, PHONE
from tests.console.field import give_leader, give_patroller
from tests.console.test_browser import SERIOUS, opened, sign_in, tab_to
from tests.console.test_pages import BASE
from tests.console.test_roles_browser import reported
from tests.console.town import PASSWORD, ConsoleTown


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


def test_a_day_by_keyboard_alone(browser: Browser, address: str, town: ConsoleTown) -> None:
    """From signing in to a step that is taken: the menu is passed over, the first case's step is one button away."""
    made = town.report("small-repair", "keys: a lid is loose", "drum-1")
    page = opened(browser, address, DESK).new_page()
    page.goto("/sign-in")
    _typed(page, "#login", "patroller")
    _typed(page, "#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/day")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    link = f"a.button.main[href*='{made['case']}']"
    step = str(page.get_attribute(link, "href")).rpartition("#")[2]
    tab_to(page, link, most=200)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**#{step}")
    if page.locator(f"#{step} textarea").count():
        _typed(page, f"#{step} textarea", "the lid is fixed")
    tab_to(page, f"#{step} button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector(".note.done")


def test_a_step_with_many_by_keyboard_alone(browser: Browser, address: str, town: ConsoleTown) -> None:
    """Two cases are ticked in the list, a step is chosen, looked at and taken; no mouse is touched."""
    made = [town.report("noise", f"keys: a drill, {n}", "drum-community") for n in range(2)]
    page = opened(browser, address, DESK).new_page()
    sign_in(page, "leader")
    page.wait_for_url("**/desk")
    for case in made:
        tab_to(page, f"input[name=case][value='{case['case']}']", most=400)
        page.keyboard.press("Space")
    tab_to(page, "#chosen button", most=400)
    page.keyboard.press("Enter")
    page.wait_for_url("**/bulk?*")
    tab_to(page, "ul.bulk a[href*='step=settle']")
    page.keyboard.press("Enter")
    page.wait_for_url("**step=settle*")
    _typed(page, "[name='fact.result']", "they stopped")
    tab_to(page, "form.next button.main")
    page.keyboard.press("Enter")
    page.wait_for_url("**/bulk")
    page.wait_for_load_state()
    town.time.wait_quiet()
    assert [town.case(case["case"])["facts"]["result"] for case in made] == ["they stopped"] * 2


def test_merging_by_keyboard_alone(browser: Browser, address: str, town: ConsoleTown) -> None:
    """A number is typed, what would happen is read, and it is done."""
    first, second = (town.report("noise", f"keys: a drill twice, {n}", "drum-community") for n in range(2))
    page = opened(browser, address, DESK).new_page()
    sign_in(page, "watcher")
    page.goto(f"{BASE}/cases/{second['case']}/merge")
    _typed(page, "#into", first["number"])
    page.keyboard.press("Enter")
    page.wait_for_url("**into=*")
    tab_to(page, "section.next button.main")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{first['case']}*")
    assert town.case(second["case"])["state"] == "merged"


def test_the_wall_is_reached_by_keyboard_and_asks_for_none(browser: Browser, address: str) -> None:
    """It is a tab of supervision; on it nothing takes the focus, for nobody stands there."""
    page = opened(browser, address, DESK).new_page()
    sign_in(page, "watcher")
    page.goto(f"{BASE}/supervision")
    tab_to(page, "nav.tabs a[href$='/wall']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/wall*")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body")


def _typed(page: Page, selector: str, text: str) -> None:
    tab_to(page, selector)
    page.keyboard.type(text)


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
