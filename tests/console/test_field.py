"""Work in the field: the day of a grid worker, found and settled in one step, and forms that come later."""

import re
from io import BytesIO
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.console.api.assets import hashed_names
from tests.console.field import give_patroller
from tests.console.test_pages import BASE, PNG
from tests.console.town import TOWN, ConsoleTown, Visitor


@pytest.fixture(scope="module")
def patroller(town: ConsoleTown) -> Visitor:
    return town.signed_in(give_patroller(town))


def report(browser: Visitor, category: str, **form: Any) -> TestResponse:
    path = f"{BASE}/report/{category}"
    given = {"text": "a lid is loose", "channel": "patrol", "place": "drum-1", **form}
    return browser.post(path, given, seen_at=path)


def case_of(answer: TestResponse) -> str:
    found = re.search(r"/(?:cases|reported)/([^/?#]+)", answer.headers["Location"])
    assert found, answer.headers["Location"]
    return found.group(1)


def test_a_grid_workers_day_begins_with_it(town: ConsoleTown, patroller: Visitor) -> None:
    """The first page of whoever walks a grid is the day; others have their desk."""
    assert patroller.get("/").headers["Location"] == f"{BASE}/day"
    assert town.signed_in("leader").get("/").headers["Location"] == f"{BASE}/desk"


def test_the_day_is_the_own_grids_with_the_next_step_at_hand(town: ConsoleTown, patroller: Visitor) -> None:
    """What I am to do comes with its step; what others do in my grid is apart; another grid's is not here."""
    mine = town.report("small-repair", "a lid is loose", "drum-1")["number"]
    others = town.report("noise", "a drill", "drum-1")["number"]
    elsewhere = town.report("noise", "a drill", "bridge-1")["number"]
    page = patroller.get(f"{BASE}/day").text
    todo, _, rest = page.partition("for others to do")
    assert mine in todo
    assert "handle on the spot" in todo.partition(mine)[2]
    assert others not in todo
    assert others in rest
    assert elsewhere not in page


def test_found_and_settled_in_one_step(town: ConsoleTown, patroller: Visitor) -> None:
    """Report, photographs from before and after, and the step that the rules give the grid: one form, one press."""
    answer = report(
        patroller, "small-repair", settled="yes", result="the lid is fixed",
        photographs=(BytesIO(PNG), "loose.png"), after=(BytesIO(PNG + b" "), "fixed.png"),
    )  # fmt: skip
    page = patroller.get(answer.headers["Location"]).text
    assert "Done: handle on the spot" in page
    case = town.case(case_of(answer))
    assert case["facts"]["work_log"] == "the lid is fixed"
    assert {"settled", "closed"} <= set(case["milestones"])
    assert {file["name"] for file in case["attachments"]} == {"loose.png", "fixed.png"}


def test_sent_again_it_is_neither_reported_nor_settled_twice(town: ConsoleTown, patroller: Visitor) -> None:
    """Whatever of the answers a phone has lost: the same key, the same case, one step, each photograph once."""
    cases = []
    for _ in range(3):
        files = {"photographs": (BytesIO(PNG), "loose.png"), "after": (BytesIO(PNG + b" "), "fixed.png")}
        answer = report(patroller, "small-repair", settled="yes", result="fixed", key="k-settled", **files)
        assert "not settled" not in patroller.get(answer.headers["Location"]).text
        cases.append(case_of(answer))
    assert len(set(cases)) == 1
    case = town.case(cases[0])
    assert len(case["attachments"]) == 2
    assert [entry["what"] for entry in case["history"]].count("step") == 1


def test_what_the_rules_give_to_others_is_reported_and_said_plainly(
    town: ConsoleTown, patroller: Visitor
) -> None:
    """The report stands; that it is not settled, and whose it is, stands on the page that follows."""
    answer = report(patroller, "noise", settled="yes", result="asked them to stop")
    page = patroller.get(answer.headers["Location"]).text
    assert "Reported, but not settled" in page
    assert "responsible leader" in page
    assert "settled" not in town.case(case_of(answer))["milestones"]


def test_without_a_result_the_way_on_is_open(town: ConsoleTown, patroller: Visitor) -> None:
    """The step's form stands open on the case's page."""
    answer = report(patroller, "small-repair", settled="yes", result="")
    page = patroller.get(answer.headers["Location"]).text
    assert "Reported, but not settled yet" in page
    assert re.search(r'id="step-handle-on-the-spot" open', page)
    assert town.case(case_of(answer))["state"] == "accepted"


