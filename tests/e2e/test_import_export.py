"""Cases go to another system and come from one, with their numbers and dates, and nobody is told of them again."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from shared.contracts.bodies import body_of
from shared.contracts.envelope import decode
from tests.e2e.own_town import BUREAU, STATION, TOWN, OwnTown

KEPT = ("number", "category", "state", "lead", "round", "reported_at", "accepted_at", "settled_at", "steps")
OLD = {
    "number": "HL-7",
    "category": "quarrel",
    "channel": "app",
    "place": "grid-1",
    "text": "two neighbours, since last week",
    "reported_at": "2026-03-05T09:00:00+08:00",
    "accepted_at": "2026-03-05T10:00:00+08:00",
    "lead": STATION,
}


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning."""
    made = OwnTown()
    yield made
    made.close()


def bring(town: OwnTown, *lines: Any, source: str = "hotline", **more: Any) -> list[dict[str, Any]]:
    """Import lines of JSON and return the lines of the answer."""
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return send(town, text, "application/x-ndjson", source, **more)


def send(
    town: OwnTown,
    text: str | bytes,
    kind: str,
    source: str = "hotline",
    who: str = "engineer",
    query: str = "",
) -> list[dict[str, Any]]:
    """Import a file and return the lines of the answer."""
    answer = town.ask("POST", f"/cases/import?source={source}{query}", who, data=text, content_type=kind)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


def taken(town: OwnTown, *lines: Any) -> str:
    """Import one line that must be taken, and return its case."""
    result, summary = bring(town, *lines)
    assert summary["summary"]["imported"] == 1, result
    return str(result["case"])


def export(town: OwnTown, query: str = "", who: str = "operator") -> str:
    """Return the text of an export."""
    answer = town.ask("GET", f"/cases/export{query}", who)
    assert answer.status_code == 200, answer.text
    # a town's key may be Chinese, and a header carries ASCII alone
    assert answer.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''t-own-cases.")
    return answer.text


def records(town: OwnTown, query: str = "") -> list[dict[str, Any]]:
    """Return exported cases."""
    found = [json.loads(line) for line in export(town, query).splitlines()]
    return sorted(found, key=lambda one: one["number"])


def lived(town: OwnTown) -> list[str]:
    """Let four cases live: just accepted; corrected and handed over; settled twice; closed."""
    first = town.report("quarrel", title="a quarrel", reporter={"name": "A person", "phone": "1"})
    second = town.report("quarrel", answers={"litres": 5, "where_exactly": "behind the mill"})
    third, fourth = town.report("noise"), town.report("dumping")
    town.advance("2026-03-10 09:00")
    town.step(second, "correct", "station", category="dumping", where_exactly="behind the school")
    town.step(third, "settle", "station", result="talked to them")
    town.step(third, "not-content")
    town.advance("2026-03-11 09:00")
    town.step(third, "settle", "station", result="talked again")
    town.step(fourth, "settle", "bureau")
    town.step(fourth, "close", "bureau")
    return [first, second, third, fourth]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_round_trip_keeps_number_class_dates_state_lead_and_steps(town: OwnTown, form: str) -> None:
    """What one house exports, another takes, and exports the same again."""
    lived(town)
    before = records(town)
    text = export(town, f"?format={form}")
    other = OwnTown("2026-03-12 09:00")
    kind = "text/csv" if form == "csv" else "application/x-ndjson"
    *results, summary = send(other, text.encode(), kind)
    assert summary["summary"] == {"imported": 4, "known": 0, "refused": 0, "kept": True}, results
    after = records(other)
    for was, now in zip(before, after, strict=True):
        assert {name: now.get(name) for name in KEPT} == {name: was.get(name) for name in KEPT}
        assert now["facts"] == was["facts"] if "facts" in was else "facts" not in now
        assert other.ask("GET", f"/cases/{now['case']}/history/verify").json["whole"] is True
    other.close()


def test_deadlines_of_a_running_case_count_from_its_own_dates(town: OwnTown) -> None:
    """The limit runs from the acceptance there, not from the import; case and certificate show the original dates."""
    case = taken(town, OLD)
    view = town.view(case)
    assert (view["number"], view["state"], view["assignment"]["lead"]) == ("HL-7", "accepted", STATION)
    assert view["report"]["reported_at"] == "2026-03-05T01:00:00.000000Z"
    assert town.clocks(case) == [("village-limit", "running", "2026-03-10 24:00", None)]
    assert view["deadlines"][0]["started_at"] == "2026-03-05T02:00:00.000000Z"
    town.step(case, "settle", "station")
    assert town.clocks(case)[0][1:] == ("stopped", "2026-03-10 24:00", "in_time")


