"""Surveys and spot checks in a browser: what axe finds on their pages, on a phone and at a desk, and by keyboard."""

from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from tests.console.browsers import PHONE
from tests.console.owing import BASE, OwingConsole, owing_console
from tests.console.test_browser import LOOKS, SERIOUS, opened, sign_in, tab_to
from tests.console.test_surveys import a_drawn_sample
from tests.occurrences import surveyed
from tests.occurrences.packs import PACK, TOWN
from tests.occurrences.test_members import FORMS, LEDGER, VISITS

DUTIES = "\nduties:\n"
WHOLE = PACK.replace(DUTIES, FORMS, 1).replace(DUTIES, surveyed.FORMS, 1) + VISITS + LEDGER + surveyed.FIGURES


@dataclass(frozen=True)
class ServedTown:
    """The town behind an address of its own."""

    town: OwingConsole
    address: str
    sample: str


@pytest.fixture(scope="module")
def served() -> Iterator[ServedTown]:
    """A town with a drawn sample."""
    with owing_console({f"{TOWN}/pack.yaml": WHOLE}) as town:
        sample = a_drawn_sample(town)
        server = make_server("127.0.0.1", 0, town.front)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield ServedTown(town, f"http://127.0.0.1:{server.server_port}", sample)
        server.shutdown()
        thread.join()


def given_out(page: Page) -> str:
    """Give a survey out; return its address."""
    page.goto(f"{BASE}/surveys")
    if not page.is_visible("#most"):
        page.click("main details summary")
    page.fill("#to", "2026-03-31")
    page.click(".send button")
    page.wait_for_url("**/surveys/*")
    return str(page.get_attribute(".asked .link a", "href"))


@pytest.mark.parametrize(("size", "language", "scheme"), list(LOOKS.values()), ids=list(LOOKS))
def test_no_serious_finding_of_axe(
    browser: Browser,
    served: ServedTown,
    size: tuple[int, int],
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """Names, roles, contrast, order, width and policy: giving out, the sheet, answering, thanks, samples."""
    context = opened(browser, served.address, size, language)
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    sign_in(page, "east")
    link = given_out(page)
    _look(page)
    page.goto(f"{BASE}/surveys")
    _look(page)
    resident = opened(browser, served.address, size, language)
    phone = resident.new_page()
    phone.emulate_media(color_scheme=scheme)
    phone.on("console", lambda message: said.append(message.text))
    phone.goto(link)
    _look(phone)
    phone.fill("[name='fact.score']", "90")
    phone.click(".send button")
    phone.wait_for_url("**done=new")
    _look(phone)
    phone.goto(f"{BASE}/answer/nothing-like-it")
    office = opened(browser, served.address, size, language)
    desk = office.new_page()
    desk.emulate_media(color_scheme=scheme)
    sign_in(desk, "office")
    for path in (f"{BASE}/samples", served.sample, f"{link}?phone=yes"):
        desk.goto(path)
        _look(desk)
    assert not [text for text in said if "Content Security Policy" in text]
    for each in (context, resident, office):
        each.close()


def _look(page: Page) -> None:
    for details in page.locator("main details").all():
        details.evaluate("each => each.open = true")
    serious = [
        (each["id"], [node["target"] for node in each["nodes"]])
        for each in Axe().run(page).response["violations"]
        if each["impact"] in SERIOUS
    ]
    assert not serious, (page.url, serious)
    width = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert width <= 0, f"{page.url} is too wide"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
def test_51_a_resident_answers_on_a_phone_by_keyboard_alone(
    browser: Browser, served: ServedTown, script: bool
) -> None:
    """From the scanned address to the thanks; asked again, the phone is told that it counts once."""
    staff = opened(browser, served.address, PHONE)
    page = staff.new_page()
    sign_in(page, "east")
    link = given_out(page)
    resident = opened(browser, served.address, PHONE, "zh", script=script)
    phone = resident.new_page()
    phone.goto(link)
    assert "匿名" in phone.inner_text("main .narrow .note")
    tab_to(phone, "[name='fact.score']")
    phone.keyboard.type("85")
    tab_to(phone, ".send button")
    phone.keyboard.press("Enter")
    phone.wait_for_url("**done=new")
    assert "谢谢" in phone.inner_text("h1")
    phone.goto(link)
    phone.fill("[name='fact.score']", "10")
    phone.click(".send button")
    phone.wait_for_url("**done=before")
    page.reload()
    assert "1 of 500" in page.inner_text("main dl")
    for each in (staff, resident):
        each.close()
