"""Identities: sealed, meant by reference, read on record, erased without breaking any chain."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from services.intake.adapters.seal import IdentitySeal
from services.intake.bootstrap import IntakeSettings
from services.intake.store import tables
from shared.web.callers import hash_token, reference_of
from tests.intake.house import OFFICE, STATION, House
from tests.intake.town import TOWN

WHO = {"name": "Zhang San", "phone": "13800000000"}


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


@pytest.fixture
def case(house: House) -> str:
    made = house.report(reporter=WHO)
    house.route(made)
    return made


def everything_stored(house: House) -> str:
    with house.engine.connect() as conn:
        names = [f'"{table.name}"' for table in tables.metadata.sorted_tables]
        return str([conn.exec_driver_sql(f"select * from {name}").all() for name in names])


@pytest.mark.proves("P001-08.9", "P002B.16")
def test_an_identity_is_nowhere_in_the_clear(house: House, case: str) -> None:
    """No table, message, history or view holds the name or number that was reported."""
    stored = everything_stored(house)
    assert "Zhang San" not in stored
    assert "13800000000" not in stored
    assert "Zhang" not in str(house.view(case))


@pytest.mark.proves("P001-08.9")
def test_reading_an_identity_is_recorded(house: House, case: str) -> None:
    """Whoever reads it gets it, and stands in the history with role, unit and person, by which token and from where."""
    answer = house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/reporter", "station")
    assert answer.json == {"ref": "citizen-1", "identity": WHO}
    entry = house.view(case)["history"][-1]
    assert (entry["what"], entry["by"]["person"], entry["data"]) == (
        "identity-read",
        "staff-1",
        {"reporter": "citizen-1", "token": reference_of(hash_token("station")), "client": "127.0.0.1"},
    )


def test_a_token_that_names_nobody_reads_no_identity(house: House, case: str) -> None:
    """Of a unit's or a machine's token no record could say who has read: it is refused, and nothing was read."""
    for role, unit in (("unit_staff", STATION), ("operator", None)):
        house.know_token(role, role, unit)
        for path in (f"cases/{case}/reporter", "cases/export?identities=yes"):
            answer = house.call("GET", f"/v1/towns/{TOWN}/{path}", role)
            assert answer.status_code == 403, (role, path)
        assert (
            house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/reporter", role).json["code"]
            == "person-missing"
        )
    assert "identity-read" not in [entry["what"] for entry in house.view(case)["history"]]


def test_an_export_with_identities_says_by_which_token(house: House, case: str) -> None:
    """Each case's history tells of a reading by export as it does of any other."""
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/export?identities=yes", "operator").status_code == 200
    entry = house.view(case)["history"][-1]
    assert (entry["what"], entry["data"]) == (
        "identity-read",
        {
            "reporter": "citizen-1",
            "token": reference_of(hash_token("operator")),
            "client": "127.0.0.1",
            "by": "export",
        },
    )


@pytest.mark.proves("P001-08.9", "P001-12.9", "P002B.16")
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("station", 200),
        ("supervisor", 200),
        ("operator", 200),
        ("office", 403),
        ("centre", 403),
        ("grid", 403),
        ("citizen", 403),
        ("engineer", 403),
        ("stranger", 404),
    ],
)
def test_only_those_who_need_it_read_an_identity(house: House, case: str, who: str, status: int) -> None:
    """Units that hold the case, supervisors and operators; nobody else, and the attempt is not a reading."""
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/reporter", who).status_code == status
    readings = [entry for entry in house.view(case)["history"] if entry["what"] == "identity-read"]
    assert len(readings) == (status == 200)


def test_the_finding_grid_worker_may_call_back(house: House) -> None:
    """Who brought a resident's matter may read whose it is."""
    case = house.report(who="grid", on_behalf=True, reporter=WHO)
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/reporter", "grid").json["identity"] == WHO