def test_what_lies_before_the_import_is_told_to_nobody(town: OwnTown) -> None:
    """Acceptance, breach and escalation of before stand on the case, and no notification goes out; what comes
    after is told as ever."""
    late = {**OLD, "reported_at": "2026-02-26T09:00:00+08:00", "accepted_at": "2026-02-26T10:00:00+08:00"}
    case = taken(town, late)
    assert town.clocks(case) == [("village-limit", "breached", "2026-03-02 24:00", "late")]
    assert town.view(case)["notifications"] == []
    running = taken(town, {**OLD, "number": "HL-8"})
    assert town.view(running)["notifications"] == []
    town.advance("2026-03-11 09:00")
    assert {one["on"] for one in town.view(running)["notifications"]} >= {"settle breached"}


def test_every_message_of_the_past_is_silent_and_the_next_one_is_not(town: OwnTown) -> None:
    """`silent` stands on the admission and on each step of before, with the instants of before."""
    case = taken(town, OLD)
    town.step(case, "settle", "station")
    store = town.house.services["intake"].store
    outbox = store.flow.outbox
    with store.read() as conn:
        rows = conn.execute(outbox.select().where(outbox.c.stream == case).order_by(outbox.c.id)).mappings()
        said = [decode(row["frame"]) for row in rows]
    told = [(message.type, body_of(message)) for message in said if message.type.startswith("case.")]
    assert [(type_, body.silent) for type_, body in told] == [
        ("case.admitted", True), ("case.accepted", True), ("case.settled", False),
    ]  # fmt: skip
    assert told[1][1].at == datetime(2026, 3, 5, 2, tzinfo=UTC)


def test_a_line_is_taken_once_for_its_source_and_number(town: OwnTown) -> None:
    """The same line again gives the same case; another content under the number, or another source's, is refused."""
    case = taken(town, OLD)
    again, other, foreign = (
        bring(town, OLD)[0],
        bring(town, {**OLD, "text": "something else"})[0],
        bring(town, OLD, source="paper")[0],
    )
    assert (again["status"], again["case"]) == (200, case)
    assert (other["status"], other["problem"]["code"]) == (409, "imported-otherwise")
    assert (foreign["status"], foreign["problem"]["code"]) == (409, "number-taken")
    assert len(records(town)) == 1
    twice = [line["status"] for line in bring(town, {**OLD, "number": "X"}, {**OLD, "number": "X"})[:2]]
    assert twice == [201, 200]


def test_own_numbers_go_on_after_imported_ones(town: OwnTown) -> None:
    """A number of the platform's own form is never given twice."""
    taken(town, {**OLD, "number": "2026-000041"})
    assert town.view(town.report())["number"] == "2026-000042"
    taken(town, {**OLD, "number": "2026-000007"})
    assert town.view(town.report())["number"] == "2026-000043"


def test_a_case_that_nobody_had_yet_is_decided_now(town: OwnTown) -> None:
    """Reported and nothing else: routing decides, and the lead is told like of any new case."""
    line = {name: value for name, value in OLD.items() if name not in ("lead", "accepted_at")}
    case = taken(town, line)
    view = town.view(case)
    assert (view["assignment"]["lead"], view["state"]) == (STATION, "accepted")
    assert any(one["on"] == "accepted" for one in view["notifications"])


def test_steps_and_dates_make_the_state(town: OwnTown) -> None:
    """Milestones may come as dates or as steps; a hand-over keeps who had it before, and rounds are counted."""
    by_dates = taken(town, {**OLD, "settled_at": "2026-03-06T10:00:00+08:00", "state": "settled"})
    assert town.clocks(by_dates) == [("village-limit", "stopped", "2026-03-10 24:00", "in_time")]
    steps = [
        {
            "step": "settle",
            "at": "2026-03-05T11:00:00+08:00",
            "facts": {"result": "talked"},
            "note": "by telephone",
        },
        {"step": "not-content", "at": "2026-03-05T12:00:00+08:00"},
        {"step": "inspected", "marks": ["inspected"], "at": "2026-03-06T12:00:00+08:00"},
    ]
    by_steps = taken(town, {**OLD, "number": "HL-9", "steps": steps, "state": "reopened"})
    view = town.view(by_steps)
    assert (view["round"], view["facts"]["result"]) == (2, "talked")
    assert "inspected" in view["milestones"]
    town.step(by_steps, "settle", "station")


