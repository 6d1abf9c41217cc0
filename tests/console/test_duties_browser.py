"""Duties in a browser: what axe finds on their pages, by keyboard alone, and forms that are sent later, once."""

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from tests.console.browsers import DESK, PHONE
from tests.console.field import give_patroller
from tests.console.test_browser import BASE, LOOKS, SERIOUS, opened, sign_in, tab_to
from tests.console.town import TOWN, ConsoleTown
from tests.occurrences.pictures import shown_png

PATROL = "patrol-twice-a-day"
PHOTOGRAPH = {"name": "lamp.png", "mimeType": "image/png", "buffer": shown_png()}
OFFICE = f"{TOWN}/town-grid-office"
GRID = f"{TOWN}.drum-1/grid-responsible-person"


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened."""
    give_patroller(town)
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


def occurrence(town: ConsoleTown, duty: str, unit: str) -> str:
    """The id of the first occurrence of a duty that a month from now on holds."""
    now = town.house.services["duties"].store
    with now.read() as conn:
        today = now.now(conn).date()
    span = f"from={today}&to={today.replace(year=today.year + 1)}"
    path = f"/v1/towns/{TOWN}/occurrences?duty={duty}&unit={unit}&limit=1&{span}"
    (found,) = town.api("GET", path, town.operator)["occurrences"]
    return str(found["id"])


def records(town: ConsoleTown) -> list[dict[str, object]]:
    """Patrols of the grid, the newest first."""
    found: list[dict[str, object]] = town.api(
        "GET", f"/v1/towns/{TOWN}/records?form=patrol&unit={GRID}", town.operator
    )["records"]
    return found


def _town_clock() -> str:
    return f"{datetime.now(ZoneInfo('Asia/Shanghai')):%H:%M}"


def fill_patrol(page: Page, words: str) -> None:
    """Fill in what a patrol asks for."""
    page.fill("[name='fact.found']", words)
    page.fill("[name='fact.opinions']", "-")
    page.fill("#from", "09:00")
    page.fill("#to", "09:40")


@pytest.mark.parametrize(("size", "language", "scheme"), list(LOOKS.values()), ids=list(LOOKS))
def test_no_serious_finding_of_axe(
    browser: Browser,
    address: str,
    town: ConsoleTown,
    size: tuple[int, int],
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """Names, roles, contrast, order, width and policy: of occurrences, forms, a record, lists, the year."""
    meeting, patrol = occurrence(town, "monthly-meeting", OFFICE), occurrence(town, PATROL, GRID)
    looked_at = {
        "patroller": ["/day", f"/occurrences/{patrol}", f"/occurrences/{patrol}/record", "RECORD", "RECORD/correct"],
        "office": [
            "/duties", "/duties/list", "/duties/year", "/duties/year?view=year&unit=all", "/records", "/duties/leaves",
            f"/occurrences/{meeting}", "/forms/fire-drill", "/forms/fire-education",
        ],
        "watcher": ["/duties", "/duties?by=duty", f"/occurrences/{meeting}", f"/occurrences/{patrol}"],
    }  # fmt: skip
    for login, paths in looked_at.items():
        context = opened(browser, address, size, language)
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)
        said: list[str] = []
        page.on("console", lambda message, said=said: said.append(message.text))
        sign_in(page, login)
        for path in paths:
            if path == "RECORD":
                page.goto(f"{BASE}/occurrences/{patrol}/record")
                fill_patrol(page, f"axe: {language}")
                page.set_input_files("#pictures", PHOTOGRAPH)
                page.click("button.main[name=finished]")
                page.wait_for_url("**/records/*")
                record = page.url
            page.goto(path.replace("RECORD", record) if "RECORD" in path else f"{BASE}{path}")
            for details in page.locator("main details").all():
                details.evaluate("each => each.open = true")
            serious = [
                (each["id"], [node["target"] for node in each["nodes"]])
                for each in Axe().run(page).response["violations"]
                if each["impact"] in SERIOUS
            ]
            assert not serious, (path, serious)
            width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert width <= 0, f"{path} is too wide"
        assert not [text for text in said if "Content Security Policy" in text]
        context.close()


def test_a_patrol_by_keyboard_alone(browser: Browser, address: str, town: ConsoleTown) -> None:
    """From my day to the record: the form's link, its fields in their order, the button; no mouse is touched."""
    before = len(records(town))
    page = opened(browser, address, DESK).new_page()
    sign_in(page, "patroller")
    page.wait_for_url("**/day")
    tab_to(page, "a.button.main[href*='/occurrences/']", most=200)
    page.keyboard.press("Enter")
    page.wait_for_url("**/record*")
    for field in ("found", "opinions"):
        tab_to(page, f"[name='fact.{field}']")
        page.keyboard.type("keys: a lamp is dark")
    tab_to(page, "button.main[name=finished]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/*")
    assert len(records(town)) == before + 1


def test_a_row_more_is_made_without_asking_the_server(browser: Browser, address: str) -> None:
    """With a script the button adds an empty row under a number of its own, and sends nothing."""
    page = opened(browser, address, PHONE).new_page()
    sign_in(page, "office")
    page.goto(f"{BASE}/forms/fire-drill")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.fill("[name='row.2.attendee']", "p-3")
    page.click(".js-more-lines")
    assert page.input_value("[name='row.3.attendee']") == ""
    assert page.locator("label[for='row.3.attendee']").count() == 1
    assert not sent


def test_a_patrol_without_a_network_is_sent_later_once(
    browser: Browser, address: str, town: ConsoleTown
) -> None:
    """The kept form is filled in on the round, waits on the phone, and is one record and one case in the end."""
    before, cases = (
        len(records(town)),
        town.api("GET", f"/v1/towns/{TOWN}/cases?limit=200", town.operator)["cases"],
    )
    context = opened(browser, address, PHONE)
    page = context.new_page()
    sign_in(page, "patroller")
    page.wait_for_url("**/day")
    page.wait_for_selector("body[data-ready]", timeout=120_000)
    context.set_offline(True)
    page.reload()
    page.locator("a.button.main[href*='/occurrences/']").first.click()
    page.wait_for_selector("[name='fact.found']")
    assert page.get_attribute("body", "data-kept") is not None
    fill_patrol(page, "away: water on the path")
    began = _town_clock()
    page.click(".js-time-now[data-for=to]")
    assert page.input_value("#to") in (
        began,
        _town_clock(),
    )  # the town's, though this browser's clock is another's
    page.fill("#to", "09:40")
    page.set_input_files("#pictures", PHOTOGRAPH)
    page.locator("details.spot summary").click()
    page.select_option("#found", "small-repair")
    page.click("button.main[name=finished]")
    page.wait_for_url("**/waiting")
    page.wait_for_selector(".waiting-list li")
    assert "away: water on the path" in page.inner_text(".waiting-list")
    context.set_offline(False)
    page.wait_for_selector(".waiting-list li.sent", timeout=60_000)
    town.time.wait_quiet()
    kept, *others = records(town)
    assert len(others) == before
    assert [each["type"] for each in kept["pictures"]] == ["image/png"]  # type: ignore[attr-defined]
    after = town.api("GET", f"/v1/towns/{TOWN}/cases?limit=200", town.operator)["cases"]
    (new,) = {each["id"] for each in after} - {each["id"] for each in cases}
    assert town.case(new)["report"]["text"].startswith("away: water on the path")
    context.close()
