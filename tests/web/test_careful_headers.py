"""Whatever a house answers, and whoever in it answers, keeps browsers careful."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from gridcase.embedded import embed, plan_in
from gridcase.home import make_home
from shared.web.watching import HEADERS

PAGES = [
    "/",
    "/house",
    "/sign-in",
    "/healthz",
    "/metrics",
    "/nothing",
    "/api/intake",
    "/intake/openapi.json",
    "/v1/inbox",
    "/a//b",
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a house without any town."""
    house = embed(plan_in(tmp_path_factory.mktemp("house"), "reference"))
    yield house.serve(make_home(house.services, house.health, []), "127.0.0.1", 0)
    house.stop()


def ask(method: str, url: str, **more: object) -> requests.Response:
    with requests.Session() as session:
        session.trust_env = False
        return session.request(method, url, timeout=30, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST", "DELETE"])
@pytest.mark.parametrize("path", PAGES)
def test_every_answer_has_the_headers(address: str, method: str, path: str) -> None:
    """Pages, refusals, figures, health: none may be guessed at, framed, or kept."""
    answer = ask(method, address + path)
    assert {name for name, _ in HEADERS} <= answer.headers.keys(), (method, path)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert "Server" not in answer.headers


@pytest.mark.parametrize("path", ["/house"])
def test_a_page_has_the_style_that_it_announces(address: str, path: str) -> None:
    """The hash in the policy is that of the style within: a browser applies it, and no other."""
    import base64
    import hashlib

    answer = ask("GET", address + path)
    (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{seal}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/", "/house", "/healthz", "/v1/tokens", "/v1/towns/x/cases", "/api/intake"]
)
def test_allow_names_what_is_there(address: str, path: str) -> None:
    """OPTIONS and the refusal of another method name the same methods, and each of them is answered."""
    told = ask("OPTIONS", address + path).headers["Allow"]
    refused = ask("PATCH", address + path)
    assert refused.status_code == 405
    named = {name.strip() for name in refused.headers["Allow"].split(",")}
    assert {name.strip() for name in told.split(",")} == named
    assert [method for method in named if ask(method, address + path).status_code == 405] == []


def test_nothing_is_left_of_the_house(tmp_path: Path) -> None:
    """A house that serves lets go of its address at its end."""
    house = embed(plan_in(tmp_path, "reference"))
    address = house.serve(make_home(house.services, house.health, []), "127.0.0.1", 0)
    assert ask("GET", f"{address}/healthz").status_code == 200
    house.stop()
    with pytest.raises(requests.ConnectionError):
        ask("GET", f"{address}/healthz")
