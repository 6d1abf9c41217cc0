"""One case among several people, each at the own device: from a phone to what everybody may read, and back again.

In one process, and as a deployment runs it: on RabbitMQ and PostgreSQL, behind nginx.
"""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.console.browsers import DESK, PHONE
from tests.console.field import give_account, give_leader, give_patroller
from tests.console.real_town import RealTown, real_town
from tests.console.test_browser import opened, sign_in
from tests.console.test_pages import BASE
from tests.console.town import ConsoleTown


@pytest.fixture(
    scope="module", params=["one process", pytest.param("real servers", marks=pytest.mark.servers)]
)
def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ConsoleTown | RealTown]:
    """A town at work, with those who work in one of its grids."""
    with ExitStack() as running:
        if request.param == "one process":
            found: ConsoleTown | RealTown = request.getfixturevalue("embedded_town")
        else:
            servers = request.getfixturevalue("own_servers")
            found = running.enter_context(real_town(tmp_path_factory.mktemp("town"), servers))
        give_patroller(found)
        give_leader(found)
        give_account(found, "watcher", "supervisor", None)
        yield found


@pytest.fixture(scope="module")
def address(town: ConsoleTown | RealTown) -> str:
    """The one address, opened."""
    if isinstance(town, RealTown):
        return town.address
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
    browser: Browser, address: str, town: ConsoleTown | RealTown
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


def test_an_appeal_from_another_phone(browser: Browser, address: str, town: ConsoleTown | RealTown) -> None:
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


def test_two_people_at_the_same_moment(browser: Browser, address: str, town: ConsoleTown | RealTown) -> None:
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