def test_erasing_leaves_the_chain_whole(house: House, case: str) -> None:
    """After an erasure the identity is gone for good, each of the person's cases says so, and every chain
    holds."""
    other = house.report(reporter=WHO)
    assert house.call("DELETE", f"/v1/towns/{TOWN}/reporters/citizen-1", "operator").status_code == 204
    assert house.rows(tables.identities)[0]["sealed"] is None
    for one in (case, other):
        assert house.view(one)["history"][-1]["what"] == "identity-erased"
        assert house.call("GET", f"/v1/towns/{TOWN}/cases/{one}/history/verify").json["whole"]
    answer = house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/reporter", "operator")
    assert (answer.status_code, answer.json["code"]) == (410, "identity-erased")


def test_people_erase_themselves_and_nobody_else(house: House, case: str) -> None:
    """A reporter's token erases its own person; other references are as if they were not there."""
    path = f"/v1/towns/{TOWN}/reporters"
    assert house.call("DELETE", f"{path}/citizen-1", "other-citizen").status_code == 404
    assert house.call("DELETE", f"{path}/citizen-1", "citizen").status_code == 204
    assert house.call("DELETE", f"{path}/no-such", "operator").status_code == 404


def test_a_case_without_an_identity_says_so(house: House) -> None:
    """Nothing was given, so there is nothing to read."""
    case = house.report(who="grid")
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/reporter", "operator").status_code == 404


def test_another_secret_opens_nothing(house: House, case: str) -> None:
    """A stolen store without the secret tells nothing; a secret that is too short is refused at the start."""
    sealed = house.rows(tables.identities)[0]["sealed"]
    with pytest.raises(ValueError, match="another secret"):
        IdentitySeal(b"some other secret").open(sealed)
    with pytest.raises(ValueError, match="16 bytes"):
        IdentitySeal(IntakeSettings("sqlite://", b"short", None).secret)  # type: ignore[arg-type]


@pytest.mark.proves("P001-08.9", "P002B.16")
def test_a_private_case_is_for_its_handlers(house: House) -> None:
    """A private category's case is seen by the units that hold it, supervisors, operators and its reporter
    alone."""
    case = house.report(category="family")
    house.route(case)
    seen = {
        who: house.call("GET", f"/v1/towns/{TOWN}/cases/{case}", who).status_code
        for who in (
            "station",
            "supervisor",
            "operator",
            "citizen",
            "office",
            "grid",
            "centre",
            "other-citizen",
        )
    }
    assert seen == {
        "station": 200,
        "supervisor": 200,
        "operator": 200,
        "citizen": 200,
        "office": 404,
        "grid": 404,
        "centre": 404,
        "other-citizen": 404,
    }
    for who, status in seen.items():
        listed = house.call("GET", f"/v1/towns/{TOWN}/cases", who).json["cases"]
        assert bool(listed) == (status == 200)
    house.step(case, "settle", facts={"result": "r"})
    house.step(case, "close")
    published = house.call("GET", f"/v1/towns/{TOWN}/publications", None).json
    assert (published["publications"], published["private_count"]) == ([], 1)  # a count and no more


def test_a_unit_that_lost_a_private_case_no_longer_sees_it(house: House) -> None:
    """A withdrawn work order ends the right to look."""
    case = house.report(category="family")
    house.route(case)
    house.step(case, "find")
    house.route(case, OFFICE, level="town")
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{case}", "station").status_code == 404
    assert house.call("GET", f"/v1/towns/{TOWN}/cases/{case}", "office").status_code == 200


@pytest.mark.parametrize("number", [1, 5])
def test_identities_of_an_export_are_looked_up_at_once(house: House, number: int) -> None:
    """One question to the store for a page of cases; each reading stands in its own case."""
    made = [house.report(reporter={"name": f"N {n}"}, on_behalf=True, who="grid") for n in range(number)]
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(house.engine, "before_cursor_execute", note)
    answer = house.call("GET", f"/v1/towns/{TOWN}/cases/export?identities=yes", "operator")
    assert all(f"N {n}" in answer.text for n in range(number))
    sa.event.remove(house.engine, "before_cursor_execute", note)
    assert len([one for one in asked if "FROM identities" in one]) == 1
    for case in made:
        assert [entry["what"] for entry in house.view(case)["history"]].count("identity-read") == 1
