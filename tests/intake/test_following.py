"""Following a case by its number and code: what the code opens, for whom, for how long, and how often it is tried."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.follow_codes import DIGITS, FollowCodes
from services.intake.store import tables
from services.intake.store.retained import HeldData
from services.intake.store.rows import row_of
from shared.kernel.keyring import Keyring
from shared.web.quotas import Allowance, DoorSettings, Measure
from tests.intake.house import STATION, House
from tests.intake.town import OTHER_TOWN, TOWN

CODES = FollowCodes(b"a secret for tests only")
PATH = f"/v1/towns/{TOWN}/following"
BODY = {"category": "ditch", "channel": "app", "place": "east-1", "text": "the ditch is full"}


def reported(house: House, who: str = "citizen", **more: Any) -> dict[str, Any]:
    answer = house.call("POST", f"/v1/towns/{TOWN}/cases", who, json={**BODY, **more})
    assert answer.status_code == 201, answer.text
    return dict(answer.json)


def follow(house: House, number: str, code: str, town: str = TOWN) -> Any:
    body = {"number": number, "code": code}
    return house.call("POST", f"/v1/towns/{town}/following", None, json=body)


def look(house: House, path: str, token: str, method: str = "GET", **more: Any) -> Any:
    return house.call(method, f"/v1/towns/{TOWN}{path}", token, **more)


@given(st.text(min_size=1), st.text(min_size=1))
def test_a_code_fits_its_own_case_alone(case: str, other: str) -> None:
    """Also as somebody copies it: small letters, without the hyphen, a letter where a digit looks alike."""
    code = CODES.of(case)
    assert set(code.replace("-", "")) <= set(DIGITS)
    for typed in (code, code.lower(), code.replace("-", " "), code.replace("0", "o").replace("1", "l")):
        assert CODES.fits(case, typed)
    assert CODES.fits(other, code) == (other == case)


@given(st.binary(min_size=16, max_size=40))
def test_codes_of_an_older_secret_stay_good(newer: bytes) -> None:
    """After a renewal new codes come of the new secret; those on paper go on working while the old one is kept."""
    old = b"a secret for tests only"
    renewed = FollowCodes(Keyring((newer, old)))
    assert renewed.fits("case-1", CODES.of("case-1"))
    assert renewed.of("case-1") == FollowCodes(newer).of("case-1")
    assert FollowCodes(newer).fits("case-1", CODES.of("case-1")) == (newer == old)


def test_number_and_code_open_that_case_as_its_reporter_sees_it() -> None:
    """On another device, with no account; what else the same person reported stays closed."""
    house = House()
    mine, another = reported(house), reported(house)
    house.route(mine["case"], STATION)
    answer = follow(house, mine["number"], mine["code"])
    assert (answer.status_code, answer.json["case"]) == (201, mine["case"])
    assert answer.headers["Cache-Control"] == "no-store"
    token = answer.json["token"]
    seen = look(house, f"/cases/{mine['case']}", token).json
    assert seen["report"]["text"] == BODY["text"]
    assert (seen["history"], seen["work_orders"], seen["duplicates"]) == ([], [], [])
    assert look(house, f"/cases/{another['case']}", token).status_code == 404
    assert look(house, "/cases", token).status_code == 404
    assert look(house, "/cases", token, "POST", json=BODY).status_code == 404
    said = look(house, f"/cases/{mine['case']}/satisfaction", token, "POST", json={"satisfied": True})
    assert said.status_code != 404


def test_whoever_reports_without_a_name_follows_by_the_code_alone() -> None:
    """The pass with which it was reported sees nothing of it: nobody could say that it is the same person."""
    house = House()
    mine = reported(house, anonymous=True)
    assert look(house, f"/cases/{mine['case']}", "citizen").status_code == 404
    token = follow(house, mine["number"], mine["code"]).json["token"]
    assert look(house, f"/cases/{mine['case']}", token).json["report"]["text"] == BODY["text"]


def test_a_phoned_in_report_has_a_code_for_whoever_called() -> None:
    """The operator reads it out; with it the caller sees what was reported for them."""
    house = House()
    mine = reported(house, "operator", on_behalf=True, reporter={"name": "A"})
    token = follow(house, mine["number"], mine["code"]).json["token"]
    assert look(house, f"/cases/{mine['case']}", token).status_code == 200


def test_a_repeated_report_is_answered_with_the_same_code() -> None:
    """And nothing of the code is kept with the answer that waits for repetitions."""
    house = House()
    headers = {"Idempotency-Key": "k-1"}
    first, again = (
        house.call("POST", f"/v1/towns/{TOWN}/cases", "citizen", json=BODY, headers=headers).json
        for _ in range(2)
    )
    assert first == again
    assert first["code"] not in str([house.rows(table) for table in (tables.claims, tables.cases)])


@pytest.mark.parametrize("spoil", ["code", "number", "town"])
def test_whatever_is_wrong_the_answer_is_the_same(spoil: str) -> None:
    """Another case's code, nobody's number, another town: nothing tells which of them it was."""
    house = House()
    mine, another = reported(house), reported(house)
    code = another["code"] if spoil == "code" else mine["code"]
    number = "2026-999999" if spoil == "number" else mine["number"]
    answer = follow(house, number, code, OTHER_TOWN if spoil == "town" else TOWN)
    assert (answer.status_code, answer.json["code"]) == (404, "follow-code-wrong")


def test_guesses_at_one_case_are_bounded_and_the_right_code_costs_nothing() -> None:
    """Twenty wrong ones an hour for a case; a neighbour's case is not concerned."""
    quotas = {Measure.SIGN_INS: Allowance(3, 3600), Measure.SIGN_INS_ADDRESS: Allowance(100, 3600)}
    house = House(door=DoorSettings(quotas))
    mine, another = reported(house), reported(house)
    assert [follow(house, mine["number"], mine["code"]).status_code for _ in range(5)] == [201] * 5
    wrong = [follow(house, mine["number"], "00000-00000").status_code for _ in range(6)]
    # A process may give a slice too much, once.
    assert wrong[:3] == [404] * 3
    assert wrong[-2:] == [429] * 2
    assert follow(house, another["number"], another["code"]).status_code == 201


