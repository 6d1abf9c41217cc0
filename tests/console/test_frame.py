"""The frame of every page: who reads, in which language, what a browser may do, how one signs in and out."""

import re

import pytest
from werkzeug.test import Client

from services.console.api.cookies import NEAR
from services.console.api.frame import POLICY
from tests.console.town import PASSWORD, TOWN, ConsoleTown

OPEN_PAGES = [
    "/",
    "/sign-in",
    f"/towns/{TOWN}",
    f"/towns/{TOWN}/public",
    f"/towns/{TOWN}/report",
]
OWN_PAGES = [
    f"/towns/{TOWN}/desk",
    f"/towns/{TOWN}/supervision",
    "/messages",
    "/account",
    f"/towns/{TOWN}/cases",
]


def test_nobody_is_asked_to_sign_in_to_report(town: ConsoleTown) -> None:
    """The first page shows the towns, and how to sign in for those who work there."""
    page = town.visitor().get("/").text
    assert f'href="/towns/{TOWN}"' in page
    assert 'href="/sign-in' in page


@pytest.mark.parametrize("path", OWN_PAGES)
def test_a_page_for_staff_leads_to_the_door(town: ConsoleTown, path: str) -> None:
    """Whoever is not signed in is asked to, and comes to the page that was wanted."""
    browser = town.visitor()
    sent = browser.get(path)
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/sign-in?to={path}")
    entered = browser.post("/sign-in", {"login": "watcher", "password": PASSWORD, "to": path})
    assert entered.headers["Location"] == path
    assert browser.get(path).status_code == 200


@pytest.mark.parametrize(
    ("login", "password"), [("watcher", "not the password"), ("nobody", PASSWORD), ("watcher", ""), ("", "")]
)
def test_a_wrong_sign_in_says_what_to_do(town: ConsoleTown, login: str, password: str) -> None:
    """Whatever was wrong, the same words; the login stays in its field and the password does not."""
    answer = town.visitor().post("/sign-in", {"login": login, "password": password})
    assert answer.status_code in (401, 422)
    assert 'role="alert"' in answer.text
    assert f'value="{login}"' in answer.text
    assert "not the password" not in answer.text


@pytest.mark.parametrize("to", ["//elsewhere.example", "https://elsewhere.example/", "/\\elsewhere.example"])
def test_signing_in_leads_nowhere_else(town: ConsoleTown, to: str) -> None:
    """A link with another house's address in it does not send anybody there."""
    answer = town.visitor().post("/sign-in", {"login": "watcher", "password": PASSWORD, "to": to})
    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session(town: ConsoleTown) -> None:
    """Afterwards the same cookie opens nothing: the registry has ended it too."""
    browser = town.signed_in("watcher")
    assert browser.get("/account").status_code == 200
    assert browser.post("/sign-out", {}, seen_at="/account").status_code == 303
    assert browser.get("/account").status_code == 303


def test_sessions_are_seen_and_ended(town: ConsoleTown) -> None:
    """From one device another one's session is ended: what it had does not work any more there."""
    here, there = town.signed_in("gas"), town.signed_in("gas")
    page = here.get("/account").text
    ends = re.findall(r'action="(/account/sessions/[^"]+/end)"', page)
    assert ends
    for path in ends:
        assert here.post(path, {}, seen_at="/account").status_code == 303
    town.time.wait_quiet()
    sessions = there.get("/account")
    assert sessions.status_code == 303
    assert here.get("/account").status_code == 200


def test_a_first_password_opens_nothing_but_the_way_to_another(town: ConsoleTown) -> None:
    """Whatever page is asked for, the account's comes, and says what to do."""
    first = town.registry.add_account("newcomer", "supervisor", TOWN, None, "newcomer-1")
    browser = town.visitor()
    assert browser.post("/sign-in", {"login": "newcomer", "password": first}).status_code == 303
    for path in ("/", f"/towns/{TOWN}/supervision", "/messages"):
        assert browser.get(path).headers["Location"] == "/account"
    assert "before you begin" in browser.get("/account").text
    changed = {"old": first, "new": PASSWORD, "again": PASSWORD}
    assert (
        browser.post("/account/password", {**changed, "again": "another"}, seen_at="/account").status_code
        == 422
    )
    assert browser.post("/account/password", changed, seen_at="/account").status_code == 303
    assert browser.get(f"/towns/{TOWN}/supervision").status_code == 200


