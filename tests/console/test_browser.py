"""Pages in a browser: with and without a script, on a phone and at a desk, by keyboard, and for a screen reader."""

import re
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from tests.console import rooms
from tests.console.browsers import DESK, LANGUAGES, PHONE
from tests.console.town import PASSWORD, TOWN, ConsoleTown

BASE = f"/towns/{TOWN}"
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened."""
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


def opened(
    browser: Browser, address: str, size: tuple[int, int], language: str = "en", *, script: bool = True
) -> BrowserContext:
    """A window of its own, with nothing kept from another."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        locale=LANGUAGES[language],
        java_script_enabled=script,
    )
    context.set_default_timeout(10_000)
    return context


def begin(phone: BrowserContext) -> Page:
    """Sign in as the grid worker and wait until the phone has kept the day."""
    page = phone.new_page()
    sign_in(page, "patroller")
    page.wait_for_url("**/day")
    page.wait_for_selector("body[data-ready]", timeout=60_000)
    return page


def sign_in(page: Page, login: str) -> None:
    """Sign in as somebody would."""
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button.main")


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_case_from_report_to_its_reporters_eye(
    browser: Browser, address: str, size: tuple[int, int], script: bool, town: ConsoleTown
) -> None:
    """A resident reports without an account; who leads it takes the step; the resident sees that it is settled."""
    context = opened(browser, address, size, script=script)
    resident = context.new_page()
    resident.goto(BASE)
    resident.click("a.main")  # 1
    resident.click("text=noise")  # 2
    resident.fill("#text", "a drill at night")
    resident.select_option("#place", "drum-community")  # 3
    resident.check("input[name=channel][value=app]")  # 4
    resident.click(".send button")  # 5
    number = resident.inner_text(".big")
    town.time.wait_quiet()
    resident.reload()
    assert "settling" in resident.inner_text(".promises")

    staff = opened(browser, address, size, script=script)
    page = staff.new_page()
    sign_in(page, "leader")
    assert page.url.endswith("/desk")
    page.click(f"tr:has-text('{number}') a.row")
    page.click("summary:has-text('settle')")
    page.fill("textarea[name='fact.result']", "they stopped")
    page.click("button:has-text('Confirm: settle')")
    assert "Done: settle" in page.inner_text(".note.done")

    town.time.wait_quiet()
    resident.goto(f"{BASE}/follow")
    resident.click(f"tr:has-text('{number}') a.row")
    assert re.search("settled|verified|closed", resident.inner_text(".head .tag"))
    staff.close()
    context.close()


def test_a_report_by_keyboard_alone(browser: Browser, address: str) -> None:
    """The first tab leads past the menu; every field is reached in its order, and the last button sends."""
    context = opened(browser, address, DESK)
    page = context.new_page()
    page.goto(f"{BASE}/report/noise")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    tab_to(page, "#text")
    page.keyboard.type("a drill at night")
    tab_to(page, "#place")
    page.keyboard.press("ArrowDown")
    tab_to(page, "input[name=channel]")
    page.keyboard.press("Space")
    tab_to(page, ".send button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reported/**")
    context.close()


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until a thing has the focus, as somebody without a mouse does."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"no tab leads to {selector}")


def test_a_button_pressed_twice_sends_once(browser: Browser, address: str) -> None:
    """With a script the second press does nothing; what the first one began goes on."""
    context = opened(browser, address, DESK)
    page = context.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.goto(f"{BASE}/report/noise")
    page.fill("#text", "a drill at night")
    page.select_option("#place", "drum-1")
    page.check("input[name=channel][value=app]")
    page.dblclick(".send button")
    page.wait_for_url("**/reported/**")
    assert len(sent) == 1
    context.close()


def test_the_browsers_position_is_taken_where_it_is_given(browser: Browser, address: str) -> None:
    """The coordinates stand in their fields, where a person can change them."""
    context = opened(browser, address, PHONE)
    context.grant_permissions(["geolocation"])
    context.set_geolocation({"latitude": 30.5, "longitude": 120.25})
    page = context.new_page()
    page.goto(f"{BASE}/report/noise")
    page.click(".js-position")
    page.wait_for_function("document.getElementById('lat').value !== ''")
    assert (page.input_value("#lat"), page.input_value("#lon")) == ("30.500000", "120.250000")
    context.close()


PAGES = {
    None: [
        "/",
        BASE,
        "/sign-in",
        f"{BASE}/report",
        f"{BASE}/report/noise",
        f"{BASE}/public",
        f"{BASE}/follow",
        "/towns/none-such",
    ],
    "leader": [
        f"{BASE}/desk", f"{BASE}/cases", "BULK", "BULK&step=settle", "CASE/merge", "CASE/slip", f"{BASE}/calendar",
        "CASE",
        "/messages", "/messages?show=all", "/account",
    ],
    "watcher": [
        "/supervision", f"{BASE}/supervision", f"{BASE}/supervision/list", f"{BASE}/map", f"{BASE}/calendar", "CASE",
        f"{BASE}/wall", f"{BASE}/wall?panel=unit", f"{BASE}/wall?panel=map", f"{BASE}/desk?state=breached",
    ],
    **rooms.SEEN,
}  # fmt: skip


# Any two of size, language and scheme meet; all eight together find no more and take twice as long.
LOOKS = {
    "phone-zh-light": (PHONE, "zh", "light"),
    "phone-en-dark": (PHONE, "en", "dark"),
    "desk-zh-dark": (DESK, "zh", "dark"),
    "desk-en-light": (DESK, "en", "light"),
}


@pytest.mark.parametrize(("size", "language", "scheme"), list(LOOKS.values()), ids=list(LOOKS))
@pytest.mark.parametrize("login", list(PAGES), ids=str)
def test_no_serious_finding_of_axe(
    browser: Browser,
    address: str,
    town: ConsoleTown,
    login: str | None,
    size: tuple[int, int],
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """Names, roles, contrast, order: nothing that keeps a reader out, in either language, light and dark."""
    case = town.report("noise", "a drill", "drum-community")["case"]
    context = opened(browser, address, size, language)
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    if login is not None:
        sign_in(page, login)
    for path in PAGES[login]:
        page.goto(path.replace("CASE", f"{BASE}/cases/{case}").replace("BULK", f"{BASE}/bulk?case={case}"))
        found = Axe().run(page)
        serious = [
            (each["id"], [node["target"] for node in each["nodes"]])
            for each in found.response["violations"]
            if each["impact"] in SERIOUS
        ]
        assert not serious, (path, serious)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path} is too wide"
        )
    assert not [text for text in said if "Content Security Policy" in text]
    context.close()
