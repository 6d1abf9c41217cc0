"""Surveys: given out by an address, answered by whoever has it, once each; and nobody can say by whom, or when."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from services.duties.store.tables import metadata, records, survey_marks, surveys
from tests.occurrences.conftest import WEST, House, Open
from tests.occurrences.packs import TOWN
from tests.occurrences.surveyed import FILES

HALF = "half-yearly-survey"
DEVICE = "a-device-of-somebody-"
GOOD = {"score": 90}


@pytest.fixture
def surveyed(open_house: Open) -> House:
    """A town whose grid leaders hold surveys."""
    return asking(open_house())


def asking(house: House) -> House:
    house.letting_in()
    house.take(house.mail.edition(FILES))
    house.work()
    return house


def given_out(house: House, who: str = "east", **more: Any) -> dict[str, Any]:
    """A survey of the grid leader's own grid."""
    status, made = house.ask(
        "POST", "/surveys", who, {"form": "survey", "most": 100, "to": "2026-03-31", **more}
    )
    assert status == 201, made
    return dict(made)


def answer(house: House, code: str, device: int = 1, facts: Mapping[str, Any] = GOOD) -> tuple[int, Any]:
    """Answer without an account."""
    body = {"facts": dict(facts), "once": f"{DEVICE}{device}"}
    got = house.service.app.test_client().post(  # type: ignore[attr-defined]
        f"/v1/towns/{TOWN}/asked/{code}", json=body, headers={"Accept-Language": "en"}
    )
    return got.status_code, got.get_json()


def asked(house: House, code: str, language: str = "en") -> tuple[int, Any]:
    got = house.service.app.test_client().get(  # type: ignore[attr-defined]
        f"/v1/towns/{TOWN}/asked/{code}", headers={"Accept-Language": language}
    )
    return got.status_code, got.get_json()


def kept(house: House) -> list[dict[str, Any]]:
    with house.store.read() as conn:
        return [dict(row) for row in conn.execute(sa.select(records).order_by(records.c.id)).mappings()]


def answered(house: House, survey: str) -> int:
    return int(house.get(f"/surveys/{survey}", "east")["answered"])


def test_51_whoever_has_the_address_answers_and_it_counts_for_the_half_year(surveyed: House) -> None:
    """Nobody needs an account; the form is the pack's, the place is named, and the duty is met by the first answer."""
    made = given_out(surveyed, occurrence=surveyed.occurrence(HALF, "2026-06-30"), to="2026-06-30")
    status, form = asked(surveyed, made["code"], "zh")
    assert (status, form["name"], form["subject"], form["to"]) == (200, "满意度测评", "east", "2026-06-30")
    assert [entry["key"] for entry in form["facts"]] == ["score", "remark"]
    assert answer(surveyed, made["code"]) == (201, {"new": True})
    assert surveyed.rows(HALF)["2026-06-30"]["state"] == "met"
    assert surveyed.rows(HALF, WEST)["2026-06-30"]["state"] == "open", "the other grid's is its own"


def test_an_answer_is_nobodys_and_of_a_day(surveyed: House) -> None:
    """Neither row nor message holds a person, a unit, or an instant within the day; ids say nothing of an order."""
    surveyed.at("2026-03-05 14:37")
    code = given_out(surveyed)["code"]
    for device in range(3):
        answer(surveyed, code, device, {"score": 10 * device})
    rows = kept(surveyed)
    assert {(row["person"], row["unit"], row["channel"]) for row in rows} == {(None, None, "link")}
    assert {row["at"].isoformat() for row in rows} == {"2026-03-04T16:00:00+00:00"}
    assert len({row["id"][:13] for row in rows}) == 1, "the instant in an id is the day's beginning"
    assert surveyed.said("record.kept") == []
    surveyed.at("2026-03-06 00:00")
    said = surveyed.said("record.kept")
    assert [each.data.record for each in said] == [row["id"] for row in rows]
    assert all(each.at.isoformat() == "2026-03-05T16:00:00+00:00" for each in said)
    assert all("p-east" not in str(each) for each in said)


def test_what_comes_twice_is_thanked_and_counted_once(surveyed: House) -> None:
    """A device that sends again, a deputy with an account, a call: each is one answer, however often it comes."""
    made = given_out(surveyed)
    code, signed = made["code"], f"/asked/{made['code']}/signed"
    assert [answer(surveyed, code)[0] for _ in range(3)] == [201, 200, 200]
    own = {"facts": GOOD, "once": f"{DEVICE}x"}
    assert surveyed.ask("POST", signed, "reporter", own)[0] == 201
    assert surveyed.ask("POST", signed, "reporter", {**own, "once": f"{DEVICE}y"}) == (200, {"new": False})
    call = {**own, "by_phone": True}
    assert [surveyed.ask("POST", signed, "centre", call)[0] for _ in range(2)] == [201, 200]
    assert surveyed.ask("POST", signed, "centre", {**call, "once": f"{DEVICE}y"})[0] == 201, "another caller"
    status, refused = surveyed.ask("POST", signed, "reporter", call)
    assert (status, refused["code"]) == (403, "not-by-phone")
    assert [row["channel"] for row in kept(surveyed)].count("phone") == 2
    assert sorted(row["channel"] for row in kept(surveyed)) == ["account", "link", "phone", "phone"]
    assert answered(surveyed, made["id"]) == 4


