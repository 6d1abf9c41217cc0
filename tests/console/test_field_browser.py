"""A day of a grid worker on a phone whose network is cut in the middle: everything is sent, and exactly once."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from services.console.api import waiting
from tests.console.browsers import PHONE
from tests.console.field import give_patroller
from tests.console.test_browser import begin, opened, sign_in
from tests.console.test_pages import BASE, PNG
from tests.console.town import TOWN, ConsoleTown

PHOTOGRAPH = {"name": "before.png", "mimeType": "image/png", "buffer": PNG}
AFTER = {"name": "after.png", "mimeType": "image/png", "buffer": PNG + b" "}


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened."""
    give_patroller(town)
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A phone with the grid worker signed in, whose day is kept."""
    context = opened(browser, address, PHONE)
    yield context
    context.close()


def fill(page: Page, category: str, text: str, **more: Any) -> None:
    page.goto(f"{BASE}/report/{category}")
    page.fill("#text", text)
    page.select_option("#place", "drum-1")
    page.check("input[name=channel][value=patrol]")
    if more.get("photograph"):
        page.set_input_files("#photographs", PHOTOGRAPH)
    if more.get("result"):
        page.click("summary:has-text('Settled on the spot')")
        page.check("input[name=settled]")
        page.fill("#result", more["result"])
        page.set_input_files("#after", AFTER)
    page.click(".send button")


def cases_called(town: ConsoleTown, text: str) -> list[Any]:
    """The cases whose report says this."""
    found = town.api("GET", f"/v1/towns/{TOWN}/cases?limit=200", town.operator)["cases"]
    whole = [town.case(case["id"]) for case in found]
    return [case for case in whole if case["report"]["text"] == text]


@pytest.mark.proves("P000.44")
def test_a_day_with_the_network_cut_in_the_middle(phone: BrowserContext, town: ConsoleTown) -> None:
    """Three reports and a step without a network: the day and its cases are read, all is kept, and sent once each."""
    number = town.report("small-repair", "the bench is broken", "drum-1")["number"]
    page = begin(phone)
    phone.set_offline(True)

    page.goto(f"{BASE}/day")
    assert number in page.inner_text("main")
    assert page.is_visible(".js-kept-note")
    fill(page, "noise", "offline: a drill", photograph=True)
    page.wait_for_url("**/waiting")
    fill(page, "noise", "offline: another drill")
    page.wait_for_url("**/waiting")
    fill(page, "small-repair", "offline: a lid", photograph=True, result="the lid is fixed")
    page.wait_for_url("**/waiting")
    page.goto(f"{BASE}/day")
    page.click(f"li:has-text('{number}') a.button.main")
    page.fill("textarea[name='fact.work_log']", "the bench is mended")
    page.click("button:has-text('Confirm: handle on the spot')")
    page.wait_for_url("**/waiting")
    page.wait_for_selector(".waiting-list li:nth-child(4)")
    assert page.inner_text(".js-waits b") == "4"
    assert "offline: another drill" in page.inner_text(".waiting-list")
    assert not cases_called(town, "offline: a drill")

    phone.set_offline(False)
    page.wait_for_selector(".waiting-list li.sent:nth-child(4)", timeout=30_000)
    assert page.is_hidden(".js-waits")
    town.time.wait_quiet()
    (first,), (second,) = (
        cases_called(town, text) for text in ("offline: a drill", "offline: another drill")
    )
    assert (len(first["attachments"]), len(second["attachments"])) == (1, 0)
    (settled,) = cases_called(town, "offline: a lid")
    assert "settled" in settled["milestones"]
    assert len(settled["attachments"]) == 2
    (mended,) = cases_called(town, "the bench is broken")
    assert mended["facts"]["work_log"] == "the bench is mended"


def test_an_answer_that_is_lost_makes_no_second_case(phone: BrowserContext, town: ConsoleTown) -> None:
    """The form arrived and its answer did not: it is sent again, and is the same case with the same photograph."""
    page = begin(phone)
    lost: list[str] = []

    def lose(route: Any) -> None:
        """Have the server do it all, and the phone hear nothing of it: once."""
        if route.request.method != "POST" or len(lost) >= 1:
            route.continue_()
            return
        lost.append(route.request.url)
        route.fetch(max_redirects=0)
        route.abort("connectionreset")

    phone.route(re.compile(r"/report/noise$"), lose)
    fill(page, "noise", "lost: a drill", photograph=True)
    page.wait_for_url("**/waiting")
    page.wait_for_selector(".waiting-list li.sent", timeout=30_000)
    assert len(lost) == 1
    town.time.wait_quiet()
    (case,) = cases_called(town, "lost: a drill")
    assert len(case["attachments"]) == 1


def test_what_changed_meanwhile_is_shown_and_nothing_overwritten(
    phone: BrowserContext, town: ConsoleTown
) -> None:
    """A step kept on the phone comes after somebody else's: it is not taken, its words stay, the case is at hand."""
    made = town.report("small-repair", "the fence leans", "drum-1")
    page = begin(phone)
    phone.set_offline(True)
    page.goto(f"{BASE}/day")
    page.click(f"li:has-text('{made['number']}') a.button.main")
    page.fill("textarea[name='fact.work_log']", "the fence stands again")
    page.click("button:has-text('Confirm: handle on the spot')")
    page.wait_for_url("**/waiting")
    other = town.signed_in("patroller")
    path = f"{BASE}/cases/{made['case']}"
    taken = other.post(f"{path}/steps/report-progress", {"fact.progress": "on my way"}, seen_at=path)
    assert taken.status_code == 303

    phone.set_offline(False)
    page.wait_for_selector(".waiting-list li.refused", timeout=30_000)
    said = page.inner_text(".waiting-list li.refused")
    assert "since you looked" in said
    assert "the fence stands again" in said
    assert "work_log" not in town.case(made["case"])["facts"]
    page.click(".waiting-list li.refused a.button")
    page.wait_for_url(f"**{path}")
    assert "handle on the spot" in page.inner_text("main")