def test_a_case_handed_over_elsewhere_can_be_decided_again_here(town: OwnTown) -> None:
    """Each hand-over of before is a decision; the next one made here is numbered after them and starts its clocks."""
    steps = [
        {
            "step": "assigned",
            "marks": ["assigned", "accepted"],
            "at": "2026-03-05T10:00:00+08:00",
            "lead": STATION,
        },
        {
            "step": "assigned",
            "marks": ["assigned", "handed_over", "accepted"],
            "at": "2026-03-06T10:00:00+08:00",
            "lead": f"{TOWN}/office",
        },
    ]
    case = taken(town, {**OLD, "steps": steps})
    assert [one["kind"] for one in town.view(case)["decisions"] if one["in_effect"]] == [
        "imported",
        "imported",
    ]
    town.step(case, "correct", category="dumping")
    view = town.view(case)
    assert (view["assignment"]["lead"], view["assignment"]["decision"]) == (BUREAU, 3)
    (running,) = [clock for clock in town.clocks(case) if clock[1] != "stopped"]
    assert running[:3] == ("town-limit", "running", "2026-03-12 24:00")


BAD = [
    ({"category": "nothing"}, "unknown-category", "category"),
    ({"channel": "drum"}, "unknown-channel", "channel"),
    ({"place": "nowhere"}, "unknown-place", "place"),
    ({"lead": "t-own/nobody"}, "unknown-unit", "lead"),
    ({"procedure": "none"}, "unknown-procedure", "procedure"),
    ({"state": "closed"}, "state-differs", "state"),
    ({"accepted_at": "2026-03-04T10:00:00+08:00"}, "step-before-the-last", "accepted_at"),
    ({"settled_at": "2026-03-19T10:00:00+08:00"}, "step-in-the-future", "settled_at"),
    ({"reported_at": "2026-03-19T10:00:00+08:00"}, "reported-in-the-future", "reported_at"),
    ({"reported_at": "yesterday"}, "invalid-input", "reported_at"),
    ({"surprise": 1}, "invalid-input", "surprise"),
    ({"steps": [{"step": "dance", "at": "2026-03-06T10:00:00Z"}]}, "old-step-unknown", "steps.0.step"),
    (
        {"steps": [{"step": "settle", "at": "2026-03-06T10:00:00Z", "facts": {"no": 1}}]},
        None,
        "steps.0.facts.no",
    ),
    ({"answers": {"litres": "five"}}, None, "facts.litres"),
]


@pytest.mark.parametrize(("wrong", "code", "field"), BAD)
def test_a_bad_line_is_told_with_line_field_cause_and_remedy(
    town: OwnTown, wrong: dict[str, Any], code: str | None, field: str
) -> None:
    """Only the bad line is refused, those around it are taken; nothing of the bad one is left behind."""
    first, bad, last, summary = bring(town, OLD, {**OLD, "number": "BAD", **wrong}, {**OLD, "number": "HL-8"})
    assert (first["status"], last["status"], summary["summary"]["refused"]) == (201, 201, 1)
    assert bad["line"] == 2
    assert bad["problem"]["where"]["field"] == field
    assert code is None or bad["problem"]["code"] == code
    assert bad["problem"]["cause"]
    assert bad["problem"]["remedy"]
    assert {one["number"] for one in records(town)} == {"HL-7", "HL-8"}


def test_lines_that_are_no_json_are_refused_one_by_one(town: OwnTown) -> None:
    """Half a line, a list, a key twice, a line too long: each is told, the rest is taken."""
    *results, summary = bring(town, '{"number":', "[]", '{"number": 1, "number": 2}', "x" * 600_000, OLD)
    assert [one["status"] for one in results][4] == 201
    assert [one["problem"]["code"] for one in results[:4]] == [
        "bad-json", "line-not-object", "duplicate-key", "line-too-long",
    ]  # fmt: skip
    assert summary["summary"] == {"imported": 1, "known": 0, "refused": 4, "kept": True}


def test_a_table_with_faults(town: OwnTown) -> None:
    """Wrong columns refuse the file; a wrong cell its row; an open quote ends the reading with its line."""
    heads = "number,category,channel,place,text,reported_at,private"
    row = "A-1,quarrel,app,grid-1,noise,2026-03-05T09:00:00Z,no"
    answer = town.ask(
        "POST", "/cases/import?source=s", "engineer", data=f"{heads},colour\n", content_type="text/csv"
    )
    assert (answer.status_code, answer.json["code"]) == (422, "unknown-columns")
    text = (
        f'{heads}\n{row}\nA-2,quarrel,app,grid-1,noise,2026-03-05T09:00:00Z,perhaps\nA-3,quarrel\nA-4,"open'
    )
    *results, _ = send(town, text, "text/csv")
    assert [one["line"] for one in results] == [2, 3, 4, 5]
    assert results[0]["status"] == 201
    codes = [one["problem"]["code"] for one in results[1:]]
    assert codes == ["bad-cell", "cells-differ", "unreadable-from-here"]
    assert results[1]["problem"]["where"]["field"] == "private"


