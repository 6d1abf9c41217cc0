"""What a history says, and in which form: the same as in every entry that was ever hashed."""

import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.intake.store import tables
from tests.intake.house import CENTRE, OFFICE, STATION, House
from tests.intake.test_copies import clock, told
from tests.intake.test_machines import ALARM, with_machines
from tests.intake.town import OTHER_TOWN, TOWN

CASES = f"/v1/towns/{TOWN}/cases"
OF_VERSION_0_1 = (
    Path(__file__).parent / "data" / "entries-0.1.0.json"
)  # what that version wrote in this very life
ID, HASH = re.compile(r"[0-9a-f]{8}-0000-7000-8000-[0-9a-f]{12}"), re.compile(r"\b[0-9a-f]{64}\b")
CORRECTED = {
    "due_at": "2026-03-13T16:00:00.000000Z",
    "was": {
        "state": "running",
        "verdict": None,
        "due_at": "2026-03-12T16:00:00.000000Z",
        "label": "2026-03-12 24:00",
        "provisional": False,
    },
}


@pytest.fixture(scope="module")
def house() -> House:
    """A house in which every kind of entry has been written."""
    made = with_machines(House())
    ditch = replace(made.packs[TOWN].categories["ditch"], keywords=("ditch",))
    made.amend(proposed_category="confirmed", categories={**made.packs[TOWN].categories, "ditch": ditch})
    case = handled(made)
    told_of(made, case)
    looked_after(made, case)
    draft = drafts(made)
    ended(made, case, draft)
    return made


def post(house: House, path: str, who: str, body: dict[str, Any]) -> Any:
    return house.call("POST", f"{CASES}{path}", who, json=body).json


def handled(house: House) -> str:
    """Reported, decided, handed over, corrected, passed on, settled and opened again."""
    answers = {"where_exactly": "there", "litres": 5, "smell": "none"}
    case = house.report(title="a title", reporter={"name": "A"}, answers=answers, also=["dumping"])
    house.route(case, STATION, OFFICE)
    house.pass_time(hours=1)
    house.step(case, "close", "office")
    house.step(case, "note-reason", facts={"reason": "rain"}, due_at="2026-03-20T09:30:00Z", note="n")
    house.step(case, "find", facts={"category": "family"})
    house.pass_time(hours=1)
    house.route(case, CENTRE, OFFICE, level="town", previous=STATION)
    house.step(case, "pass-up", "centre")
    link = house.view(case)["linked"][0]["case"]
    house.hear("routing", "case.routed", link, house.routed(link, f"{OTHER_TOWN}/centre"), town=OTHER_TOWN)
    house.step(case, "correct-place", "office", facts={"place": "market"})
    house.step(case, "settle", "centre", facts={"result": "r", "litres": 7})
    post(house, f"/{case}/satisfaction", "citizen", {"satisfied": True, "note": "fine"})
    house.step(case, "not-satisfied", "citizen", facts={"complaint": "c"})
    return case


def told_of(house: House, case: str) -> None:
    """What the other services say of it."""
    late = {"state": "breached", "escalation": 1, "to": [OFFICE], "mark": "told", "verdict": "late"}
    excused = {"state": "stopped", "verdict": "excused", "was": {"verdict": "late"}, "certificate": {}}
    house.hear("sla", "clock.started", case, clock(case))
    house.hear("sla", "clock.corrected", case, clock(case, **CORRECTED))
    house.hear("sla", "clock.escalated", case, clock(case, **late, certificate={}))
    house.hear("sla", "clock.excused", case, clock(case, **excused))
    house.hear("notify", "notification.sent", case, told(case))
    house.hear("notify", "notification.failed", case, told(case, cause="x", via=OFFICE, person="p"))


