"""Pages of surveys and spot checks without a script: giving one out, answering on a phone, drawing, verifying."""

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from tests.console.owing import BASE, OwingConsole, owing_console
from tests.console.test_duties import main_of
from tests.console.town import Visitor
from tests.occurrences.conftest import EAST
from tests.occurrences.packs import OFFICE, TOWN
from tests.occurrences.surveyed import FILES
from tests.occurrences.test_members import CHECKS
from tests.occurrences.test_members import FILES as OF_VISITS

SURVEYS, SAMPLES = f"{BASE}/surveys", f"{BASE}/samples"
HALF = "half-yearly-survey"
ONE = {"form": "survey", "most": "20", "to": "2026-03-31"}


@pytest.fixture
def town() -> Iterator[OwingConsole]:
    """The town that holds surveys, on the morning of Monday the 2nd of March 2026."""
    with owing_console(FILES) as found:
        yield found


def given_out(town: OwingConsole, who: str = "east", **more: str) -> tuple[Visitor, str, str]:
    """A survey: whoever gave it out, its page, and the path of its address."""
    visitor = town.signed_in(who)
    made = visitor.post(SURVEYS, {**ONE, **more}, seen_at=SURVEYS)
    page = str(made.headers["Location"])
    (path,) = set(re.findall(rf"{BASE}/answer/[A-Za-z0-9_-]+", visitor.get(page).text))
    return visitor, page, str(path)


def answered(town: OwingConsole) -> int:
    (survey,) = town.ask("/surveys", "supervisor")["surveys"]
    return int(survey["answered"])


def test_51_an_address_is_hung_up_and_answered_in_chinese_first_without_an_account(
    town: OwingConsole,
) -> None:
    """The sheet has its picture and place; the form is the pack's; thanks come once; the office sees a number."""
    east, page, path = given_out(town)
    sheet = main_of(east.get(page).text)
    assert sheet.count("<svg") >= 1
    assert "0 of 20" in sheet
    phone = Visitor(town.front, "zh-CN")
    asked = main_of(phone.get(path).text)
    assert "满意度测评" in asked
    assert "东村" in asked
    assert "匿名" in asked
    assert 'name="fact.score"' in asked
    done = phone.post(path, {"fact.score": "88"}, seen_at=path)
    assert "谢谢" in phone.get(str(done.headers["Location"])).text
    again = phone.post(path, {"fact.score": "12"}, seen_at=path)
    assert "您已经答过了" in phone.get(str(again.headers["Location"])).text
    assert answered(town) == 1
    assert "1 of 20" in east.get(page).text
    assert "Fewer than 5" in east.get(page).text


def test_what_was_typed_wrong_stays_and_what_is_over_is_said(town: OwingConsole) -> None:
    """A score that is none is asked for again beside the remark; a survey that was ended says so, with no form."""
    east, page, path = given_out(town)
    phone = Visitor(town.front, "en")
    wrong = phone.post(path, {"fact.score": "101", "fact.remark": "the lamp is dark"}, seen_at=path)
    assert wrong.status_code == 422
    assert "the lamp is dark" in wrong.text
    assert phone.post(path, {"fact.score": "", "fact.remark": "-"}, seen_at=path).status_code == 422
    east.post(f"{page}/end", {}, seen_at=page)
    over = phone.get(path)
    assert (over.status_code, "fact.score" in over.text) == (409, False)
    assert "this survey is over" in over.text
    assert phone.get(f"{BASE}/answer/nothing-like-it").status_code == 404
    assert "/answer/" not in main_of(east.get(page).text)


def test_a_caller_is_written_down_and_a_deputy_answers_once(town: OwingConsole) -> None:
    """By telephone one answer each call; with an account one each, on whatever device; the channels are kept."""
    _, _, path = given_out(town)
    agent = town.signed_in("centre")
    for score in ("70", "80"):
        form = main_of(agent.get(f"{path}?phone=yes").text)
        (once,) = re.findall(r'name="once" value="([^"]+)"', form)
        sent = {"fact.score": score, "phone": "yes", "once": once}
        for _ in range(2):
            assert (
                agent.post(path, sent, seen_at=f"{path}?phone=yes").headers["Location"].endswith("phone=yes")
            )
    for _ in range(2):
        deputy = town.signed_in("west")
        deputy.post(path, {"fact.score": "90"}, seen_at=path)
    assert answered(town) == 3


def test_a_survey_of_representatives_asks_to_sign_in(town: OwingConsole) -> None:
    """Without an account there is the way to sign in, and no form."""
    _, _, path = given_out(town, accounts="yes")
    page = main_of(Visitor(town.front, "en").get(path).text)
    assert "fact.score" not in page
    assert "/sign-in?to=" in page
    assert 'name="fact.score"' in town.signed_in("west").get(path).text