def test_a_form_that_comes_later_is_answered_for_a_script(patroller: Visitor) -> None:
    """Where it led; or why it was refused, in the reader's words. Never as a page that nobody looks at."""
    path = f"{BASE}/report/noise"
    later = {"X-Gridcase-Later": "yes"}
    given = {"text": "a drill", "channel": "patrol", "place": "drum-1"}
    sent = patroller.post(path, given, seen_at=path, headers=later)
    assert sent.status_code == 200
    assert sent.json["to"].startswith(f"{BASE}/reported/")
    refused = patroller.post(path, {**given, "channel": "none-such"}, seen_at=path, headers=later)
    assert refused.status_code >= 400
    assert "none-such" in refused.json["cause"]


def test_two_people_on_one_case_the_second_is_told_and_loses_nothing(
    town: ConsoleTown, patroller: Visitor
) -> None:
    """Both have the case's page open; the second reads what the first did, beside what was typed."""
    case = town.report("small-repair", "a lid is loose", "drum-1")["case"]
    page = f"{BASE}/cases/{case}"
    seen = re.findall(r'name="seen" value="(\d+)"', patroller.get(page).text)[0]
    other = town.signed_in(give_patroller(town))
    first = other.post(
        f"{page}/steps/report-progress", {"seen": seen, "fact.progress": "on my way"}, seen_at=page
    )
    assert first.status_code == 303, first.text
    given = {"seen": seen, "fact.work_log": "the lid is fixed"}
    second = patroller.post(f"{page}/steps/handle-on-the-spot", given, seen_at=page)
    assert second.status_code == 412
    assert "since you looked" in second.text
    assert "the lid is fixed</textarea>" in second.text
    now = re.findall(r'name="seen" value="(\d+)"', second.text)[0]
    again = patroller.post(f"{page}/steps/handle-on-the-spot", {**given, "seen": now}, seen_at=page)
    assert again.status_code == 303


def test_a_phone_may_keep_a_grid_workers_pages_and_nobody_elses(
    town: ConsoleTown, patroller: Visitor
) -> None:
    """Of an office's computer no case lies in the browser's store; forms say nothing of anybody."""
    case = town.report("noise", "a drill", "drum-1")["case"]
    own, forms = (
        (f"{BASE}/day", f"{BASE}/cases/{case}"),
        (f"{BASE}/report", f"{BASE}/report/noise", "/waiting"),
    )
    assert all(patroller.get(path).headers.get("X-Gridcase-Keep") == "yes" for path in (*own, *forms))
    leader = town.signed_in("leader")
    assert not any(leader.get(path).headers.get("X-Gridcase-Keep") for path in own)
    assert all(leader.get(path).headers.get("X-Gridcase-Keep") for path in forms)


def test_the_worker_is_the_consoles_own_and_knows_its_files(town: ConsoleTown) -> None:
    """Asked for anew each time, so that a newer one is found; it may speak to this house alone."""
    answer = town.visitor().get("/worker.js")
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    names = re.findall(r'"(/assets/[^"]+)"', town.visitor().get("/").text)
    assert all(name in answer.text for name in names)
    assert TOWN not in answer.text


@pytest.mark.parametrize("file", ["kept.js", "field.js", "worker.js", "console.js"])
def test_scripts_use_nothing_newer_than_the_oldest_browser(file: str) -> None:
    """Chromium 86: what came later would end the whole script there."""
    from services.console.api.assets import source_of

    newer = re.compile(
        r"randomUUID|\?\?=|\|\|=|&&=|\.at\(|structuredClone|Object\.hasOwn|replaceChildren|findLast|toSorted"
        r"|toReversed|Object\.groupBy|withResolvers|static \{|\bimport\b|CompressionStream|showModal|popover"
    )
    assert not newer.search(source_of(file).decode())


def test_a_phone_keeps_nothing_of_the_descriptions_of_the_api(town: ConsoleTown) -> None:
    """They are two megabytes, and no grid worker's day shows one."""
    kept = town.visitor().get("/worker.js").text.partition("\n")[0]
    of_day = {"console.css", "console.js", "sign.svg", "field.js"}
    assert {own for own, name in hashed_names().items() if f"/assets/{name}" in kept} == of_day
