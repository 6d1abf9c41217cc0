"""Records: who makes them, what they lack, that they are kept for ever, for what they count, who reads what of them."""

import json
from pathlib import Path
from typing import Any

import pytest

from shared.db.work import Work
from tests.occurrences.conftest import EAST, WEST, House
from tests.occurrences.packs import OFFICE

LOG = {"done": "two families visited"}


def event_of(house: House, occurrence: str) -> list[str]:
    """What was said of an occurrence, in order."""
    return [each.type for each in house.said() if each.stream == occurrence and each.type != "record.kept"]


def test_a_record_meets_what_is_owed_and_is_told_of_without_its_words(house: House) -> None:
    """The log of the day: kept, counted, said to be there; the words stay with who keeps them."""
    log = house.occurrence("log-of-the-day", "2026-03-02")
    kept = house.keep("east", "work-log", facts={**LOG, "hours": 6})
    assert (kept["post"], kept["day"], kept["late"], kept["subject"]) == (
        EAST,
        "2026-03-02",
        False,
        EAST.split("/")[0],
    )
    assert event_of(house, log) == ["duty.owed", "duty.met"]
    (said,) = house.said("record.kept")
    assert said.data.facts == {"hours": 6}
    assert house.get(f"/occurrences/{log}", "east")["state"] == "met"
    assert (
        house.get(f"/occurrences/{house.occurrence('log-of-the-day', '2026-03-02', WEST)}", "west")["state"]
        == "open"
    )


def test_what_is_missing_is_named_and_nothing_is_kept(house: House) -> None:
    """Entries that are needed are asked for by their names, in the reader's language."""
    status, refused = house.ask(
        "POST", "/records", "east", {"form": "work-log", "facts": {"situation": "calm"}}
    )
    assert (status, refused["code"]) == (422, "entries-missing")
    assert "done" in refused["cause"]
    status, refused = house.ask(
        "POST", "/records", "officer", {"form": "minutes", "facts": {"present": 9}, "post": OFFICE}
    )
    assert (status, refused["code"]) == (422, "entries-missing")
    assert "decided" in refused["cause"]
    assert not house.get("/records")["records"]


def test_what_is_begun_counts_only_when_it_is_finished(house: House) -> None:
    """Opened with what is needed then; finished by a record in its place."""
    meeting = house.occurrence("weekly-meeting", "2026-03-02", OFFICE)
    begun = house.keep("officer", "minutes", facts={"present": 9}, finished=False, occurrence=meeting)
    assert house.get(f"/occurrences/{meeting}")["given"] == 0
    done = house.keep(
        "officer",
        "minutes",
        facts={"present": 9, "decided": "nothing"},
        occurrence=meeting,
        corrects=begun["id"],
    )
    assert event_of(house, meeting) == ["duty.owed", "duty.met"]
    assert house.get(f"/records/{begun['id']}")["corrected_by"] == done["id"]


@pytest.mark.parametrize(
    ("who", "form", "more", "code"),
    [
        ("west", "work-log", {"facts": LOG, "post": EAST}, "not-yours"),
        ("office", "minutes", {"facts": {"present": 1, "decided": "x"}}, "not-yours"),
        ("east", "unheard-of", {}, "unknown-form"),
        ("supervisor", "work-log", {"facts": LOG}, "post-missing"),
        ("east", "work-log", {"facts": LOG, "day": "2026-03-03"}, "day-ahead"),
        ("east", "work-log", {"facts": LOG, "from": "10:00", "to": "09:00"}, "times-reversed"),
        ("east", "work-log", {"facts": {**LOG, "hours": 25}}, "out-of-bounds"),
        ("east", "work-log", {"facts": {**LOG, "weather": "fine"}}, "unknown-fact"),
        ("east", "work-log", {"facts": LOG, "rows": [{"item": "x"}]}, "rows-unknown"),
        ("east", "talk", {"facts": {"topic": "x"}}, "subject-missing"),
        ("east", "work-log", {"facts": LOG, "occurrence": "nothing"}, "unknown-occurrence"),
        ("east", "work-log", {"facts": LOG, "corrects": "nothing"}, "corrects-another"),
    ],
)
def test_what_may_not_be_kept_is_refused_by_its_reason(
    house: House, who: str, form: str, more: dict[str, Any], code: str
) -> None:
    """Each refusal has a code, a cause and a remedy in both languages."""
    status, refused = house.ask("POST", "/records", who, {"form": form, **more})
    assert (status >= 400, refused["code"]) == (True, code)
    _, chinese = house.ask("POST", "/records", who, {"form": form, **more}, language="zh")
    assert chinese["cause"] != refused["cause"]
    assert refused["remedy"]
    assert chinese["remedy"]


def test_a_log_of_yesterday_is_kept_and_marked_late(house: House) -> None:
    """It comes after its day: kept, marked, and what it meets was met late."""
    house.at("2026-03-03 10:00")
    kept = house.keep("east", "work-log", facts=LOG, day="2026-03-02")
    assert kept["late"]
    log = house.occurrence("log-of-the-day", "2026-03-02")
    assert house.get(f"/occurrences/{log}")["state"] == "late"
    (met,) = house.said("duty.met")
    assert met.data.at > house.rows("log-of-the-day")["2026-03-02"]["due_at"]