def looked_after(house: House, case: str) -> None:
    """A file, an identity that is read, a work order that is given to somebody who leaves, and finished."""
    data = {"file": (io.BytesIO(b"%PDF-1"), "a.pdf", "application/pdf")}
    house.call("POST", f"{CASES}/{case}/attachments", "citizen", data=data)
    house.call("GET", f"{CASES}/{case}/reporter", "operator")
    orders = [order for order in house.view(case)["work_orders"] if order["unit"] == OFFICE]
    order = next(order["id"] for order in orders if order["state"] == "accepted")
    for held in (True, False):
        data = {"person": "ann", "unit": OFFICE, "role": "staff", "held": held}
        house.hear("registry", "membership.changed", "person/ann", data)
        path = f"{CASES}/{case}/work-orders/{order}/assignee"
        house.call("PUT", path, "office", json={"person": "ann"})  # in vain once she has left
    next(duty for duty in house.service.duties if duty.name == "assignee-left").run(10)
    house.pass_time(minutes=90)
    post(house, f"/{case}/work-orders/{order}", "office", {"move": "done", "note": "done"})


def drafts(house: House) -> str:
    """Drafts of a machine: counted, confirmed, dismissed, merged; and one of words, which stays."""
    draft = str(post(house, "", "grid", ALARM)["case"])
    post(house, "", "grid", {**ALARM, "text": "again"})
    post(house, f"/{draft}/confirm", "station", {"note": "seen", "answers": {"litres": 2}})
    other = post(house, "", "grid", {**ALARM, "source": "cam-9"})["case"]
    post(house, f"/{other}/dismiss", "station", {"reason": "none"})
    third = post(house, "", "grid", {**ALARM, "source": "cam-10"})["case"]
    post(house, f"/{third}/merge", "station", {"into": draft, "note": "same"})
    return draft


def ended(house: House, case: str, draft: str) -> None:
    """Merged, erased, returned, unroutable, and answered too late."""
    merged = house.report("other-citizen", anonymous=True)
    house.route(merged)
    post(house, f"/{merged}/merge", "supervisor", {"into": case})
    post(house, "", "citizen", {"channel": "app", "place": "east-1", "text": "the ditch is full"})
    house.call("DELETE", f"/v1/towns/{TOWN}/reporters/citizen-1", "operator")
    house.route(house.report(), None, returned=True, reason={"rule": "not-ours", "because": ["P001-02.3"]})
    unroutable = house.report()
    late, who = house.routed(unroutable), house.routed(unroutable, CENTRE)["assignment"]
    differing = {"cause": "disagreement", "answers": {"reference": ["a"], "engine": "b"}}
    data = {"case": unroutable, "assignment": who, "answers_sequence": 1, **differing}
    house.hear("routing", "case.unroutable", unroutable, data)
    house.hear("routing", "case.routed", unroutable, late)


COUNT = re.compile(r'(?<="entries":)\d+')
NEW = {"reached"}  # a milestone that time reaches was not kept yet
WHENCE = ("token", "client")  # by which token, from where
MERGED_BY = {("merged", "supervisor"), ("took-in", "supervisor")}
MORE = {"identity-read": WHENCE, "identity-erased": WHENCE}


def nameless(entries: list[dict[str, Any]]) -> Any:
    """Entries without ids and hashes, which are every store's own, and without how many there were before."""
    return orjson.loads(COUNT.sub("0", HASH.sub("#", ID.sub("@", orjson.dumps(entries).decode()))))


def test_entries_say_what_they_said_in_version_0_1(house: House) -> None:
    """Names, values, which fields are left out, and the form of instants: a history goes on as it began."""
    kept = ("what", "at", "by", "data")
    now = nameless(
        [{name: row[name] for name in kept} for row in house.rows(tables.history) if row["what"] not in NEW]
    )
    before = nameless(orjson.loads(OF_VERSION_0_1.read_bytes()))
    for entry in now:
        for name in MORE.get(entry["what"], ()):
            assert entry["data"].pop(name)
    for entry, was in zip(now, before, strict=True):
        if (entry["what"], entry["by"]["role"]) in MERGED_BY:  # an operator merged cases then (decision 28)
            entry["by"] = was["by"]
        assert entry == was


def test_every_history_of_that_life_is_whole(house: House) -> None:
    """What is read back from the store gives the hashes that were written."""
    for row in house.rows(tables.cases):
        who = "operator" if row["town"] == TOWN else "stranger"
        checked = house.call("GET", f"/v1/towns/{row['town']}/cases/{row['id']}/history/verify", who).json
        assert (checked["whole"], checked["entries"]) == (True, row["history_n"])
