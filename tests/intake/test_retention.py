"""Data whose period is over is erased, once, by a town's own rules, and every chain stays whole."""

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.intake.domain.chain_keys import ChainKeys
from services.intake.store import tables
from services.intake.store.case_file import SqlCaseFile
from shared.contracts.messages import CaseErased
from shared.db.engines import open_engine
from shared.rules.case.snapshot import CaseState
from shared.rules.pack.model import DataClass, Retained, Spot
from tests.intake.house import SECRET, House
from tests.intake.town import MONDAY, TOWN

WHO = {"name": "Zhang San", "phone": "13800000000"}
DAY = timedelta(days=1)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)


def retained(days: int) -> Retained:
    """A period of so many days."""
    return Retained(("P-1",), timedelta(days=days), Spot("pack.yaml", 1))


ALL = {
    DataClass.IDENTITIES: retained(10),
    DataClass.ATTACHMENTS: retained(10),
    DataClass.TEXTS: retained(20),
    DataClass.DELIVERIES: retained(30),
}


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    """A town that keeps each class of data for some days."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("services_own")("intake")
    made = House(engine=open_engine(url, "intake"))
    made.amend(retention=ALL)
    yield made
    made.store.close()


def end(house: House, **report: object) -> str:
    """Report a matter with all kinds of data, and bring it to its end."""
    case = house.report(
        reporter=WHO, title="Zhang's ditch", text="Zhang San, 13800000000, is flooded", **report
    )
    house.route(case)
    attached = house.call(
        "POST",
        f"/v1/towns/{TOWN}/cases/{case}/attachments",
        data={"file": (io.BytesIO(PNG), "Zhang San.png", "image/png")},
    )
    assert attached.status_code == 201, attached.text
    assert house.step(case, "settle", facts={"result": "told Zhang San"}).status_code == 200
    assert house.step(case, "close").status_code == 200
    house.hear("notify", "notification.sent", case, told(case))
    return case


def told(case: str, notification: str = "n-1") -> dict[str, object]:
    """What notify says of somebody told."""
    return {
        "case": case, "notification": notification, "key": "k", "reason": {"rule": "r", "because": ["RC-1"]},
        "on": "closed", "party": "lead", "channel": "inbox", "at": "2026-03-09T02:00:00.000000Z",
    }  # fmt: skip


def pass_days(house: House, days: int) -> None:
    """Let days pass: in PostgreSQL it is the database's clock that counts, so the ends lie further back."""
    with house.store.begin() as work:
        conn = work.conn
        for row in conn.execute(
            sa.select(tables.retained).where(tables.retained.c.ended_at.is_not(None))
        ).all():
            earlier = sa.update(tables.retained).where(tables.retained.c.case_id == row.case_id)
            conn.execute(earlier.values(ended_at=row.ended_at - days * DAY))


def after(house: House, days: int) -> int:
    """Let days pass, and have the duty do all that is due; return of how many cases."""
    pass_days(house, days)
    duty = next(duty for duty in house.service.duties if duty.name == "erase")
    done = 0
    while count := duty.run(1000):
        done += count
    return done


def erased(house: House) -> list[tuple[str, int]]:
    """The list of erasures, oldest first."""
    answer = house.call("GET", f"/v1/towns/{TOWN}/erasures", "operator")
    assert answer.status_code == 200, answer.text
    return [(row["data"], row["pieces"]) for row in reversed(answer.json["erasures"])]


def everything_stored(house: House) -> str:
    with house.store.read() as conn:
        names = [f'"{table.name}"' for table in tables.metadata.sorted_tables]
        return str([conn.exec_driver_sql(f"select * from {name}").all() for name in names])


