"""Assessment's pages on a phone and at a desk, in a browser: for everybody's eyes."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser

from tests.console.field import give_account
from tests.console.test_assess import BASE, GRID, span
from tests.console.test_browser import LOOKS, SERIOUS, opened, sign_in
from tests.console.town import TOWN, ConsoleTown

__all__ = ["span"]  # the fixture: a quarter in which something happened


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened."""
    give_account(town, "ranker", "unit_staff", f"{TOWN}/inspection-office")
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


@pytest.mark.parametrize(("size", "language", "scheme"), list(LOOKS.values()), ids=list(LOOKS))
def test_no_serious_finding_of_axe(
    browser: Browser,
    address: str,
    span: str,
    size: tuple[int, int],
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """Figures, the list behind one with its form opened, ranks with the form for points, objections."""
    page = opened(browser, address, size, language).new_page()
    page.emulate_media(color_scheme=scheme)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    sign_in(page, "ranker")
    things = f"{BASE}/figures/in-time/things?span={span}&subject={GRID}"
    for path in (
        BASE,
        f"{BASE}/figures/in-time?span={span}",
        things,
        f"{BASE}/measures/ranking?span={span}",
        f"{BASE}/objections",
    ):
        page.goto(path)
        for summary in page.query_selector_all("main details:not([open]) > summary"):
            summary.click()
        found = Axe().run(page).response["violations"]
        serious = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in SERIOUS]
        assert serious == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    page.goto(things)
    page.click("main details summary")
    page.fill("main details textarea", "it was another grid's")
    page.click("main details button")
    page.wait_for_url(f"**{BASE}/objections")
    assert page.query_selector("main section.card") is not None
    assert said == []
    page.context.close()