def test_a_correction_stands_in_the_place_of_what_it_corrects(house: House) -> None:
    """Both are kept; what the first one met, another day does not take away, and a third can't correct the first."""
    patrols = house.occurrence("patrols", "2026-03-02")
    morning = house.keep("east", "patrol", facts={"found": "a lamp"}, **{"from": "09:00", "to": "10:00"})
    house.keep("east", "patrol", facts={"found": "-"}, **{"from": "14:00", "to": "15:00"})
    assert event_of(house, patrols) == ["duty.owed", "duty.met"]
    corrected = house.keep("east", "patrol", facts={"found": "two lamps"}, corrects=morning["id"])
    assert event_of(house, patrols) == ["duty.owed", "duty.met", "duty.reopened"], "it says no time any more"
    shown = house.get(f"/occurrences/{patrols}")
    assert (shown["state"], shown["lacks"]["spans"]) == ("open", ["00:00-12:00"])
    assert shown["records"][0]["id"] == morning["id"]
    status, refused = house.ask(
        "POST", "/records", "east", {"form": "patrol", "facts": {}, "corrects": morning["id"]}
    )
    assert (status, refused["code"], corrected["id"] in refused["cause"]) == (409, "corrected-already", True)


def test_a_request_sent_again_makes_no_second_record(house: House) -> None:
    """The same key and body: the same record; another body under the key is refused; another's key is another key."""
    body = {"form": "work-log", "facts": LOG}
    first = house.ask("POST", "/records", "east", body, key="once")
    again = house.ask("POST", "/records", "east", body, key="once")
    assert first[1]["id"] == again[1]["id"]
    status, refused = house.ask("POST", "/records", "east", {**body, "facts": {"done": "x"}}, key="once")
    assert (status, refused["code"]) == (409, "key-reused")
    assert house.ask("POST", "/records", "west", body, key="once")[1]["id"] != first[1]["id"]
    assert len(house.get("/records")["records"]) == 2
    house.at("2026-03-05 09:00")
    assert house.ask("POST", "/records", "east", body, key="once")[1]["id"] != first[1]["id"], (
        "after two days"
    )


def test_a_substitute_makes_it_for_the_post_of_who_is_away(house: House) -> None:
    """A post owes, people fulfil: whoever stands in may, as long as somebody is away, and no longer."""
    body = {"form": "work-log", "facts": LOG, "post": EAST}
    assert house.ask("POST", "/records", "substitute", body)[1]["code"] == "not-yours"
    house.take(house.mail.absence("p-east", "p-substitute", "2026-03-02 06:00", "2026-03-03 00:00"))
    kept = house.keep("substitute", **body)
    assert (kept["post"], kept["person"]) == (EAST, "p-substitute")
    assert house.get(f"/occurrences/{house.occurrence('log-of-the-day', '2026-03-02')}")["state"] == "met"
    house.at("2026-03-03 09:00")
    assert house.ask("POST", "/records", "substitute", body)[1]["code"] == "not-yours"


def test_who_leaves_a_post_takes_no_duty_away(house: House) -> None:
    """The post stays, with what it owes; whoever holds it next fulfils it."""
    house.take(house.mail.member("p-east", EAST, held=False), house.mail.member("p-substitute", EAST))
    log = house.occurrence("log-of-the-day", "2026-03-02")
    assert house.get(f"/occurrences/{log}")["state"] == "open"
    house.keep("substitute", "work-log", facts=LOG, post=EAST)
    assert house.get(f"/occurrences/{log}")["state"] == "met"