def test_no_cell_of_a_table_is_taken_for_a_formula(town: OwnTown) -> None:
    """A text that begins like a formula has an apostrophe before it in the table, and none after the way back."""
    town.report("quarrel", text="=HYPERLINK(1)", title="'quoted")
    text = export(town, "?format=csv")
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["text"], row["title"]) == ("'=HYPERLINK(1)", "''quoted")
    other = OwnTown("2026-03-12 09:00")
    send(other, text.encode(), "text/csv")
    (back,) = records(other)
    assert (back["text"], back["title"]) == ("=HYPERLINK(1)", "'quoted")
    other.close()


def test_a_trial_tells_everything_and_keeps_nothing(town: OwnTown) -> None:
    """With `check=yes` each line gets its result, and afterwards nothing is there."""
    good, bad, summary = bring(town, OLD, {**OLD, "number": "B", "category": "x"}, query="&check=yes")
    assert (good["status"], bad["status"], summary["summary"]["kept"]) == (201, 422, False)
    assert records(town) == []
    assert bring(town, OLD)[0]["status"] == 201


def test_an_export_is_narrowed_and_shows_only_what_the_caller_may_see(town: OwnTown) -> None:
    """Filters are those of the list; private cases and identities are for those with the right."""
    first, *_ = lived(town)
    assert [one["category"] for one in records(town, "?category=noise")] == ["noise"]
    assert len(records(town, "?state=closed")) == 1
    assert all("identity" not in one for one in records(town))
    named = records(town, "?identities=yes")
    assert named[0]["identity"] == {"name": "A person", "phone": "1"}
    assert any(one["what"] == "identity-read" for one in town.view(first)["history"])
    private = town.report("quarrel", private=True)
    assert private not in [json.loads(line)["case"] for line in export(town, "", "bureau").splitlines()]
    for who in ("supervisor", "station"):
        assert town.ask("GET", "/cases/export?identities=yes", who).status_code == 403
    for who in ("citizen", "engineer"):
        assert town.ask("GET", "/cases/export", who).status_code == 403


def test_identities_come_in_sealed(town: OwnTown) -> None:
    """Who reported is sealed under a reference at once, and readable for those with the right alone."""
    case = taken(town, {**OLD, "identity": {"name": "An old name"}})
    assert "An old name" not in json.dumps(town.view(case))
    answer = town.ask("GET", f"/cases/{case}/reporter", "supervisor")
    assert answer.json["identity"] == {"name": "An old name"}


def test_only_engineers_and_operators_import(town: OwnTown) -> None:
    """Others are refused; so is a format that nobody reads, and a request without a source."""
    path, line = "/cases/import?source=s", json.dumps(OLD)
    for who in ("citizen", "station", "supervisor"):
        answer = town.ask("POST", path, who, data=line, content_type="application/x-ndjson")
        assert answer.status_code == 403
    assert town.ask("POST", path, "engineer", data=line, content_type="application/xml").status_code == 415
    answer = town.ask("POST", "/cases/import", "engineer", data=line, content_type="application/x-ndjson")
    assert answer.status_code == 400


def test_a_large_import_goes_in_batches(town: OwnTown) -> None:
    """Some hundred lines are taken in several transactions, each line once."""
    *results, summary = bring(town, *({**OLD, "number": f"N-{n}"} for n in range(250)))
    assert summary["summary"]["imported"] == 250
    assert [one["line"] for one in results] == list(range(1, 251))


