"""Signing in with a provider of the town's own: a button, the way there and back in one browser, and a session."""

from collections.abc import Iterator
from contextlib import ExitStack
from urllib.parse import quote

import pytest

from tests.console.town import LEADER, TOWN, ConsoleTown, console_town
from tests.registry.provider import CLIENT, RETURN, SECRET, TestedProvider, provider_at_work

SUBJECT = "worker-4711"
BASE = f"/towns/{TOWN}"


@pytest.fixture(scope="module")
def provider() -> Iterator[TestedProvider]:
    """A provider at work on loopback."""
    with provider_at_work() as made:
        yield made


@pytest.fixture(scope="module")
def linked(provider: TestedProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleTown]:
    """A town whose settings name the provider, with one account that is linked to somebody there."""
    settings = {
        "ISSUER": provider.issuer,
        "CLIENT": CLIENT,
        "SECRET": SECRET,
        "RETURN": RETURN,
        "LABEL": "政务微信",
    }
    with ExitStack() as opened:
        # Read when the house is made; houses of other tests must not find them.
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("GRIDCASE_OPENID", "town")
            for name, value in settings.items():
                patch.setenv(f"GRIDCASE_OPENID_TOWN_{name}", value)
            town = opened.enter_context(console_town(tmp_path_factory.mktemp("openid")))
        town.registry.add_account("lan", "unit_staff", TOWN, LEADER, "staff-1")
        engineer = town.registry.issue_token("engineer", None, None, ("*",))
        town.time.wait_quiet()
        link = {"openid": {"provider": "town", "subject": SUBJECT}}
        town.api("PATCH", f"/v1/towns/{TOWN}/accounts/lan", engineer, link)
        yield town


def test_a_button_leads_to_the_provider_and_back_into_a_session(
    linked: ConsoleTown, provider: TestedProvider
) -> None:
    """By the name that the settings give it; where the reader wanted to go, the reader arrives."""
    browser = linked.visitor("zh")
    page = browser.get(f"/sign-in?to={quote(BASE)}/desk").text
    assert "用政务微信登录" in page
    left = browser.get(f"/sign-in/with/town?to={quote(BASE)}/desk")
    assert left.status_code == 303
    code, state = provider.sign_in(left.headers["Location"], SUBJECT)
    back = browser.get(f"/sign-in/back/town?code={quote(code)}&state={quote(state)}")
    assert (back.status_code, back.headers["Location"]) == (303, f"{BASE}/desk")
    assert browser.get(f"{BASE}/desk").status_code == 200


def test_nobody_comes_back_in_a_browser_that_did_not_leave(
    linked: ConsoleTown, provider: TestedProvider
) -> None:
    """Whoever is sent another's way back is not signed in as that one; nor does one way lead in twice."""
    browser = linked.visitor()
    code, state = provider.sign_in(browser.get("/sign-in/with/town").headers["Location"], SUBJECT)
    path = f"/sign-in/back/town?code={quote(code)}&state={quote(state)}"
    stranger = linked.visitor()
    assert stranger.get(path).status_code == 401
    assert stranger.get("/account").status_code == 303
    assert browser.get(path).status_code == 303
    assert browser.get(path).status_code == 401


def test_whom_no_account_is_linked_to_is_told_what_to_do(
    linked: ConsoleTown, provider: TestedProvider
) -> None:
    """The provider knows them, and the house does not."""
    browser = linked.visitor()
    code, state = provider.sign_in(browser.get("/sign-in/with/town").headers["Location"], "somebody else")
    answer = browser.get(f"/sign-in/back/town?code={quote(code)}&state={quote(state)}")
    assert answer.status_code == 401
    assert "link your account" in answer.text


def test_the_way_there_leads_nowhere_else_afterwards(linked: ConsoleTown, provider: TestedProvider) -> None:
    """An address of another site is no place to go to."""
    browser = linked.visitor()
    left = browser.get("/sign-in/with/town?to=https://elsewhere.example")
    code, state = provider.sign_in(left.headers["Location"], SUBJECT)
    assert (
        browser.get(f"/sign-in/back/town?code={quote(code)}&state={quote(state)}").headers["Location"] == "/"
    )


def test_without_a_provider_there_is_no_button(town: ConsoleTown) -> None:
    """A house that names none has the form alone."""
    assert "/sign-in/with/" not in town.visitor().get("/sign-in").text