def test_late_early_and_too_many_are_told_so_and_nothing_is_lost(surveyed: House) -> None:
    """Each refusal says why in a word; whoever had answered before is thanked still, while the survey runs."""
    full = given_out(surveyed, most=1)
    assert answer(surveyed, full["code"], 1)[0] == 201
    assert answer(surveyed, full["code"], 1) == (200, {"new": False}), "the one that filled it is no stranger"
    status, refused = answer(surveyed, full["code"], 2)
    assert (status, refused["code"]) == (409, "survey-full")
    later = given_out(surveyed, **{"from": "2026-03-20"})
    assert answer(surveyed, later["code"])[1]["code"] == "survey-ahead"
    assert asked(surveyed, later["code"])[1]["code"] == "survey-ahead"
    ended = given_out(surveyed)
    surveyed.ask("POST", f"/surveys/{ended['id']}/end", "east")
    assert answer(surveyed, ended["code"])[1]["code"] == "survey-over"
    surveyed.at("2026-04-01 00:00")
    status, refused = answer(surveyed, later["code"])
    assert (status, refused["code"]) == (409, "survey-over")
    assert "2026-03-31" in refused["cause"]
    assert len(kept(surveyed)) == 1


def test_when_a_survey_ends_nothing_could_tell_who_has_answered(surveyed: House) -> None:
    """The code and the marks of devices and accounts go with its last day; the answers stay."""
    made = given_out(surveyed)
    answer(surveyed, made["code"])
    surveyed.at("2026-04-01 00:00")
    with surveyed.store.read() as conn:
        assert conn.execute(sa.select(survey_marks)).all() == []
        assert conn.scalars(sa.select(surveys.c.sealed)).all() == [None]
        texts = [str(row) for table in metadata.sorted_tables for row in conn.execute(sa.select(table))]
    assert not any(made["code"] in text or DEVICE in text for text in texts)
    assert surveyed.get(f"/surveys/{made['id']}")["code"] is None
    assert answered(surveyed, made["id"]) == 1


def test_no_answer_is_ever_opened(surveyed: House) -> None:
    """Not by its maker, nor whoever watches the town: no list, no occurrence and no address of its own shows it."""
    code = given_out(surveyed)["code"]
    answer(surveyed, code, 1, {"score": 7, "remark": "the drain smells"})
    sheet = surveyed.keep("east", "survey", facts={"score": 8})
    assert (sheet["person"], sheet["unit"]) == (None, None), "a sheet that somebody enters is not theirs"
    for who in ("east", "office", "supervisor", "operator"):
        assert surveyed.get("/records", who)["records"] == []
        for row in kept(surveyed):
            assert surveyed.ask("GET", f"/records/{row['id']}", who)[0] == 404
    half = surveyed.occurrence(HALF, "2026-06-30")
    whole = surveyed.get(f"/occurrences/{half}", "east")
    assert (whole["records"], whole["given"], whole["state"]) == ([], 2, "met")
    for more in ({"corrects": sheet["id"]}, {"finished": False}):
        status, refused = surveyed.ask("POST", "/records", "east", {"form": "survey", "facts": GOOD, **more})
        assert (status, refused["code"]) == (409, "answer-stays")


def test_who_may_give_one_out_and_what_is_refused(surveyed: House) -> None:
    """Whoever may fill in the form, for days that come, of a form that an anonymous figure counts."""
    made = given_out(surveyed)
    assert surveyed.ask("GET", f"/surveys/{made['id']}", "west")[0] == 404
    assert [each["id"] for each in surveyed.get("/surveys", "east")["surveys"]] == [made["id"]]
    assert surveyed.get("/surveys", "west")["surveys"] == []
    assert all("code" not in each for each in surveyed.get("/surveys", "operator")["surveys"])

    def refused(who: str, **more: Any) -> str:
        body = {"form": "survey", "most": 5, **more}
        return str(surveyed.ask("POST", "/surveys", who, body)[1]["code"])

    assert refused("office") == "not-yours"
    assert refused("east", form="work-log") == "no-survey"
    assert refused("east", form="nothing") == "unknown-form"
    assert refused("east", to="2026-03-01") == "survey-days"
    assert refused("east", to="2027-12-31") == "survey-days"
    log = surveyed.occurrence("log-of-the-day", "2026-03-02")
    assert refused("east", occurrence=log) == "survey-of-another"
    half = surveyed.occurrence(HALF, "2026-06-30")
    assert refused("east", occurrence=half, to="2026-07-01") == "survey-days"
    assert answer(surveyed, "a-code-that-nobody-has")[0] == 404
    only = given_out(surveyed, accounts_only=True)
    assert answer(surveyed, only["code"])[1]["code"] == "survey-of-accounts"
    assert answer(surveyed, made["code"], 1, {"score": 101})[0] == 422
    assert answer(surveyed, made["code"], 1, {"remark": "-"})[1]["code"] == "entries-missing"
    assert answer(surveyed, made["code"], 1)[0] == 201, "what was refused has left no mark"


def test_many_who_answer_at_once_are_no_more_than_it_takes(open_house: Open) -> None:
    """Two processes and eight hands: the number holds, nobody is counted twice, and every answer is on record."""
    first = asking(open_house())
    houses = (first, open_house())
    made = given_out(first, most=5)
    asked_for = [(houses[number % 2], device) for device in range(8) for number in range(2)]
    with ThreadPoolExecutor(8) as hands:
        outcomes = list(hands.map(lambda each: answer(each[0], made["code"], each[1])[0], asked_for))
    assert (outcomes.count(201), outcomes.count(409)) == (5, 6)
    assert outcomes.count(200) == 5
    assert len(kept(first)) == answered(first, made["id"]) == 5
