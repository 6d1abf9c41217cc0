"""Surveys and spot checks of the towns' own packs through a whole house, by their numbers among the systems.

Verification rates from a drawn sample (40), satisfaction: by an address, by deputies, by telephone, for a case (51).
"""

import hashlib
import hmac
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from tests.e2e.test_duties_of_towns import HOUSEHOLDS, Open, TownOfDuties, open_town

__all__ = ["open_town"]
SECRETARY = "t-two.maple-community/secretary"
HALF = "half-yearly-survey"
DEVICE = "a device's own random text "


def ask_openly(town: TownOfDuties, method: str, path: str, **more: Any) -> TestResponse:
    """Ask duties without any token."""
    answer = Client(town.house.services["duties"].app).open(
        f"/v1/towns/{town.town}{path}", method=method, headers={"Accept-Language": "zh"}, **more
    )
    town.house.world.settle()
    return answer


def answered(town: TownOfDuties, code: str, device: int, score: float) -> int:
    """Answer a survey without an account; the status."""
    body = {"facts": {"score": score}, "once": f"{DEVICE}{device}"}
    return ask_openly(town, "POST", f"/asked/{code}", json=body).status_code


def satisfaction(town: TownOfDuties, span: str, who: str) -> dict[str, dict[str, Any]]:
    """The figure of a half year, by village."""
    found = town.ask("assess", "GET", f"/assessment/figures/satisfaction/{span}", who)["values"]
    return {each["subject"]: each for each in found}


@pytest.mark.proves("P001-11.9")
def test_51_a_half_years_survey_is_answered_by_many_and_counted_for_nobody(open_town: Open) -> None:
    """By link, by deputies and by telephone; under five nothing is shown, then their mean, and no answer is opened."""
    town = open_town("t-two", "2026-05-11 09:00")
    secretary = town.someone("unit_staff", SECRETARY)
    deputy, agent = town.someone("reporter", None), town.someone("unit_staff", "t-two/grid-centre")
    half = town.occurrence(HALF, "2026-06-30", SECRETARY)["id"]
    survey = {"form": "satisfaction-survey", "occurrence": half, "most": 200}
    made = town.ask("duties", "POST", "/surveys", secretary, json=survey)
    code = made["code"]
    form = ask_openly(town, "GET", f"/asked/{code}").json
    assert (form["name"], form["to"]) == ("群众满意度测评表", "2026-06-30")
    assert [answered(town, code, device, 70) for device in (1, 2, 1)] == [201, 201, 200]
    own = {"facts": {"score": 90}, "once": f"{DEVICE}x"}
    for body, status in ((own, 201), (own, 200)):
        assert town.send("duties", "POST", f"/asked/{code}/signed", deputy, json=body).status_code == status
    call = {**own, "by_phone": True}
    assert town.send("duties", "POST", f"/asked/{code}/signed", agent, json=call).status_code == 201
    town.advance("2026-05-12 09:00")
    shown = satisfaction(town, "2026-H1", secretary)
    assert [each for each in shown.values() if each["value"] is not None] == [], "four are too few"
    assert answered(town, code, 3, 80) == 201
    assert [each for each in satisfaction(town, "2026-H1", secretary).values() if each["value"]] == [], (
        "of the day itself others hear when it is over"
    )
    town.advance("2026-05-13 09:00")
    (value,) = [each for each in satisfaction(town, "2026-H1", secretary).values() if each["value"]]
    assert float(value["value"]) == (70 + 70 + 90 + 90 + 80) / 5
    assert town.ask("duties", "GET", "/records", town.watcher)["records"] == []
    assert town.occurrence(HALF, "2026-06-30", SECRETARY)["state"] == "met"


@pytest.mark.proves("P001-11.9")
def test_51_a_half_year_without_a_survey_is_told_to_the_supervisor(open_town: Open) -> None:
    """S-069: one exists by the 30th of June, else who supervises hears of it; afterwards nobody answers any more."""
    town = open_town("t-two", "2026-06-29 09:00")
    secretary = town.someone("unit_staff", SECRETARY)
    supervisor = town.someone("unit_staff", "t-two/grid-supervisor")
    half = town.occurrence(HALF, "2026-06-30", SECRETARY)["id"]
    survey = {"form": "satisfaction-survey", "occurrence": half, "most": 200}
    code = town.ask("duties", "POST", "/surveys", secretary, json=survey)["code"]
    town.advance("2026-07-01 09:00")
    assert town.occurrence(HALF, "2026-06-30", SECRETARY)["state"] == "missing"
    late = ask_openly(town, "POST", f"/asked/{code}", json={"facts": {"score": 70}, "once": f"{DEVICE}1"})
    assert (late.status_code, late.json["code"]) == (409, "survey-over")
    assert "结束" in late.json["cause"]
    desk = Client(town.house.services["notify"].app).get(
        "/v1/inbox",
        query_string={"desk": "unit", "limit": "200"},
        headers={"Authorization": f"Bearer {supervisor}", "Accept-Language": "en"},
    )
    assert any(each["on"].startswith(HALF) for each in desk.json["items"]), desk.json


