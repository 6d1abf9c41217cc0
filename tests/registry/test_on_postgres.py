"""What only a database with many writers can show: publications of one town follow each other."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client

from services.registry.domain.members import Membership
from tests.registry.house import READER, TOWN, House, changed, files_of

pytestmark = pytest.mark.servers


@pytest.fixture
def house(services_own: Callable[[str], str]) -> Iterator[House]:
    """The registry on an empty database."""
    made = House(services_own("registry"))
    yield made
    made.store.close()


def test_publications_at_the_same_time_get_numbers_in_turn(house: House) -> None:
    """Eight operators publish eight contents at once: eight numbers without a gap, each said in that order."""
    house.registry.publisher.publish(TOWN, files_of(TOWN))
    contents = [changed("a town of villages}", f"name {number}}}") for number in range(8)]
    with ThreadPoolExecutor(8) as operators:
        made = list(operators.map(lambda files: house.registry.publisher.publish(TOWN, files), contents))
    assert sorted(one.number for one in made) == list(range(2, 10))
    assert [message.data["number"] for message in house.said("edition.")] == list(range(1, 10))
    assert [listed.standing for listed in house.registry.views.editions(TOWN)] == ["in force"] + ["past"] * 8


def test_members_are_kept_as_on_sqlite(house: House) -> None:
    """Entering, leaving and erasing go the same way on either database."""
    unit = f"{TOWN}/town-grid-centre"
    person = house.registry.members.set(
        TOWN, Membership("", unit, "unit_staff"), name="王", addresses={"mail": "a@b.cn"}
    )
    house.registry.members.set(TOWN, Membership(person, unit, "supervisor"))
    assert len(house.registry.views.members(TOWN, None, None, 10)) == 2
    after = (unit, person, "supervisor")
    assert [held.role for held in house.registry.views.members(TOWN, unit, after, 10)] == ["unit_staff"]
    assert house.registry.members.look_up(TOWN, person, READER).addresses == {"mail": "a@b.cn"}
    assert house.registry.members.forget(TOWN, person) == 2
    assert house.registry.views.members(TOWN, None, None, 10) == []


def test_anybody_may_know_which_towns_there_are(house: House) -> None:
    """A request about no town reads of every one no more than that it has published, and how it is called."""
    house.registry.publisher.publish(TOWN, files_of(TOWN))
    answer = Client(house.service.app).get("/v1/towns", headers={"Accept-Language": "en"})
    assert answer.status_code == 200
    assert answer.json is not None
    assert [each["town"] for each in answer.json["towns"]] == [TOWN]
