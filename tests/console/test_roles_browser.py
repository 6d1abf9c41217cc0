"""One case among several people, each at the own device: from a phone to what everybody may read, and back again."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.console.browsers import DESK, PHONE
from tests.console.field import give_leader, give_patroller
from tests.console.test_browser import SERIOUS, opened, sign_in
from tests.console.test_pages import BASE
from tests.console.town import ConsoleTown


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened."""
    give_patroller(town)
    give_leader(town)
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


def reported(page: Page, text: str) -> tuple[str, str]:
    """Report something without an account; return its number and the link that follows it."""
    page.goto(f"{BASE}/report/noise")
    page.fill("#text", text)
    page.select_option("#place", "drum-1")
    page.check("input[name=channel][value=app]")
    page.click(".send button")
    page.wait_for_url("**/reported/**")
    return page.inner_text(".big"), str(page.get_attribute(".follow-by a", "href"))


def step(page: Page, name: str, **facts: str) -> None:
    """Take a step on a case's page."""
    form = page.locator("details.step", has=page.locator(f"summary:text-is('{name}')"))
    if form.get_attribute("open") is None:
        form.locator("summary").click()
    for fact, text in facts.items():
        form.locator(f"[name='fact.{fact}']").fill(text)
    form.locator("button.main").click()
    page.wait_for_selector(".note.done")


def test_a_case_by_four_roles_from_phone_to_publication(
    browser: Browser, address: str, town: ConsoleTown
) -> None:
    """A resident's phone, a supervisor's desk, the unit that settles it, the grid that verifies; then all read it."""
    resident = opened(browser, address, PHONE).new_page()
    number, _ = reported(resident, "four: a drill at night")
    town.time.wait_quiet()
    case = f"{BASE}/cases/{resident.url.rpartition('/')[2]}"

    supervisor = opened(browser, address, DESK).new_page()
    sign_in(supervisor, "watcher")
    supervisor.goto(case)
    step(supervisor, "supervise", demand="tonight still")
    town.time.wait_quiet()

    leader = opened(browser, address, DESK).new_page()
    sign_in(leader, "grid-leader")
    leader.wait_for_url("**/desk")
    leader.click(f"tr:has-text('{number}') a.row")
    step(leader, "settle", result="they stopped")
    town.time.wait_quiet()

    grid = opened(browser, address, PHONE).new_page()
    sign_in(grid, "patroller")
    grid.wait_for_url("**/day")
    verify = grid.locator("h2:has-text('verify') + ul")
    verify.locator(f"li:has-text('{number}') a.button.main").click()
    step(grid, "verify")
    step(grid, "close")
    town.time.wait_quiet()

    anybody = opened(browser, address, PHONE).new_page()
    anybody.goto(f"{BASE}/public")
    shown = anybody.inner_text("main")
    assert number in shown
    assert "four: a drill" not in shown
    resident.goto(case)
    assert "closed" in resident.inner_text(".head .tag")


def test_an_appeal_from_another_phone(browser: Browser, address: str, town: ConsoleTown) -> None:
    """By the link that the picture holds: not satisfied, handled again, satisfied; each said plainly."""
    number, link = reported(opened(browser, address, PHONE).new_page(), "appeal: a drill")
    town.time.wait_quiet()
    leader = opened(browser, address, DESK).new_page()
    sign_in(leader, "grid-leader")
    leader.wait_for_url("**/desk")
    leader.click(f"tr:has-text('{number}') a.row")
    case = leader.url
    step(leader, "settle", result="they said they would stop")
    town.time.wait_quiet()

    other = opened(browser, address, PHONE).new_page()
    other.goto(link)
    assert "code=" not in other.url
    other.fill("#word-note", "it was as loud as ever")
    other.click("button:has-text('Not satisfied')")
    assert "taken up again" in other.inner_text(".note.said")
    town.time.wait_quiet()

    leader.goto(case)
    assert "it was as loud as ever" in leader.inner_text(".story")
    step(leader, "settle", result="the drill is gone")
    town.time.wait_quiet()
    other.reload()
    other.click("button:text-is('Satisfied')")
    assert "You said: satisfied" in other.inner_text("main")


def test_two_people_at_the_same_moment(browser: Browser, address: str, town: ConsoleTown) -> None:
    """The second reads what the first did, keeps the words, and decides again."""
    made = town.report("noise", "two: a drill", "drum-1")
    pages = [opened(browser, address, DESK).new_page() for _ in range(2)]
    for page in pages:
        sign_in(page, "grid-leader")
        page.wait_for_url("**/desk")
        page.goto(f"{BASE}/cases/{made['case']}")
    first, second = pages
    step(first, "report progress", progress="somebody is on the way")
    form = second.locator("#step-settle")
    form.locator("summary").click()
    form.locator("[name='fact.result']").fill("they stopped at once")
    form.locator("button.main").click()
    assert "since you looked" in second.inner_text("#refused")
    assert "report progress" in second.inner_text("#refused")
    assert form.locator("[name='fact.result']").input_value() == "they stopped at once"
    form.locator("button.main").click()
    second.wait_for_selector(".note.done")
    assert town.case(made["case"])["facts"]["result"] == "they stopped at once"


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