def test_guesses_from_one_address_are_bounded() -> None:
    """Over all cases: one code tried on every number comes to an end as well."""
    house = House(door=DoorSettings({Measure.SIGN_INS_ADDRESS: Allowance(4, 3600)}))
    tried = [follow(house, f"2026-{n:06}", "00000-00000").status_code for n in range(6)]
    assert (tried[:4], tried[-1]) == ([404] * 4, 429)


def test_a_token_ends_and_the_code_gives_another() -> None:
    """A quarter of an hour, as every short token."""
    house = House()
    mine = reported(house)
    token = follow(house, mine["number"], mine["code"]).json["token"]
    house.clock.set(house.clock.now() + timedelta(minutes=16))
    assert look(house, f"/cases/{mine['case']}", token).status_code == 401
    again = follow(house, mine["number"], mine["code"]).json["token"]
    assert look(house, f"/cases/{mine['case']}", again).status_code == 200


def test_a_code_ends_with_what_is_known_of_its_reporter() -> None:
    """The town's rules have it erased: who was to be told is nobody any more."""
    house = House()
    mine = reported(house)
    held = HeldData(case_id=mine["case"], town=TOWN, ended_at=house.clock.now())
    with house.store.begin() as work:
        work.rows(tables.retained).put(row_of(held))
    assert follow(house, mine["number"], mine["code"]).status_code == 201
    gone = row_of(HeldData(case_id=mine["case"], town=TOWN, ended_at=house.clock.now(), identities=False))
    with house.store.begin() as work:
        work.rows(tables.retained).put(gone)
    assert follow(house, mine["number"], mine["code"]).json["code"] == "follow-code-wrong"


@pytest.mark.parametrize("is_anonymous", [True, False])
def test_after_a_merger_the_code_leads_to_the_case_that_goes_on(is_anonymous: bool) -> None:
    """It shows what is done, and nothing of what somebody else reported there."""
    house = House()
    goes_on = reported(house, "other-citizen", text="somebody else's words", anonymous=is_anonymous)
    mine = reported(house, anonymous=is_anonymous)
    for one in (goes_on, mine):
        house.route(one["case"], STATION)
    into = {"into": goes_on["number"]}
    merged = look(house, f"/cases/{mine['case']}/merge", "supervisor", "POST", json=into)
    assert merged.status_code == 200, merged.text
    followed = follow(house, mine["number"], mine["code"]).json
    assert followed["case"] == goes_on["case"]
    seen = look(house, f"/cases/{goes_on['case']}", followed["token"]).json
    assert seen["report"]["text"] is None
    assert "somebody else" not in str(seen)


def test_a_follower_is_no_reporter_to_an_older_service() -> None:
    """A service that knows the word in place of a role lets it in for one case; no other role may carry a case."""
    from shared.contracts.short_tokens import FOLLOWER, Grant
    from shared.web.callers import caller_granted

    grant = Grant("s", FOLLOWER, None, "p-1", (TOWN,), 1_800_000_000, "case-1")
    found = caller_granted(grant, "")
    assert found is not None
    assert found.case == "case-1"
    whole = Grant("s", FOLLOWER, None, "p-1", (TOWN,), 1_800_000_000)
    assert caller_granted(whole, "") is None
    assert caller_granted(Grant("s", "operator", None, "p-1", (TOWN,), 1_800_000_000, "case-1"), "") is None
    assert replace(found, case=None).viewing(TOWN).case is None