def test_every_entry_of_a_foreign_file_says_where_it_comes_from(town: OwnTown) -> None:
    """Nobody here saw it happen: beginning, decision, steps and the end of a draft name the system; what is done here
    afterwards does not."""
    steps = [
        {"step": "settle", "at": "2026-03-06T09:00:00+08:00", "by": {"role": "unit_staff"}, "note": "talked"}
    ]
    case = taken(town, {**OLD, "steps": steps})
    draft = {
        "because": ["category"],
        "outcome": "dismissed",
        "at": "2026-03-06T09:00:00+08:00",
        "reason": "joke",
    }
    ended = {name: OLD[name] for name in ("channel", "place", "text", "reported_at")}
    gone = taken(town, {**ended, "number": "HL-8", "draft": {**draft, "by": {"role": "operator"}}})
    histories = [town.view(one)["history"] for one in (case, gone)]
    foreign = [[one["what"] for one in history if "imported_from" in one["data"]] for history in histories]
    assert foreign == [["admitted", "imported", "decided", "step"], ["drafted", "imported", "dismissed"]]
    own = {
        one["by"]["role"] for history in histories for one in history if "imported_from" not in one["data"]
    }
    assert own == {"platform", "sla"}  # what this house decided and reckoned itself
    assert {one["data"].get("imported_from", "hotline") for history in histories for one in history} == {
        "hotline"
    }
    town.step(case, "close", "station")
    last = town.view(case)["history"][-1]
    assert "imported_from" not in last["data"]
    assert town.ask("GET", f"/cases/{case}/history/verify").json["whole"] is True


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_a_line_of_another_town_is_refused(town: OwnTown, form: str) -> None:
    """A file of one town that is sent to another by mistake leaves no case there."""
    line = {**OLD, "town": "t-other"}
    if form == "csv":
        text = io.StringIO()
        writer = csv.DictWriter(text, line)
        writer.writeheader()
        writer.writerow(line)
        refused, summary = send(town, text.getvalue(), "text/csv")
    else:
        refused, summary = bring(town, line)
    assert (refused["status"], refused["problem"]["code"]) == (422, "other-town")
    assert refused["problem"]["where"]["field"] == "town"
    assert summary["summary"]["imported"] == 0
    assert bring(town, {**OLD, "town": TOWN})[0]["status"] == 201


@pytest.mark.parametrize("number", ["HL-7\nHL-8", "HL-7\r\n", "HL\t7", "HL\u20287"])
def test_a_case_number_has_no_line_break(town: OwnTown, number: str) -> None:
    """It stands in lists, logs, mails' subjects and tables, each of them a line."""
    (result, _) = bring(town, {**OLD, "number": number})
    assert (result["status"], result["problem"]["where"]["field"]) == (400, "number")


def test_numbers_in_cells_are_written_in_plain_digits(town: OwnTown) -> None:
    """Full-width digits, underscores and words are no numbers, in tables as elsewhere."""
    heads = "number,category,channel,place,text,reported_at,lat,repeats"
    start = "quarrel,app,grid-1,t,2026-03-05T09:00:00+08:00"
    wrong = [("３１.5", ""), ("3_1", ""), ("nan", ""), ("inf", ""), ("", "５"), ("", "1_0")]
    rows = [f"A-{n},{start},{lat},{repeats}" for n, (lat, repeats) in enumerate(wrong)]
    *results, summary = send(town, "\n".join([heads, *rows]), "text/csv")
    assert [one["problem"]["code"] for one in results] == ["bad-cell"] * len(wrong)
    assert summary["summary"]["imported"] == 0


WAITING = {name: value for name, value in OLD.items() if name not in ("lead", "accepted_at")}


def test_an_open_case_without_acceptance_is_said_to_be_one(town: OwnTown) -> None:
    """A trial tells which lines they are and counts them; so does the import. Those with an end are none."""
    ended = {**WAITING, "number": "HL-8", "closed_at": "2026-03-06T10:00:00+08:00"}
    for query in ("&check=yes", ""):
        first, closed, known, summary = bring(town, WAITING, ended, {**OLD, "number": "HL-9"}, query=query)
        assert [one.get("unaccepted") for one in (first, closed, known)] == [True, None, None]
        assert summary["summary"]["unaccepted"] == 1


@pytest.mark.parametrize("line", [WAITING, {**WAITING, "lead": STATION}])
def test_an_open_case_may_be_accepted_since_its_report(town: OwnTown, line: dict[str, Any]) -> None:
    """Chosen by the operator: its limit counts from the report, and nobody is told."""
    result, _ = bring(town, line, query="&unaccepted=reported")
    view = town.view(result["case"])
    assert (view["state"], view["assignment"]["lead"], view["notifications"]) == ("accepted", STATION, [])
    assert view["milestones"]["accepted"] == view["milestones"]["reported"]
    assert town.clocks(result["case"]) == [("village-limit", "running", "2026-03-10 24:00", None)]


def test_an_open_case_without_acceptance_may_be_refused(town: OwnTown) -> None:
    """Chosen by the operator: the line is named with its field and the choices, the others are taken."""
    refused, taken_, _ = bring(town, WAITING, {**OLD, "number": "HL-9"}, query="&unaccepted=refuse")
    problem = refused["problem"]
    assert (problem["code"], problem["where"]["field"]) == ("acceptance-missing", "accepted_at")
    assert "unaccepted=reported" in problem["remedy"]
    assert taken_["status"] == 201
    draft = {**WAITING, "state": "draft", "number": "HL-10"}
    assert bring(town, draft, query="&unaccepted=refuse")[0]["status"] == 201