def test_a_survey_for_an_occurrence_and_an_answer_from_paper(town: OwingConsole) -> None:
    """From the duty's page; what is entered from paper is nobody's record, and leads back to the surveys."""
    half = town.occurrence(HALF, "2026-06-30", EAST)["id"]
    east = town.signed_in("east")
    assert f"{SURVEYS}?occurrence={half}" in east.get(f"{BASE}/occurrences/{half}").text.replace("&amp;", "&")
    asked = f"{SURVEYS}?occurrence={half}"
    made = east.post(SURVEYS, {"form": "survey", "most": "5", "occurrence": half}, seen_at=asked)
    assert made.status_code == 303
    path = f"{BASE}/occurrences/{half}/record"
    kept = east.post(path, {"fact.score": "77", "day": "2026-03-02", "key": "k"}, seen_at=path)
    assert str(kept.headers["Location"]) == SURVEYS
    assert town.records() == []
    assert town.occurrence(HALF, "2026-06-30", EAST)["state"] == "met"
    refused = east.post(SURVEYS, {**ONE, "most": "0"}, seen_at=SURVEYS)
    assert (refused.status_code, 'value="0"' in refused.text) == (400, True)


def test_40_a_sample_is_drawn_and_verified_one_by_one() -> None:
    """From the verifier's duty to the last form: each has its link, the table its rates, the seed stands beside."""
    with owing_console(OF_VISITS) as town:
        path = a_drawn_sample(town)
        office = town.signed_in("office")
        occurrence = town.occurrence(CHECKS, "2026-03-31", OFFICE)["id"]
        assert f"{SAMPLES}?occurrence={occurrence}" in office.get(f"{BASE}/occurrences/{occurrence}").text
        page = main_of(office.get(path).text)
        assert "0 of 2 verified" in page
        (sample,) = town.ask("/samples", "office")["samples"]
        assert sample["seed"] in page
        forms = re.findall(rf'href="({BASE}/occurrences/[^"]+/record\?subject=[^"]+)"', page)
        assert len(forms) == 2
        for form in forms:
            subject = form.rpartition("=")[2]
            assert f'value="{subject}"' in office.get(form).text
            sent = {"fact.found": "so", "subject": subject, "day": "2026-03-12", "key": subject}
            assert office.post(form, sent, seen_at=form).status_code == 303
        page = main_of(office.get(path).text)
        assert "2 of 2 verified" in page
        assert "66.7 %" in page
        again = office.post(SAMPLES, {"occurrence": occurrence}, seen_at=SAMPLES)
        assert (again.status_code, "nobody draws twice" in again.text) == (409, True)


def test_closed_cases_are_drawn_from_those_of_some_days(town: OwingConsole) -> None:
    """All that were reported then and are closed; one that is open is none of them."""
    cases = [_reported(town) for _ in range(6)]
    for case in cases[:5]:
        _closed(town, case)
    town.advance("2026-03-03 09:00")
    office = town.signed_in("office")
    body = {"of": "case", "form": "spot-check", "share": "40", "from": "2026-03-02", "to": "2026-03-02"}
    made = office.post(SAMPLES, body, seen_at=SAMPLES)
    assert made.status_code == 303, made.text
    page = main_of(office.get(str(made.headers["Location"])).text)
    assert "0 of 2 verified" in page
    drawn = set(re.findall(rf'href="{BASE}/cases/([^"]+)"', page))
    assert len(drawn) == 2
    assert drawn <= set(cases[:5])
    assert town.ask("/samples", "office")["samples"][0]["strata"][0]["size"] == 5


def a_drawn_sample(town: OwingConsole) -> str:
    """Three households are visited, two of them drawn; the page of the sample."""
    for name in ("one", "two", "three"):
        _household(town, name)
    town.advance("2026-03-10 09:00")
    for each in _entries(town):
        _keep(town, "east", "visit", each)
    town.advance("2026-03-12 09:00")
    occurrence = town.occurrence(CHECKS, "2026-03-31", OFFICE)["id"]
    made = town.signed_in("office").post(SAMPLES, {"occurrence": occurrence}, seen_at=SAMPLES)
    return str(made.headers["Location"])


def _household(town: OwingConsole, name: str) -> None:
    body = {
        "type": "household",
        "place": "east",
        "facts": {"group": "alone"},
        "date": "2026-03-02",
        "source": name,
    }
    _post(town, "/ledger/entries", "east", body)


def _entries(town: OwingConsole) -> list[str]:
    return [each["id"] for each in town.ask("/ledger/entries", "east")["entries"]]


def _keep(town: OwingConsole, who: str, form: str, subject: str) -> None:
    _post(town, "/records", who, {"form": form, "subject": subject, "facts": {"found": "-"}})


def _reported(town: OwingConsole) -> str:
    body = {"category": "quarrel", "channel": "app", "place": "east", "text": "two shout"}
    return str(_post(town, "/cases", "east", body)["case"])


def _closed(town: OwingConsole, case: str) -> None:
    for step in ("settle", "close"):
        _post(town, f"/cases/{case}/steps", "east", {"step": step, "facts": {}})


def _post(town: OwingConsole, path: str, who: str, body: dict[str, object]) -> dict[str, object]:
    headers = {"Authorization": f"Bearer {town.tokens[who]}", "Accept-Language": "en"}
    answer = Client(town.front).post(f"/v1/towns/{TOWN}{path}", headers=headers, json=body)
    assert answer.status_code < 300, answer.text
    town.house.world.settle()
    return dict(answer.json or {})
