"""Units of a town with who holds them; one that nobody holds is seen."""

from collections.abc import Iterator

import pytest

from services.registry.domain.accounts import AccountRole
from services.registry.domain.members import ListedMember, Membership
from services.registry.domain.units import held_units
from shared.rules.pack.read import build_pack
from tests.notify.samples import NOON
from tests.registry.house import TOWN, files_of
from tests.registry.sessions import LOGIN, SignedInHouse


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def house(request: pytest.FixtureRequest) -> Iterator[SignedInHouse]:
    """A registry with a town and ways to sign in; in PostgreSQL requests have a role for their town's rows alone."""
    on_server = request.param == "postgresql"
    made = SignedInHouse(request.getfixturevalue("services_own")("registry") if on_server else "sqlite://")
    yield made
    made.store.close()


def test_every_unit_of_the_edition_is_there_once_and_in_every_place_of_its_level() -> None:
    """None is left out because nobody holds it; a level above the town keeps its own people."""
    pack = build_pack(files_of(TOWN), TOWN)
    found = held_units(pack, [])
    addresses = [held.unit for held in found]
    assert addresses == sorted(set(addresses))
    assert {address.rpartition("/")[2] for address in addresses} <= pack.units.keys()
    assert all(address.startswith((f"{TOWN}/", f"{TOWN}.")) for address in addresses)
    assert all(held.in_edition and not held.members for held in found)
    villages = [place.key for place in pack.places.values() if place.level is not None]
    levelled = [address for address in addresses if address.startswith(f"{TOWN}.")]
    assert villages
    assert {address.partition("/")[0].removeprefix(f"{TOWN}.") for address in levelled} <= set(villages)


def test_a_place_that_the_edition_does_not_name_is_seen_too() -> None:
    """Somebody still holds it, and nobody else would see that."""
    pack = build_pack(files_of(TOWN), TOWN)
    old = ListedMember(f"{TOWN}/a-unit-of-before", "p1", "unit_staff", NOON)
    (found,) = [held for held in held_units(pack, [old]) if held.members]
    assert (found.unit, found.in_edition, found.members) == (old.unit, False, (old,))


def test_the_route_lists_vacancies_and_what_one_person_holds(house: SignedInHouse) -> None:
    """Page by page; vacancies and holders together are all units."""
    unit = f"{TOWN}/town-grid-centre"
    house.registry.members.set(TOWN, Membership("p-1", unit, "unit_staff"))
    house.give(AccountRole("supervisor", TOWN), login="sees")
    token = house.short_token(house.secret("sees"))

    def units(query: str = "") -> list[str]:
        found, cursor = [], ""
        while True:
            asked = f"/v1/towns/{TOWN}/units?limit=2{query}{cursor}"
            page = house.sent("GET", asked, {"Authorization": f"Bearer {token}"}).get_json()
            found += [each["unit"] for each in page["items"]]
            if page["next"] is None:
                return found
            cursor = f"&cursor={page['next']}"

    every = units()
    assert every == sorted(every)
    assert units("&person=p-1") == [unit]
    assert units("&which=vacant") == [each for each in every if each != unit]


def test_those_who_work_on_cases_do_not_see_it(house: SignedInHouse) -> None:
    """Who holds what is for those who watch over it."""
    house.give(AccountRole("unit_staff", TOWN, f"{TOWN}/town-grid-centre"))
    token = house.short_token(house.secret())
    answer = house.sent("GET", f"/v1/towns/{TOWN}/units", {"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_sessions_of_an_account_are_ended_by_whoever_keeps_it(house: SignedInHouse) -> None:
    """All at once, and its holder may sign in again: a telephone was lost, not the password."""
    house.give(AccountRole("engineer", TOWN), login="keeps")
    house.give(AccountRole("supervisor", TOWN))
    lost, other = house.secret(), house.secret()
    token = house.short_token(house.secret("keeps"))
    path = f"/v1/towns/{TOWN}/accounts/{LOGIN}"
    answer = house.sent("PATCH", path, {"Authorization": f"Bearer {token}"}, {"end_sessions": True})
    assert (answer.status_code, answer.get_json()["first_password"]) == (200, None)
    for secret in (lost, other):
        assert house.in_session("GET", "/v1/session", secret).status_code == 401
    assert house.sign_in().status_code == 201