def test_40_a_quarters_households_are_drawn_by_lot_in_the_packs_shares(open_town: Open) -> None:
    """S-099: of the elderly 50 per cent, of others 20 by the area and 10 by the station; the rate is counted."""
    town = open_town("t-visit", "2026-02-02 09:00", {"t-visit/ledger.yaml": HOUSEHOLDS})
    member = town.someone("grid_worker", "t-visit.plum-1/grid-member")
    numbers = {"elderly": range(4), "other": range(100, 110)}
    for group, each in numbers.items():
        for number in each:
            body = {
                "type": "household", "place": "plum-1", "facts": {"group": group, "number": number},
                "date": "2026-02-02", "source": "a visit",
            }  # fmt: skip
            entry = town.ask("ledger", "POST", "/ledger/entries", member, json=body)["entry"]["id"]
            kept = town.keep(member, "visit", subject=entry, facts={"to": "residents", "found": "-"})
            assert kept.status_code == 201
    town.advance("2026-03-30 09:00")
    shares = {
        ("verified-by-the-area", "area-staff"): {"elderly": (50, 4, 2), "other": (20, 10, 2)},
        ("verified-by-the-workstation", "workstation-staff"): {"elderly": (50, 4, 2), "other": (10, 10, 1)},
    }
    for (duty, name), expected in shares.items():
        post = f"t-visit.plum-community/{name}"
        verifier = town.someone("unit_staff", post)
        occurrence = town.occurrence(duty, "2026-03-31", post)["id"]
        made = town.ask("duties", "POST", "/samples", verifier, json={"occurrence": occurrence})
        strata = {each["key"]: (each["share"], each["size"], each["drawn"]) for each in made["strata"]}
        assert {key: each for key, each in strata.items() if each[1]} == expected
        path = f"/samples/{made['id']}"
        frame = town.ask("duties", "GET", f"{path}/frame", verifier, query_string={"limit": 200})["things"]
        assert _drawn_again(made["seed"], frame, expected) == {
            each["ref"] for each in town.ask("duties", "GET", path, verifier)["things"]
        }
        for each in town.ask("duties", "GET", path, verifier)["things"]:
            seen = {"is_so": True, "remark": "-"}
            done = town.keep(verifier, "verification", subject=each["ref"], facts=seen, occurrence=occurrence)
            assert done.status_code == 201, done.text
        whole = town.ask("duties", "GET", path, verifier)
        assert whole["done"] == whole["drawn"] == sum(each[2] for each in expected.values())
        assert town.occurrence(duty, "2026-03-31", post)["state"] == "met"
        status = town.send("duties", "POST", "/samples", verifier, json={"occurrence": occurrence})
        assert status.json["code"] == "drawn-already"


def _drawn_again(seed: str, frame: list[dict[str, Any]], shares: dict[str, tuple[int, int, int]]) -> set[str]:
    """What anybody draws who has the seed and all that there was."""

    def lot(ref: str) -> str:
        return hmac.digest(bytes.fromhex(seed), ref.encode(), hashlib.sha256).hex()

    return {
        ref
        for stratum, (_, _, number) in shares.items()
        for ref in sorted((each["ref"] for each in frame if each["stratum"] == stratum), key=lot)[:number]
    }


@pytest.mark.proves("P000.32")
def test_51_whoever_is_not_satisfied_says_so_by_the_cases_own_code_and_it_is_done_again(
    open_town: Open,
) -> None:
    """For one case, yes or no by its number and code, without an account: a 'no' takes the step of the town's rules."""
    town = open_town("t-com", "2026-03-09 09:00")
    leader = town.someone("unit_staff", "t-com.rose-1/grid-leader")
    resident = town.someone("reporter", None)
    report = {"category": "public-facility", "channel": "phone", "place": "rose-1", "text": "a bench is gone"}
    made = town.ask("intake", "POST", "/cases", resident, json=report)
    for name, facts in (
        ("enter-in-diary", {"entry": "put back"}),
        ("settle", {"result": "put back"}),
    ):
        step = {"step": name, "facts": facts}
        assert (
            town.send("intake", "POST", f"/cases/{made['case']}/steps", leader, json=step).status_code == 200
        )
    opened = Client(town.house.services["intake"].app).post(
        f"/v1/towns/{town.town}/following", json={"number": made["number"], "code": made["code"]}
    )
    follower = str(opened.json["token"])
    word = {"satisfied": False, "note": "it stands askew"}
    said = town.ask("intake", "POST", f"/cases/{made['case']}/satisfaction", follower, json=word)
    assert said["step"] == "not-satisfied", said["not_done"]
    assert town.ask("intake", "GET", f"/cases/{made['case']}", leader)["state"] == "reopened"
