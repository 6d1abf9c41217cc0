"""Takes the pictures of docs/console.md: `python -m tests.console.screenshots docs/console`.

The town lives through ten days before its pictures are taken, so that something is late, due today, soon and later.
"""

import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from playwright.sync_api import Browser, Page

from shared.obs.logs import set_up_logs
from tests.console.browsers import DESK, LANGUAGES, PHONE, chromium
from tests.console.field import give_account, give_patroller
from tests.console.households import households
from tests.console.outlines import at
from tests.console.town import PASSWORD, TOWN, ConsoleTown, console_town, give_accounts

BASE = f"/towns/{TOWN}"
DAYS = 10
IN_ENGLISH_TOO = ("case", "supervision", "phone-promise", "phone-day")
# How many days ago, what about, in which words, where.
POINTS = {
    "drum-community": (0.55, 0.5),
    "drum-1": (0.8, 0.35),
    "drum-2": (1.6, 0.5),
    "bridge-community": (0.9, 1.4),
}
LIVED = [
    (9, "noise", "烧烤店油烟和噪声，晚上十一点后仍在营业", "drum-community"),
    (8, "neighbour-dispute", "楼上漏水，两家各执一词", "drum-community"),
    (5, "noise", "装修噪声，午休时间施工", "drum-community"),
    (4, "sewer", "路面污水外溢，行人绕行", "drum-1"),
    (3, "noise", "广场音响音量过大", "drum-community"),
    (2, "illegal-building", "楼顶搭建阳光房", "drum-2"),
    (1, "noise", "夜间施工，已经三天了，影响整栋楼休息", "drum-community"),
    (1, "small-repair", "小广场长椅松动", "drum-1"),
    (0, "convenience-service", "独居老人请人代办缴费", "drum-1"),
    (0, "gas-smell", "商铺内闻到燃气味", "bridge-community"),
]


def main(folder: Path) -> None:
    """Let the town live, then look at it."""
    set_up_logs("screenshots", "critical")
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    with (
        TemporaryDirectory() as house,
        console_town(Path(house), now - timedelta(days=DAYS)) as town,
        chromium() as browser,
    ):
        _live(town, now)
        give_accounts(town)
        give_patroller(town)
        give_account(town, "point-head", "unit_staff", f"{TOWN}.drum-community/point-head")
        address = town.house.serve(Flask("home"), "127.0.0.1", 0)
        for language, suffix in (("zh", ""), ("en", "-en")):
            for name, page in _pictures(browser, address, language, town):
                if language == "zh" or name in IN_ENGLISH_TOO:
                    page.screenshot(path=str(folder / f"{name}{suffix}.png"))


def _live(town: ConsoleTown, now: datetime) -> None:
    for days, category, text, place in LIVED:
        town.time.advance(now - timedelta(days=days, minutes=5))
        east, north = POINTS[place]
        town.report(category, text, place, at(east + days / 40, north - days / 60))
    town.time.advance(now)


def _pictures(browser: Browser, address: str, language: str, town: ConsoleTown) -> Iterator[tuple[str, Page]]:
    page = _window(browser, address, PHONE, language)
    page.goto(f"{BASE}/report?text=" + ("噪声" if language == "zh" else "noise"))
    yield "phone-report", page
    page.goto(f"{BASE}/report/noise")
    page.fill("#text", "夜间施工，影响休息" if language == "zh" else "a drill at night")
    yield "phone-form", page
    page.select_option("#place", "drum-1")
    page.check("input[name=channel][value=app]")
    page.click(".send button")
    town.time.wait_quiet()
    page.reload()
    yield "phone-promise", page
    page.goto(f"{BASE}/follow")
    yield "phone-follow", page
    yield from _in_the_field(browser, address, language)
    yield from _duties(browser, address, language)
    page = _signed_in(browser, address, PHONE, language, "leader")
    yield "phone-desk", page
    page = _signed_in(browser, address, DESK, language, "leader")
    yield "desk", page
    page.click("#chosen a")
    page.click("ul.bulk li:last-child a")
    yield "bulk", page
    page.goto(f"{BASE}/desk")
    page.click("tbody tr:first-child a.row")
    yield "case", page
    page.goto("/messages")
    yield "messages", page
    page = _signed_in(browser, address, DESK, language, "watcher")
    page.goto(f"{BASE}/supervision")
    yield "supervision", page
    page.goto(f"{BASE}/map")
    yield "map", page
    page.set_viewport_size({"width": 1920, "height": 1080})
    for panel in ("all", "unit", "map"):
        page.goto(f"{BASE}/wall?panel={panel}")
        yield f"wall-{panel}", page
    yield from _of_the_ledger(browser, address, language, town)
    page = _signed_in(browser, address, DESK, language, "keeper")
    page.goto(f"{BASE}/people")
    yield "people", page
    page = _signed_in(browser, address, DESK, language, "engineer")
    page.goto("/platform")
    yield "platform", page
    page.goto("/api/intake")
    page.wait_for_selector(".opblock")
    yield "api", page