def test_sealed_entries_are_read_by_few_and_each_reading_is_on_record(
    house: House, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Whom the form names and whoever entered it; nobody else, not even who watches the town; never in a list."""
    kept = house.keep("east", "talk", facts={"topic": "work", "trouble": "debts"}, subject="person-7")
    assert kept["has_sealed"]
    assert "debts" not in json.dumps(house.get("/records"))
    path = f"/records/{kept['id']}/sealed"
    assert house.get(path, "centre")["facts"] == {"trouble": "debts"}
    assert house.get(path, "east")["facts"] == {"trouble": "debts"}
    assert house.ask("GET", path, "supervisor")[0] == 403
    assert house.ask("GET", path, "west")[0] == 404, "a form with readers is not everybody's"
    with house.store.read() as conn:
        stored = conn.exec_driver_sql("select sealed, facts from records").all()
    assert all("debts" not in str(row) for row in stored)


def test_a_reading_of_what_is_sealed_is_recorded(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is shown: who read of which record."""
    seen: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(
        "services.duties.api.records.audited", lambda event, **more: seen.append((event, more))
    )
    kept = house.keep("east", "talk", facts={"topic": "work", "trouble": "debts"}, subject="person-7")
    house.get(f"/records/{kept['id']}/sealed", "centre")
    assert [(event, more["reference"]) for event, more in seen] == [("sealed-read", kept["id"])]


def test_everybody_sees_the_own_posts_and_who_watches_sees_all(house: House) -> None:
    """A list holds what concerns the reader: the own post, the own meetings; nothing of the neighbour's."""
    day = ("2026-03-02", "2026-03-02")
    east = house.listed("east", *day)
    assert {post for _, post, _ in east} == {EAST, OFFICE}
    assert {duty for duty, post, _ in east if post == OFFICE} == {"weekly-meeting"}, "it attends that one"
    everything = house.listed("supervisor", *day)
    assert {post for _, post, _ in everything} == {EAST, WEST, OFFICE}
    assert (
        house.ask("GET", f"/occurrences/{house.occurrence('patrols', '2026-03-02', WEST)}", "east")[0] == 404
    )
    for who in ("engineer", "reporter"):
        assert house.ask("GET", "/occurrences", who, **{"from": day[0], "to": day[1]})[0] == 403


def test_lists_go_on_page_by_page_and_show_how_things_stand(house: House) -> None:
    """Every row once, by its day; what is missing can be asked for by itself, and is counted by post."""
    house.keep("east", "work-log", facts=LOG)
    house.at("2026-03-04 09:00")
    query = {"from": "2026-03-02", "to": "2026-03-04", "limit": "3"}
    seen: list[str] = []
    found = house.get("/occurrences", **query)
    while True:
        seen += [each["id"] for each in found["occurrences"]]
        if found["next"] is None:
            break
        found = house.get("/occurrences", **query, cursor=found["next"])
    assert len(seen) == len(set(seen)) == len(house.listed("supervisor", "2026-03-02", "2026-03-04"))
    missing = house.listed("supervisor", "2026-03-02", "2026-03-03", state="missing")
    assert ("log-of-the-day", WEST, "missing") in missing
    assert ("log-of-the-day", EAST, "missing") in missing, "of the third"
    assert {state for _, _, state in missing} == {"missing"}
    counted = house.get("/occurrences/standings", **{"from": "2026-03-02", "to": "2026-03-03"})["posts"]
    logs = {
        (each["post"], each["state"]): each["number"] for each in counted if each["duty"] == "log-of-the-day"
    }
    assert logs == {(EAST, "met"): 1, (EAST, "missing"): 1, (WEST, "missing"): 2}


def test_an_excuse_is_a_supervisors_and_stands_beside_what_was_missed(house: House) -> None:
    """A named person accepts a reason; what is met needs none."""
    house.at("2026-03-03 09:00")
    log = house.occurrence("log-of-the-day", "2026-03-02")
    assert house.ask("POST", f"/occurrences/{log}/excuse", "east", {"reason": "flood"})[0] == 403
    status, excused = house.ask("POST", f"/occurrences/{log}/excuse", "supervisor", {"reason": "flood"})
    assert (status, excused["state"], excused["reason"], excused["closed_by"]) == (
        200,
        "excused",
        "flood",
        "p-supervisor",
    )
    assert house.said("duty.excused")[0].data.person == "p-supervisor"
    house.keep("west", "work-log", facts=LOG)
    today = house.occurrence("log-of-the-day", "2026-03-03", WEST)
    assert (
        house.ask("POST", f"/occurrences/{today}/excuse", "supervisor", {"reason": "x"})[1]["code"]
        == "already-met"
    )


def test_without_a_number_nothing_is_ever_missing(house: House) -> None:
    """The policy gives none: what was done is listed, and nobody waits for it."""
    (owed,) = [each for each in house.said("duty.owed") if each.data.duty == "training"]
    assert owed.data.due_at is None
    house.keep("centre", "information", facts={"none_new": False})
    training = house.occurrence("training", "2026-12-31", "t-owed/centre")
    shown = house.get(f"/occurrences/{training}")
    assert (shown["state"], shown["given"]) == ("unjudged", 1)
    assert not house.said("duty.met")


def test_the_year_is_a_table_and_a_calendar(house: House) -> None:
    """Reckoned from the rules and days in force: no row is needed for what lies far ahead."""
    year = house.get("/duties", "east", year="2026")
    fridays = [each["on"] for each in year["days"] if each["duty"] == "monthly-meeting"]
    assert (len(fridays), fridays[0]) == (12, "2026-01-30")
    feed = house.ask("GET", "/duties.ics", "east", year="2026", unit=OFFICE)[1].decode()
    assert feed.count("BEGIN:VEVENT") == sum(
        each["duty"].endswith("meeting") and each["on"] is not None for each in year["days"]
    )
    assert house.get("/forms", "officer")["forms"][3]["yours"]


def test_a_record_and_its_verdict_stand_or_fall_together(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever dies while keeping one leaves nothing of it."""
    log = house.occurrence("log-of-the-day", "2026-03-02")

    def dies(self: Work, type_: str, *_: object, **__: object) -> None:
        raise KeyboardInterrupt(type_)

    with monkeypatch.context() as patched:
        patched.setattr(Work, "emit", dies)
        with pytest.raises(KeyboardInterrupt):
            house.ask("POST", "/records", "east", {"form": "work-log", "facts": LOG})
    assert not house.get("/records")["records"]
    assert house.get(f"/occurrences/{log}")["state"] == "open"
