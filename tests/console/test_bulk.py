"""A step with many cases: looked at beforehand, taken with each exactly once, each told of as soon as it is done."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client

from services.console.api.bulk import _outcomes
from services.console.domain.sheets import StepToSend
from services.console.handlers.client import ApiClient
from services.console.ports.calls import ApiAnswer, ApiCall, ApiUnreachable
from tests.console.town import TOWN, ConsoleTown, Visitor

BASE = f"/towns/{TOWN}"
BULK = f"{BASE}/bulk"


@pytest.fixture
def cases(town: ConsoleTown) -> list[str]:
    """Two of the leader's, and one that is with the gas unit."""
    made = [town.report("noise", f"a drill, {n}", "drum-community")["case"] for n in range(2)]
    return [*made, town.report("gas-smell", "a smell of gas", "bridge-1")["case"]]


def preview(browser: Visitor, cases: list[str], step: str = "settle") -> str:
    """The page that says what would happen."""
    return browser.get(f"{BULK}?" + "&".join(f"case={case}" for case in cases) + f"&step={step}").text


def form_of(page: str) -> dict[str, Any]:
    """What the preview's form would send, as a browser does."""
    form = page.split('action="/towns/t-cgz/bulk"')[1].split("</form>")[0]
    hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    given: dict[str, Any] = {name: value for name, value in hidden if name not in ("case", "csrf")}
    return {**given, "case": [value for name, value in hidden if name == "case"]}


def settled(town: ConsoleTown, case: str) -> int:
    """How often a case was settled."""
    entries = town.case(case)["history"]
    return sum(entry["what"] == "step" and entry["data"].get("step") == "settle" for entry in entries)


def test_cases_are_chosen_on_the_desk_and_a_step_for_them(town: ConsoleTown, cases: list[str]) -> None:
    """Each row can be ticked; the page after offers what may be taken, and says with how many."""
    browser = town.signed_in("leader")
    desk = browser.get(f"{BASE}/desk").text
    assert f'name="case" value="{cases[0]}"' in desk
    page = browser.get(f"{BULK}?case={cases[0]}&case={cases[1]}").text
    assert re.search(r"settle</b><small>with 2 of 2<", page)


def test_the_preview_says_of_each_case_what_happens_or_why_not(town: ConsoleTown, cases: list[str]) -> None:
    """Nothing is done by looking; a case with which the step can't be taken stands there with the reason."""
    page = preview(town.signed_in("leader"), cases)
    assert "with 2; with 1 it can&#39;t" in page
    assert page.count("tag good") == 2
    assert re.search(r"left as it is</span><small>[^<]{10,}<", page)
    assert form_of(page)["case"] == cases[:2]
    assert [settled(town, case) for case in cases] == [0, 0, 0]


def test_each_is_done_once_however_often_it_is_sent(town: ConsoleTown, cases: list[str]) -> None:
    """The same form again does nothing again; what was made up for another's case is refused by its service."""
    browser = town.signed_in("leader")
    form = {**form_of(preview(browser, cases)), "fact.result": "they stopped", "case": cases}
    for _ in range(2):
        answer = browser.post(BULK, form, seen_at="/account")
        assert answer.status_code == 200, answer.text
        assert "Done: 2 of 3." in answer.text
        assert answer.text.count("not done") == 1
    assert [settled(town, case) for case in cases] == [1, 1, 0]


def test_what_was_typed_wrongly_is_told_before_anything_is_done(town: ConsoleTown) -> None:
    """The form comes back with the field marked, and what was typed."""
    case = town.report("noise", "a drill", "drum-community")["case"]
    browser = town.signed_in("leader")
    form = {**form_of(preview(browser, [case])), "fact.due_at": "soon"}
    answer = browser.post(BULK, {**form, "fact.result": ""}, seen_at="/account")
    assert settled(town, case) == 0
    assert "Done: 0 of 1." in answer.text


def test_the_page_says_of_each_as_soon_as_it_is_done(town: ConsoleTown, cases: list[str]) -> None:
    """While the second waits, the first stands on the page already: long work shows how far it has come."""
    browser = town.signed_in("leader")
    form = {
        **form_of(preview(browser, cases)),
        "fact.result": "they stopped",
        "csrf": browser.csrf("/account"),
    }
    client: Client = browser._client
    answer = client.post(BULK, data=form, base_url="http://localhost", buffered=False)
    read = ""
    pieces: Iterator[bytes] = answer.iter_encoded()
    while "1/2" not in read:
        read += next(pieces).decode()
    assert [settled(town, case) for case in cases[:2]] == [1, 0]
    assert "2/2" in read + b"".join(pieces).decode()
    assert settled(town, cases[1]) == 1


class Flaky:
    """A service that is away the first time, and says no to one case."""

    def __init__(self) -> None:
        self.asked: list[ApiCall] = []

    def ask(self, call: ApiCall) -> ApiAnswer:
        """Answer by the case."""
        self.asked.append(call)
        if "case-away" in call.path:
            raise ApiUnreachable
        if "case-no" in call.path:
            return ApiAnswer(409, {}, b'{"code": "step-not-now", "cause": "not now", "remedy": "wait"}')
        return ApiAnswer(200, {}, b'{"number": "1", "state": "settled"}')


def test_what_was_not_answered_may_be_sent_again_and_what_was_refused_not() -> None:
    """Each case has a key of its own, the same whenever the form is sent."""
    calls = Flaky()
    client = ApiClient(calls, "en", "127.0.0.1")
    keys = ["case-away", "case-no", "case-yes"]
    found = list(_outcomes(client, TOWN, keys, StepToSend("settle"), "k", {}))
    assert [(each.problem is None, each.is_open) for each in found] == [
        (False, True),
        (False, False),
        (True, False),
    ]
    sent = [call.headers["Idempotency-Key"] for call in calls.asked]
    assert sent == [f"k.{key}" for key in keys]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_of_many_cases_shows_a_key(town: ConsoleTown, cases: list[str], language: str) -> None:
    """Categories, units, steps and states by their names."""
    browser = town.signed_in("leader", language)
    text = re.sub(r"<[^>]+>", " ", preview(browser, cases))
    for key in ("grid-responsible-leader", "gas-unit", "gas-smell", "drum-community"):
        assert key not in text
