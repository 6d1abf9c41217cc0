"""What is done on order in a browser: what axe finds on its pages, on a desk and a phone, in light and dark."""

import threading
from collections.abc import Iterator
from typing import Literal
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from tests.console.owing import BASE, OwingConsole, owing_console
from tests.console.test_browser import LOOKS, SERIOUS, opened, sign_in
from tests.occurrences.conftest import EAST

NEW = f"{BASE}/orders/new"
FORM = f"{NEW}?duty=supervision-order&subject=case-17&about=case"


@pytest.fixture(scope="module")
def town() -> Iterator[OwingConsole]:
    """The town on the morning of the 2nd of March 2026."""
    with owing_console() as made:
        yield made


@pytest.fixture(scope="module")
def address(town: OwingConsole) -> Iterator[str]:
    """The town's pages, for a browser."""
    server = make_server("127.0.0.1", 0, town.front, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()


@pytest.fixture(scope="module")
def order(town: OwingConsole) -> str:
    """A supervision order that was replied to; its path."""
    office, east = town.signed_in("office"), town.signed_in("east")
    body = {"duty": "supervision-order", "subject": "case-17", "words": "mend the wall", "post": EAST}
    path = office.post(NEW, body, seen_at=FORM).headers["Location"]
    path = urlsplit(path).path
    (post,) = town.ask(path.removeprefix(BASE) + "/posts", "office")["posts"]
    record = f"{BASE}/occurrences/{post['id']}/record"
    east.post(record, {"fact.done": "propped up", "day": "2026-03-02", "finished": "yes"}, seen_at=record)
    return path


@pytest.mark.parametrize(("size", "language", "scheme"), list(LOOKS.values()), ids=list(LOOKS))
def test_no_serious_finding_of_axe(
    browser: Browser,
    address: str,
    order: str,
    size: tuple[int, int],
    language: str,
    scheme: Literal["light", "dark"],
) -> None:
    """Names, roles, contrast, order and width: of the list, a new order, one with its reply, a campaign's form."""
    looked_at = {
        "office": [f"{BASE}/orders", FORM, order],
        "centre": [f"{NEW}?duty=gas-campaign", NEW],
        "east": [order],
    }
    for login, paths in looked_at.items():
        context = opened(browser, address, size, language)
        page = context.new_page()
        page.emulate_media(color_scheme=scheme)
        sign_in(page, login)
        for path in paths:
            page.goto(path)
            for details in page.locator("main details").all():
                details.evaluate("each => each.open = true")
            found = Axe().run(page).response["violations"]
            serious = [(each["id"], path) for each in found if each["impact"] in SERIOUS]
            assert not serious
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path
        context.close()