def is_whole(house: House, case: str) -> bool:
    return bool(house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/history/verify").json["whole"])


def test_each_class_goes_when_its_period_is_over_and_not_before(house: House) -> None:
    """Identity and files after ten days, texts after twenty, what was told after thirty; the course stays."""
    case = end(house)
    assert after(house, 9) == 0
    assert house.files.count == 1
    assert after(house, 1) == 2
    assert erased(house) == [("identities", 1), ("attachments", 1)]
    assert house.files.count == 0
    assert "told Zhang San" in everything_stored(house)
    after(house, 10)
    stored = everything_stored(house)
    assert not [word for word in ("Zhang", "13800000000", "flooded", "told") if word in stored]
    after(house, 10)
    assert [data for data, _ in erased(house)] == ["identities", "attachments", "texts", "deliveries"]
    shown = house.view(case)
    assert (shown["state"], shown["report"]["category"], shown["report"]["text"]) == ("closed", "ditch", "—")
    assert [entry["what"] for entry in shown["history"]].count("erased") == 4
    assert is_whole(house, case)


def test_repeated_it_does_nothing(house: House) -> None:
    """What was erased is not due any more, however often somebody looks."""
    case = end(house)
    after(house, 40)
    before = (erased(house), house.view(case)["history"], len(house.said(case)))
    assert after(house, 40) == 0
    assert (erased(house), house.view(case)["history"], len(house.said(case))) == before


def test_others_are_told_of_what_they_hold(house: House) -> None:
    """One message names the case and up to when; of what intake alone holds nobody hears."""
    case = end(house)
    after(house, 20)
    assert not [message for message in house.said(case) if message.type == "case.erased"]
    after(house, 10)
    (body,) = [message.data for message in house.said(case) if message.type == "case.erased"]
    erased_at = house.rows(tables.erasures)[-1]["erased_at"]
    assert body == CaseErased(case=case, data="deliveries", until=erased_at)


def test_what_is_told_late_is_erased_as_well(house: House) -> None:
    """A notification of which one hears after the erasure is asked for again at the next look."""
    case = end(house)
    after(house, 40)
    house.hear("notify", "notification.sent", case, told(case, "n-2"))
    assert after(house, 1) == 1
    assert [message.type for message in house.said(case)].count("case.erased") == 2
    assert after(house, 1) == 0


def test_a_case_that_goes_on_keeps_all_of_it(house: House) -> None:
    """However old: no period begins before the case has ended."""
    case = house.report(reporter=WHO)
    house.route(case)
    assert house.step(case, "return", "operator", facts={"reason": "not ours"}).status_code == 200
    assert house.rows(tables.retained)[0]["ended_at"] is not None
    running = house.report(who="other-citizen", reporter=WHO)
    assert after(house, 40) == 4
    assert house.view(running)["report"]["text"] == "the ditch is full"
    assert {row["case_id"] for row in house.rows(tables.retained)} == {case}


def test_a_case_that_runs_again_is_not_due(house: House) -> None:
    """The period counts from the end that stands: it begins anew when the case has ended once more."""
    case = end(house)
    after(house, 5)
    with house.store.begin() as work:  # no step of this town takes back a closing
        files = SqlCaseFile(ChainKeys(SECRET))
        found = files.find(work, case)
        assert found is not None
        found.state = CaseState.REOPENED
        files.keep(work, found)
    assert after(house, 40) == 0
    assert house.view(case)["report"]["title"] == "Zhang's ditch"


def test_a_person_is_known_until_the_last_case_is_due(house: House) -> None:
    """One case of a person is over, another runs: the identity stays until that one's period ends too."""
    first = end(house)
    second = house.report(reporter=WHO)
    house.route(second)
    after(house, 15)
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{first}/reporter", "operator").json["identity"] == WHO
    assert house.step(second, "settle", facts={"result": "done"}).status_code == 200
    assert house.step(second, "close").status_code == 200
    after(house, 9)
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{first}/reporter", "operator").status_code == 200
    after(house, 1)
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{first}/reporter", "operator").status_code == 410


def test_a_reporter_of_a_merged_case_is_known_while_the_other_runs(house: House) -> None:
    """Whoever reported what was merged is still to be told of the result."""
    into = house.report(who="other-citizen")
    house.route(into)
    merged = house.report(reporter=WHO)
    house.route(merged)
    answer = house.call("POST", f"/v1/towns/{TOWN}/cases/{merged}/merge", "supervisor", json={"into": into})
    assert answer.status_code == 200, answer.text
    after(house, 15)
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{merged}/reporter", "operator").status_code == 200
    assert house.step(into, "settle", facts={"result": "done"}).status_code == 200
    assert house.step(into, "close").status_code == 200
    after(house, 10)
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{merged}/reporter", "operator").status_code == 410


def test_an_erased_file_says_so(house: House) -> None:
    """Its place stays in the case, without a name that says anything; its content is gone for good."""
    case = end(house)
    after(house, 10)
    (file,) = house.view(case)["attachments"]
    assert (file["name"], file["erased_at"] is not None) == ("file.png", True)
    answer = house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/attachments/{file['id']}")
    assert (answer.status_code, answer.json["code"]) == (410, "attachment-erased")


def test_a_look_is_bounded(house: House) -> None:
    """However much is due, no transaction works on more than its batch of cases."""
    for _ in range(3):
        end(house)
    pass_days(house, 10)
    duty = next(duty for duty in house.service.duties if duty.name == "erase")
    assert [duty.run(2) for _ in range(4)] == [2, 2, 2, 0]


def test_the_edition_in_force_counts(house: House) -> None:
    """A shorter period holds for what ended before it too; a town without periods keeps everything."""
    case = end(house)
    house.amend(retention={})
    assert after(house, 100) == 0
    assert house.view(case)["report"]["title"] == "Zhang's ditch"


def test_a_preview_erases_nothing_and_an_operator_may_erase_at_once(house: House) -> None:
    """What is due is counted class by class; asked to, a batch of it goes at once."""
    end(house)
    pass_days(house, 12)
    path = f"/v1/towns/{TOWN}/erasures"
    due = house.call("GET", f"{path}/due", "operator").json["due"]
    assert {row["data"]: row["cases"] for row in due} == {
        "identities": 1, "attachments": 1, "texts": 0, "deliveries": 0
    }  # fmt: skip
    assert erased(house) == []
    assert house.call("POST", path, "supervisor").status_code == 403
    assert house.call("POST", path, "stranger").status_code == 404
    assert house.call("POST", path, "operator").json == {"cases": 2, "more": False}
    assert len(erased(house)) == 2


def test_a_dismissed_draft_goes_without_a_word(house: House) -> None:
    """Nobody heard of a draft, so nobody hears that it was erased; what was reported goes all the same."""
    answer = house.call(
        "POST", f"/v1/towns/{TOWN}/cases", "grid",
        json={"category": "ditch", "channel": "app", "place": "east-1", "text": "by Zhang San"},
    )  # fmt: skip
    case = answer.json["case"]
    with house.store.begin() as work:  # a town that is made by hand has no machines
        draft = {"state": "draft", "messages": 0}
        work.conn.execute(sa.update(tables.cases).where(tables.cases.c.id == case).values(**draft))
    dismissed = house.call(
        "POST", f"/v1/towns/{TOWN}/cases/{case}/dismiss", "operator", json={"reason": "Zhang"}
    )
    assert dismissed.status_code == 200, dismissed.text
    said = len(house.said(case))
    after(house, 40)
    assert "Zhang" not in everything_stored(house)
    assert len(house.said(case)) == said


def test_simulated_years_erase_nothing() -> None:
    """In a simulated store years pass in a moment, and people look at it whole."""
    house = House(simulated=True)
    house.amend(retention=ALL)
    end(house)
    house.store.set_now(MONDAY + 400 * DAY)
    duty = next(duty for duty in house.service.duties if duty.name == "erase")
    assert duty.run(100) == 0
    house.store.close()