def test_a_password_that_may_not_be_chosen_is_refused_in_words(town: ConsoleTown) -> None:
    """The registry says why, and the page repeats it."""
    weak = {"old": PASSWORD, "new": "short", "again": "short"}
    answer = town.signed_in("watcher").post("/account/password", weak, seen_at="/account")
    assert answer.status_code == 422
    assert "characters" in answer.text


@pytest.mark.parametrize("path", [*OPEN_PAGES, *OWN_PAGES])
def test_no_page_runs_or_loads_anything_foreign(town: ConsoleTown, path: str) -> None:
    """The policy names this console alone, and no page has a style or a script written into it."""
    answer = town.signed_in("watcher").get(path, follow=True)
    assert answer.headers["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert not re.search(r'\sstyle=|<style|\son[a-z]+="|javascript:', answer.text)
    assert re.findall(r"<script[^>]*>(.*?)</script>", answer.text, re.DOTALL) == ["", ""]
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', answer.text)
    assert addresses
    assert all(address.startswith(("/", "?", "#")) for address in addresses), addresses
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"


def test_style_and_script_are_kept_by_their_hash(town: ConsoleTown) -> None:
    """What a page names is there, for good; another name is not."""
    page = town.visitor().get("/").text
    names = set(re.findall(r'"(/assets/[^"]+)"', page))
    assert len(names) == 4
    for name in names:
        answer = town.visitor().get(name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    assert town.visitor().get("/assets/console.000000000000.css").status_code == 404


@pytest.mark.parametrize(
    ("asked", "lang"), [("zh-CN,zh;q=0.9", "zh-Hans"), ("en-GB", "en"), ("fr", "zh-Hans"), ("", "zh-Hans")]
)
def test_chinese_comes_first(town: ConsoleTown, asked: str, lang: str) -> None:
    """The browser's language where we speak it, Chinese everywhere else."""
    assert f'<html lang="{lang}">' in town.visitor(asked).get("/").text


def test_the_language_is_switched_and_stays(town: ConsoleTown) -> None:
    """Through signing in and out, and back on the page where the switch was pressed."""
    browser = town.visitor("zh")
    back = f"/towns/{TOWN}/report"
    answer = browser.post("/language", {"language": "en", "back": back}, seen_at=back)
    assert answer.headers["Location"] == back
    assert '<html lang="en">' in browser.get(back).text
    browser.post("/sign-in", {"login": "watcher", "password": PASSWORD})
    assert '<html lang="en">' in browser.get("/account").text


@pytest.mark.parametrize(
    "path", ["/sign-in", "/sign-out", "/language", "/messages/read", f"/towns/{TOWN}/report/noise"]
)
def test_a_form_of_another_house_is_refused(town: ConsoleTown, path: str) -> None:
    """Without the seal of a page of ours nothing is done, and the page says what to do."""
    answer = town.signed_in("leader").post_unsealed(path, {"login": "x", "password": "x"})
    assert answer.status_code == 400
    assert "http-equiv" not in answer.text


def test_the_cookie_is_closed_and_for_us_alone(town: ConsoleTown) -> None:
    """A script can't read it, another site does not send it, and what is within can't be read by anybody."""
    browser = Client(town.front)
    page = browser.get("/sign-in", base_url="https://town.example.cn")
    (cookie,) = page.headers.getlist("Set-Cookie")
    assert {"HttpOnly", "SameSite=Lax", "Secure", "Path=/"} <= set(cookie.split("; "))
    name, _, rest = cookie.partition("=")
    assert name == "__Host-gridcase"
    value = rest.partition(";")[0].strip('"')
    assert value.startswith("g1.")
    near = browser.get("/sign-in", base_url="http://127.0.0.1:8080").headers.getlist("Set-Cookie")
    assert all("Secure" not in each for each in near)


def test_a_cookie_that_somebody_changed_is_nobodys(town: ConsoleTown) -> None:
    """It opens nothing, and no error either."""
    browser = Client(town.front)
    browser.set_cookie(NEAR, "g1.00000000.AAAA", domain="localhost")
    assert browser.get("/", base_url="http://localhost").status_code == 200
    assert browser.get("/account", base_url="http://localhost").status_code == 303


def test_a_missing_page_says_so_in_words(town: ConsoleTown) -> None:
    """With the way back; an unknown town is such a page too."""
    for path in (f"/towns/{TOWN}/cases/none-such", "/towns/none-such", "/towns/none-such/public"):
        answer = town.signed_in("watcher").get(path)
        assert answer.status_code in (404, 409), path
        assert 'href="/"' in answer.text