def test_nothing_of_the_day_is_left_after_signing_out(phone: BrowserContext, town: ConsoleTown) -> None:
    """The phone is handed on: without a network it shows no case any more."""
    number = town.report("small-repair", "a step is loose", "drum-1")["number"]
    page = begin(phone)
    assert number in page.inner_text("main")
    page.goto("/account")
    page.click("button:has-text('Sign out')")
    page.wait_for_load_state()
    phone.set_offline(True)
    page.goto(f"{BASE}/day", wait_until="commit")
    assert number not in page.content()


def test_what_one_person_left_waits_for_that_person(phone: BrowserContext, town: ConsoleTown) -> None:
    """Somebody else signs in on the same phone: the form is not sent in another's name."""
    page = begin(phone)
    phone.set_offline(True)
    fill(page, "noise", "mine: a drill")
    page.wait_for_url("**/waiting")
    phone.clear_cookies()
    phone.set_offline(False)
    page.goto("/sign-in")
    # The phone asks at once for whom it may send, and is given a cookie of nobody's.
    page.wait_for_timeout(1500)
    sign_in(page, "leader")
    page.wait_for_url("**/desk")
    page.goto("/waiting")
    page.wait_for_selector(".waiting-list li.waiting")
    page.wait_for_timeout(1500)
    assert "Somebody else's" in page.inner_text(".waiting-list li.waiting")
    assert "mine: a drill" not in page.content()
    assert not cases_called(town, "mine: a drill")
    sign_in(page, "patroller")
    page.wait_for_url("**/day")
    page.goto("/waiting")
    page.wait_for_selector(".waiting-list li.sent", timeout=30_000)
    assert len(cases_called(town, "mine: a drill")) == 1


def test_a_newer_version_keeps_the_day(
    phone: BrowserContext, town: ConsoleTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its files have other names: what was kept is fetched anew, and is whole without a network."""
    page = begin(phone)
    known = waiting.hashed_names()
    monkeypatch.setattr(waiting, "hashed_names", lambda: {**known, "newer": "../healthz"})
    page.evaluate(
        "caches.open('gridcase-pages').then(kept => kept.keys()).then(all => window.before = all.length)"
    )
    newer = "navigator.serviceWorker.getRegistration().then(known => known.update()).then(known => !!known.installing)"
    assert page.evaluate(newer)
    # The newer one is there as soon as the one that comes in has become the active one.
    active = "navigator.serviceWorker.getRegistration().then(it => !it.installing && it.active.state === 'activated')"
    for _ in range(60):
        if page.evaluate(active):
            break
        page.wait_for_timeout(500)
    kept = page.evaluate("caches.open('gridcase-pages').then(kept => kept.keys()).then(all => all.length)")
    assert kept >= page.evaluate("window.before") > 10
    phone.set_offline(True)
    page.goto(f"{BASE}/day")
    assert page.is_visible(".js-kept-note")
    assert page.evaluate("getComputedStyle(document.querySelector('.card, .empty')).borderTopWidth") == "1px"
    assert TOWN in page.url