def _of_the_ledger(
    browser: Browser, address: str, language: str, town: ConsoleTown
) -> Iterator[tuple[str, Page]]:
    key = households(town)
    for size, name in ((DESK, "ledger"), (PHONE, "phone-ledger")):
        page = _signed_in(browser, address, size, language, "patroller")
        page.wait_for_url("**/day")
        if size == DESK:
            page.goto(f"{BASE}/ledger")
            yield name, page
        page.goto(f"{BASE}/ledger/entries/{key}")
        yield "ledger-entry" if size == DESK else name, page
        page.context.close()


def _in_the_field(browser: Browser, address: str, language: str) -> Iterator[tuple[str, Page]]:
    page = _signed_in(browser, address, PHONE, language, "patroller")
    page.wait_for_url("**/day")
    page.wait_for_selector("body[data-ready]", timeout=120_000)
    yield "phone-day", page
    yield from _a_patrol(page, language)
    page.goto(f"{BASE}/report/small-repair")
    page.fill("#text", "果皮箱盖松动" if language == "zh" else "the lid of a bin is loose")
    page.click(".spot summary")
    page.check("input[name=settled]")
    page.fill("#result", "盖子已重新固定" if language == "zh" else "the lid is fixed")
    page.evaluate("document.querySelector('.spot').scrollIntoView()")
    yield "phone-spot", page
    page.context.set_offline(True)
    page.check("input[name=channel][value=patrol]")
    page.click(".send button")
    page.wait_for_url("**/waiting")
    page.wait_for_selector(".waiting-list li")
    yield "phone-waiting", page
    page.context.close()


def _a_patrol(page: Page, language: str) -> Iterator[tuple[str, Page]]:
    page.evaluate("document.querySelector('.owed').scrollIntoView()")
    yield "phone-owed", page
    page.locator(".owed a.main").first.click()
    page.fill(
        "[name='fact.found']",
        "路灯不亮，墙边有积水" if language == "zh" else "a lamp is dark, water at the wall",
    )
    page.fill(
        "[name='fact.opinions']", "居民希望尽快修好" if language == "zh" else "people want it mended soon"
    )
    page.fill("#from", "09:00")
    page.fill("#to", "10:10")
    page.click(".spot summary")
    page.select_option("#found", "small-repair")
    page.evaluate("document.querySelector('main').scrollIntoView()")
    yield "phone-record", page
    page.click("button.main[name=finished]")
    page.wait_for_url("**/towns/**")


def _duties(browser: Browser, address: str, language: str) -> Iterator[tuple[str, Page]]:
    page = _signed_in(browser, address, PHONE, language, "point-head")
    page.goto(f"{BASE}/duties")
    page.locator("a[href*='draft=yes']").first.click()
    yield "phone-draft", page
    page = _signed_in(browser, address, DESK, language, "watcher")
    page.goto(f"{BASE}/duties")
    yield "duties", page
    page.goto(f"{BASE}/duties/year?unit=all")
    yield "duties-month", page
    today = datetime.now(UTC).date()
    page.goto(f"{BASE}/duties/list?duty=monthly-meeting&from={today}&to={today + timedelta(days=62)}")
    page.locator("a.row").first.click()
    yield "meeting", page


def _signed_in(browser: Browser, address: str, size: tuple[int, int], language: str, login: str) -> Page:
    page = _window(browser, address, size, language)
    page.goto("/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("main button.main")
    return page


def _window(browser: Browser, address: str, size: tuple[int, int], language: str) -> Page:
    viewport = {"width": size[0], "height": size[1]}
    context = browser.new_context(base_url=address, viewport=viewport, locale=LANGUAGES[language])  # type: ignore[arg-type]
    return context.new_page()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
