"""Work goes on after an upgrade: what can be done next in cases of a version before, by people of that version."""

import hashlib
from collections import Counter

import pytest

from tests.upgrade.upgraded import Upgraded, kept_houses

DRAFTS = ("draft of a machine", "draft of words")
pytestmark = pytest.mark.parametrize("awake", kept_houses(), indirect=True)


def test_steps_are_taken_in_cases_of_before(awake: Upgraded) -> None:
    """Settled in time, handed over and accepted there, reopened with a new full limit, resumed after an answer."""
    assert awake.step("warned", "settle", result="已疏通")["state"] == "settled"
    assert awake.clock("warned", "settle")["verdict"] == "in_time"

    case = awake.step("reported unheard", "find-department-matter", category="road-damage")
    assert (case["assignment"]["lead"], case["state"]) == ("t-vtc/works-office", "assigned")
    assert awake.step("reported unheard", "accept")["state"] == "accepted"
    assert (
        awake.clock("reported unheard", "settle")["label"] == "2026-04-02 24:00"
    )  # the 27th is a day of rest now

    reporter = awake.token("reporter", person=awake.view("settled")["report"]["reporter"])
    assert awake.step("settled", "not-satisfied", reporter, complaint="又吵了")["round"] == 2
    assert awake.clock("settled", "settle", 2)["state"] == "running"

    reporter = awake.token("reporter", person=awake.view("paused at the mill")["report"]["reporter"])
    awake.step("paused at the mill", "answer", reporter)
    assert awake.clock("paused at the mill", "settle")["state"] == "running"


def test_what_was_asked_of_others_can_be_answered(awake: Upgraded) -> None:
    """A case that waited for its lead is accepted; a petition's approval, an objection, a sealed case go on."""
    assert awake.step("handed over and not accepted", "accept")["state"] == "accepted"
    assert awake.step("put up", "答复异议", 异议答复="另辟车位")["milestones"]["答复异议"]
    committee = awake.token("unit_staff", "t-lake.西湾村/监委会", "p-new")
    assert awake.step("put up", "公示期满", committee)["milestones"]["公示期满"]
    assert awake.view("under seal")["hidden"]
    assert awake.step("under seal", "settle", result="done")["hidden"] is False


def test_a_parked_message_is_tried_again(awake: Upgraded) -> None:
    """Replayed, it is handled, what waited behind it follows, and each is told of it once."""
    (parked,) = awake.house.letters("notify", ("parked",))
    before = _told(awake, "settled and closed unheard")
    awake.house.replay("notify", str(parked[-1]))
    awake.house.rest()
    assert awake.house.letters("notify") == []
    news = _told(awake, "settled and closed unheard") - before
    assert news == Counter(
        {
            ("settled", "reporter", "inbox"): 1,
            ("settled", "archive", "inbox"): 1,
            ("settled", "archive", "file"): 1,
            ("closed", "archive", "inbox"): 1,
            ("closed", "archive", "file"): 1,
        }
    )


def _told(upgraded: Upgraded, name: str) -> Counter[tuple[str, str, str]]:
    rows = upgraded.view(name)["notifications"]
    return Counter((row["on"], row["party"], row["channel"]) for row in rows)


def test_drafts_become_cases(awake: Upgraded) -> None:
    """What a machine reported, with its repetitions, and a category proposed from words are confirmed by a person, and
    decided by the rules in force now."""
    confirmed = {name: awake.ask("intake", "POST", f"{awake.path(name)}/confirm", {}) for name in DRAFTS}
    assert {name: case["state"] for name, case in confirmed.items()} == dict.fromkeys(DRAFTS, "reported")
    leads = {name: awake.view(name)["assignment"]["lead"] for name in DRAFTS}
    assert leads == {"draft of a machine": "t-mill/station", "draft of words": "t-mill/bureau"}
    assert awake.view("draft of a machine")["repeats"] == 1


def test_what_was_asked_before_gets_the_same_answer(awake: Upgraded) -> None:
    """A report sent again under its key opens no second case; what is answered beside it since is no other answer."""
    for known in awake.expected["kept"]["requests"].values():
        headers = {"Idempotency-Key": known["key"]}
        again = awake.ask("intake", "POST", known["path"], known["body"], known["token"], headers=headers)
        assert {name: again[name] for name in known["answer"]} == known["answer"]


def test_what_was_sealed_can_be_opened(awake: Upgraded) -> None:
    """Identities of reporters and members, and the bytes of files, are what they were."""
    for name, identity in awake.expected["kept"]["identities"].items():
        assert awake.ask("intake", "GET", f"{awake.path(name)}/reporter")["identity"] == identity
    for person, known in awake.expected["kept"]["people"].items():
        found = awake.ask("registry", "GET", known["path"])
        assert (found["name"], found["addresses"]) == (known["name"], known["addresses"]), person
    for row in awake.view("extended")["attachments"]:
        content = awake.ask("intake", "GET", f"{awake.path('extended')}/attachments/{row['id']}")
        assert hashlib.sha256(content).hexdigest() == row["sha256"]


def test_a_limit_that_was_withheld_runs_once_its_year_is_known(awake: Upgraded) -> None:
    """The days of the year that was missing are published, and the clock of before is counted from its old start."""
    days = {"years": [2027], "holidays": {}, "make_up": {}}
    awake.ask("registry", "POST", "/v1/towns/t-mill/calendar", days)
    clock = awake.clock("withheld", "settle")
    assert (clock["state"], clock["started_at"]) == ("running", "2026-03-13T02:00:00.000000Z")
    assert clock["due_at"] > "2027-01-01"


def test_a_re_decision_half_done_is_done(awake: Upgraded) -> None:
    """Cases that were asked about and cases that still waited are all decided, each once more."""
    rows = awake.ask("intake", "GET", "/v1/towns/t-mill/redecisions")["redecisions"]
    (row,) = [row for row in rows if row["cause"] == "asked"]
    assert (row["state"], row["progress"]) == ("done", {"waiting": 0, "asked": 0, "decided": 4, "left": 0})
