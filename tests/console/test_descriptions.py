"""The API's pages: each service's own description in a viewer that others keep, where a route is really asked."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from scripts.assets import LOCKED, ROOT, SHIPPED, lay_out
from services.console.api import assets
from services.console.handlers.house import SERVICES
from tests.console.browsers import DESK, LANGUAGES, PHONE
from tests.console.town import TOWN, ConsoleTown


@pytest.fixture(scope="module")
def address(town: ConsoleTown) -> str:
    """The house's one address, opened; a laptop without the viewer skips what asks it, and CI fails."""
    if not assets.has_viewer():
        if os.environ.get("CI"):
            pytest.fail("the viewer is not there: `make assets`")
        pytest.skip("the viewer is not there: `make assets`")
    return town.house.serve(Flask("home"), "127.0.0.1", 0)


@pytest.fixture
def window(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A window of an office PC."""
    context = browser.new_context(
        base_url=address, viewport={"width": DESK[0], "height": DESK[1]}, locale=LANGUAGES["en"]
    )
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_of_a_service_is_shown(window: BrowserContext, town: ConsoleTown, service: str) -> None:
    """As many as its description has, under the page's strict policy, without an error in the browser."""
    page, said = window.new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.goto(f"/api/{service}")
    page.wait_for_selector(".opblock")
    described = town.visitor().get(f"/{service}/openapi.json").json
    assert described is not None
    methods = {"get", "post", "put", "patch", "delete"}
    wanted = sum(len(methods & path.keys()) for path in described["paths"].values())
    assert page.locator(".opblock").count() == wanted
    assert said == []


def test_a_route_is_tried_without_and_with_a_token(window: BrowserContext, town: ConsoleTown) -> None:
    """What is open to all answers at once; what is not is refused, and answers whoever gives a token."""
    page = window.new_page()
    page.goto("/api/registry")
    assert f'"town": "{TOWN}"' in _tried(page, "/v1/towns", {})
    page.goto("/api/intake")
    path, given = "/v1/towns/{town}/cases", {"town": TOWN}
    assert '"code": "unauthorised"' in _tried(page, path, given) or "401" in _tried(page, path, given)
    page.click(".auth-wrapper .authorize")
    page.fill(".auth-container input", town.operator)
    page.click(".auth-container button.authorize")
    page.click(".auth-container button.btn-done")
    assert '"number"' in _tried(page, path, given)


def _tried(page: Page, path: str, given: dict[str, str]) -> str:
    block = page.locator(".opblock-get").filter(has=page.locator(f'[data-path="{path}"]')).first
    if "is-open" not in (block.get_attribute("class") or ""):
        block.locator(".opblock-summary-control").click()
    if block.locator(".try-out__btn:not(.cancel)").count():
        block.locator(".try-out__btn").click()
    for name, value in given.items():
        block.locator(f'tr[data-param-name="{name}"] input').fill(value)
    with page.expect_response(lambda answer: answer.url.split("?")[0].endswith(path.format(**given))):
        block.locator(".execute").click()
    block.locator(".live-responses-table .response-col_description").first.wait_for()
    page.wait_for_timeout(300)
    return block.locator(".live-responses-table").inner_text()


# The viewer's own words are English in both: each size and each language once is each of its looks.
@pytest.mark.parametrize(("size", "language"), [(PHONE, "zh"), (DESK, "en")], ids=["phone", "desk"])
def test_no_serious_finding_of_axe(
    browser: Browser, address: str, size: tuple[int, int], language: str
) -> None:
    """The page and the viewer in it: as it opens, with a route to be tried, and with the question for a token."""
    context = browser.new_context(
        base_url=address, viewport={"width": size[0], "height": size[1]}, locale=LANGUAGES[language]
    )
    page = context.new_page()
    page.goto("/api/registry")
    page.wait_for_selector(".opblock")
    _judge(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for method in ("get", "post"):
        block = page.locator(f".opblock-{method}").first
        block.locator(".opblock-summary-control").click()
        block.locator(".try-out__btn").click()
    _judge(page)
    page.click(".auth-wrapper .authorize")
    page.wait_for_selector(".auth-container")
    _judge(page)
    context.close()


def _judge(page: Page) -> None:
    page.wait_for_timeout(300)  # its buttons change their colours by and by
    found = Axe().run(page).response["violations"]
    serious = [each for each in found if each["impact"] in ("serious", "critical")]
    assert not serious, [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in serious]


def test_without_the_viewer_the_page_says_so(town: ConsoleTown, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that could not fetch it shows where the descriptions are, and how to have the viewer."""
    monkeypatch.setattr("services.console.api.descriptions.has_viewer", lambda: False)
    page = town.visitor().get("/api/intake").text
    assert "make assets" in page
    assert 'href="/intake/openapi.json"' in page
    assert "swagger" not in page
    assert town.visitor().get("/api/nobody").status_code == 404


def test_what_is_given_packed_is_what_was_written(town: ConsoleTown) -> None:
    """A browser that unpacks gets less to load, and any other the same bytes."""
    path = assets.asset_path("console.css")
    plain = town.visitor().get(path)
    assert plain.data == assets.source_of("console.css")
    client = town.visitor()._client
    packed = client.get(path, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 3


def test_what_is_shipped_is_locked_by_its_hash() -> None:
    """Every package has a hash in the lock, which names no address; nothing of a package runs when it is fetched."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: each for name, each in lock["packages"].items() if name}
    assert {f"node_modules/{name}" for name in SHIPPED} <= packages.keys()
    assert all(each["integrity"].startswith("sha512-") for each in packages.values())
    assert "://" not in json.dumps(packages)
    assert "ignore-scripts=true" in (ROOT / ".npmrc").read_text(encoding="utf-8")
    assert all((ROOT / name).is_file() for name in LOCKED)
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert "/services/console/api/assets/viewer/" in ignored


def test_older_files_do_not_stay(tmp_path: Path) -> None:
    """Laid out are the named files of the packages, without the address of a source, in the place of all others."""
    packages, target = tmp_path / "node_modules", tmp_path / "viewer"
    for package, files in SHIPPED.items():
        packages.joinpath(package).mkdir(parents=True)
        for name in files:
            packages.joinpath(package, name).write_text("code();\n//# sourceMappingURL=x.map\n")
    target.mkdir()
    (target / "older.js").write_text("")
    lay_out(packages, target)
    wanted = {own for files in SHIPPED.values() for own in files.values()}
    assert {path.name for path in target.iterdir()} == wanted
    assert all(path.read_text() == "code();" for path in target.iterdir())
