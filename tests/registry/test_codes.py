"""Codes of grids (P002A.8, A-14, S-075)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.registry.domain.codes import GridName, SeveralReadings, code_of
from services.registry.domain.jurisdictions import Jurisdiction
from shared.kernel.problems import Problem
from shared.kernel.texts import Text
from tests.registry.house import TOWN, House

PATH = f"/v1/towns/{TOWN}/grid-codes"


@pytest.mark.parametrize(
    ("street", "community", "serial", "plain", "dashed"),
    [
        ("琅琊街道", "花园街", 1, "lyhyj01", "ly-hyj-01"),
        ("东门", "卫民", 3, "dmwm03", "dm-wm-03"),
        ("北门街道", "太平桥社区", 12, "bmtpq12", "bm-tpq-12"),
    ],
)
@pytest.mark.proves("P002A.8")
def test_the_examples_of_the_scheme(
    street: str, community: str, serial: int, plain: str, dashed: str
) -> None:
    """First letters of every character of the proper names, then two digits; the separator is the town's."""
    named = GridName(street, community, serial)
    assert code_of(named).text == plain
    made = code_of(named, separator="-")
    assert made.text == dashed
    assert (made.street, made.community, made.serial) == tuple(
        int(part) if part.isdigit() else part for part in dashed.split("-")
    )


def test_a_character_of_several_readings_is_asked_about() -> None:
    """巷 may be read hàng or xiàng: both are listed, none is guessed; the operator's answer decides."""
    with pytest.raises(SeveralReadings) as asked:
        code_of(GridName("南门", "高巷", 1))
    assert [(one.character, one.readings) for one in asked.value.choices] == [("巷", ("hàng", "xiàng"))]
    for answer in ("x", "xiang", "xiàng"):
        assert code_of(GridName("南门", "高巷", 1), {"巷": answer}).text == "nmgx01"
    with pytest.raises(Problem, match="bad-reading"):
        code_of(GridName("南门", "高巷", 1), {"巷": "z"})


@pytest.mark.parametrize(
    ("named", "code"),
    [
        (GridName("社区", "卫民", 1), "bad-code-name"),
        (GridName("东门", "卫民2", 1), "bad-code-name"),
        (GridName("东门", "卫民", 0), "bad-serial"),
        (GridName("东门", "卫民", 100), "bad-serial"),
    ],
)
def test_what_has_no_code_is_refused(named: GridName, code: str) -> None:
    """Names without letters and numbers beyond two digits are refused with the reason."""
    with pytest.raises(Problem, match=code):
        code_of(named)


@given(st.text(max_size=12), st.text(max_size=12), st.integers(-5, 200), st.text(max_size=4))
def test_any_text_has_a_code_or_a_reason(street: str, community: str, serial: int, separator: str) -> None:
    """Whatever is written: lower-case letters and two digits, or a refusal, and nothing else."""
    try:
        made = code_of(GridName(street, community, serial), separator=separator)
    except Problem:
        return
    assert made.joined.isascii()
    assert made.joined[:-2].isalpha()
    assert made.joined[:-2].islower()
    assert made.joined[-2:].isdigit()


def body(street: str, community: str, serial: int, **more: object) -> dict[str, object]:
    """A request for a code."""
    return {"street": street, "community": community, "serial": serial, **more}


@pytest.mark.proves("P002A.8")
def test_a_code_is_given_once_and_kept_with_its_parts() -> None:
    """201 with parts and letters; the same code for another grid is refused with whoever has it."""
    house = House()
    made = house.ask("POST", PATH, house.operator, body("琅琊街道", "花园街", 1))
    assert made.status_code == 201
    assert made.get_json() == {
        "text": "lyhyj01",
        "parts": {"street": "琅琊街道", "community": "花园街", "serial": 1},
        "letters": {"street": "ly", "community": "hyj"},
    }
    again = house.ask("POST", PATH, house.operator, body("琅琊", "花园街社区", 1))
    assert (again.status_code, again.get_json()["code"]) == (409, "code-taken")
    assert "花园街" in again.get_json()["cause"]
    # another community with the same letters is another grid with the same code
    assert house.ask("POST", PATH, house.operator, body("琅琊", "和谊居", 1)).status_code == 409
    assert house.ask("POST", PATH, house.operator, body("琅琊", "花园街", 2)).status_code == 201
    listed = house.ask("GET", PATH, house.operator).get_json()["items"]
    assert [one["text"] for one in listed] == ["lyhyj01", "lyhyj02"]


def test_joined_letters_that_coincide_are_told_apart_by_the_separator() -> None:
    """l+yhyj and ly+hyj join to the same letters: refused without a separator, accepted with one."""
    house = House()
    assert house.ask("POST", PATH, house.operator, body("琅琊", "花园街", 1)).status_code == 201
    other = body("琅", "琊花园街", 1)
    assert house.ask("POST", PATH, house.operator, other).get_json()["code"] == "code-taken"
    assert house.ask("POST", PATH, house.operator, {**other, "separator": "-"}).status_code == 201


def test_several_readings_are_answered_with_the_choices() -> None:
    """The answer lists each character with its readings; sent again with the operator's choice it is given."""
    house = House()
    asked = house.ask("POST", PATH, house.operator, body("南门", "高巷", 2))
    assert (asked.status_code, asked.get_json()["code"]) == (422, "several-readings")
    assert asked.get_json()["choices"] == [{"character": "巷", "readings": ["hàng", "xiàng"]}]
    given_ = house.ask("POST", PATH, house.operator, body("南门", "高巷", 2, readings={"巷": "xiàng"}))
    assert given_.get_json()["text"] == "nmgx02"


def test_one_scheme_for_a_district() -> None:
    """Towns of the same district share the scheme; a town of another district does not."""
    house = House()
    for key, part_of in (
        ("district", None),
        ("other", None),
        (TOWN, "district"),
        ("t-b", "district"),
        ("t-c", "other"),
    ):
        house.registry.tree.set(Jurisdiction(key, Text(key, key), part_of))
    assert house.ask("POST", PATH, house.operator, body("东门", "卫民", 3)).status_code == 201
    for town, status in (("t-b", 409), ("t-c", 201)):
        token = house.token("operator", town)
        assert (
            house.ask("POST", f"/v1/towns/{town}/grid-codes", token, body("东门", "卫民", 3)).status_code
            == status
        )
