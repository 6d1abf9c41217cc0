"""Who is not admitted may not draw grids, and every attempt can be read (P003.5, S-085)."""

import pytest

from tests.registry.house import TOWN, House, changed, files_of

REFUSED = f"/v1/towns/{TOWN}/publications/refused"
OFFICE = f"{TOWN}/environment-office"


def listed(house: House, **query: str) -> list[dict[str, object]]:
    """The refused attempts as the operator reads them."""
    items: list[dict[str, object]] = house.ask("GET", REFUSED, house.operator, **query).get_json()["items"]
    return items


@pytest.mark.proves("P003.5")
def test_a_department_that_draws_its_own_grid_is_refused_and_logged() -> None:
    """403; nothing is published; the list says who, for which unit, and when."""
    house = House()
    staff = house.token("unit_staff", TOWN, unit=OFFICE, person="p-office")
    own_grid = changed("East Village grid 2", "the office's own grid")
    answer = house.ask("POST", f"/v1/towns/{TOWN}/editions", staff, {"files": own_grid})
    assert answer.status_code == 403
    assert not house.said("edition.")
    (kept,) = listed(house)
    assert (kept["what"], kept["code"], kept["role"], kept["unit"], kept["person"]) == (
        "publication",
        "not-allowed",
        "unit_staff",
        OFFICE,
        "p-office",
    )
    assert kept["at"]


def test_a_department_that_takes_a_code_is_refused_and_logged() -> None:
    """A code for a grid of its own is refused alike."""
    house = House()
    staff = house.token("unit_staff", TOWN, unit=OFFICE, person="p-office")
    body = {"street": "东门", "community": "卫民", "serial": 3}
    assert house.ask("POST", f"/v1/towns/{TOWN}/grid-codes", staff, body).status_code == 403
    assert [one["what"] for one in listed(house)] == ["grid-code"]
    assert listed(house, what="publication") == []


def test_a_faulty_pack_is_kept_as_refused_too() -> None:
    """The operator's own faulty publication is listed with its first fault; a good one is not."""
    house = House()
    broken = changed("fallback: town-grid-centre", "fallback: nobody-there")
    path = f"/v1/towns/{TOWN}/editions"
    assert house.ask("POST", path, house.operator, {"files": broken}).status_code == 422
    assert house.ask("POST", path, house.operator, {"files": files_of(TOWN)}).status_code == 201
    (kept,) = listed(house)
    assert (kept["code"], kept["person"]) == ("pack-refused", "p-operator")
    assert f"{TOWN}/pack.yaml" in str(kept["detail"])


def test_other_towns_and_strangers_leave_no_trace_here() -> None:
    """For them the town is not there: 404 and 401, and the town's own list stays short."""
    house = House()
    other = house.token("operator", "t-zq")
    path = f"/v1/towns/{TOWN}/editions"
    assert house.ask("POST", path, other, {"files": files_of(TOWN)}).status_code == 404
    assert house.ask("POST", path, None, {"files": files_of(TOWN)}).status_code == 401
    assert listed(house) == []


def test_the_list_goes_on_page_by_page_newest_first() -> None:
    """Every attempt is on exactly one page."""
    house = House()
    staff = house.token("unit_staff", TOWN, unit=OFFICE, person="p-office")
    for _ in range(5):
        house.ask("POST", f"/v1/towns/{TOWN}/editions", staff, {"files": {}})
        house.pass_time(minutes=1)
    seen: list[str] = []
    cursor = None
    while True:
        page = house.ask("GET", REFUSED, house.operator, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [one["at"] for one in page.get_json()["items"]]
        cursor = page.get_json()["next"]
        if cursor is None:
            break
    assert len(seen) == 5
    assert seen == sorted(seen, reverse=True)
