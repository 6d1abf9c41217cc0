"""Photos of plates: posted on purpose, sealed, shown where a sheet shows them, gone with the plate or the person."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from services.registry.domain.plates import LARGEST_PHOTO
from tests.occurrences.pictures import LOOK, PLACE, jpeg, png
from tests.registry.teams_town import OFFICE, PACK, TOWN, WORKER, TeamsTown

SHOWS = PACK.replace("worker.name, worker.phone, tasks", "worker.name, worker.photo, tasks")
BASE = f"/v1/towns/{TOWN}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.servers)])
def town(request: pytest.FixtureRequest) -> Iterator[TeamsTown]:
    """The town, whose signs show photos and whose cards don't; one works in grid East 1, with a plate."""
    own = request.getfixturevalue("services_own")("registry") if request.param == "postgresql" else None
    made = TeamsTown(own) if own else TeamsTown()
    made.house.registry.publisher.publish(TOWN, {f"{TOWN}/pack.yaml": SHOWS})
    made.enter("p-ann", WORKER)
    made.ask("PUT", "/people/p-ann/plate", made.operator, {"name": "安"})
    yield made
    made.house.store.close()


def post(town: TeamsTown, content: bytes, token: str, person: str = "p-ann", said: str = "image/jpeg") -> Any:
    headers = {"Accept-Language": "en", "Authorization": f"Bearer {token}"}
    # By hand: a client that makes a form of a large file leaves its own file open.
    about = (
        f'Content-Disposition: form-data; name="file"; filename="face.jpg"\r\nContent-Type: {said}\r\n\r\n'
    )
    body = b"--b\r\n" + about.encode() + content + b"\r\n--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    path = f"{BASE}/people/{person}/plate/photo"
    return town.house.client.put(path, data=body, content_type=kind, headers=headers)


def posted(town: TeamsTown) -> dict[str, Any]:
    """What the public sign says of the worker."""
    (sign,) = town.ask("GET", "/posted/east-1", None)["items"]
    worker = next(each for each in sign["posts"] if each["post"] == "worker")
    found: dict[str, Any] = worker["people"][0]
    return found


def read(town: TeamsTown, photo: str, token: str | None = None, where: str = "posted") -> TestResponse:
    return town.house.ask("GET", f"{BASE}/{where}/east-1/photos/{photo}", token)


def test_a_photo_stands_on_the_sign_and_nowhere_else(town: TeamsTown) -> None:
    """Everybody reads it by a name that says nothing; without its place; never by a sheet that shows none."""
    answer = post(town, jpeg(6), town.operator)
    assert answer.status_code == 200, answer.text
    photo = answer.json["photo"]
    assert posted(town) == {"name": "安", "phone": "", "photo": photo}
    shown = read(town, photo)
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")
    assert (LOOK in shown.data, PLACE in shown.data) == (True, False)
    assert shown.headers["Cache-Control"] == "no-store"
    assert read(town, photo, town.operator, "grids").data == shown.data
    assert read(town, "another").status_code == 404
    assert town.house.ask("GET", f"{BASE}/posted/east-2/photos/{photo}").status_code == 404
    sheets = {each["sheet"]: each for each in town.ask("GET", "/grids/east-1/sheets", town.operator)["items"]}
    assert [person["photo"] for post in sheets["card"]["posts"] for person in post["people"]] == [""]


def test_it_lies_sealed_and_goes_with_the_plate_and_the_person(town: TeamsTown) -> None:
    """Another takes its place under another name; taken down alone, with the plate, or with the person: it is gone."""
    first = post(town, jpeg(), town.operator).json["photo"]
    second = post(town, png(), town.operator, said="image/png").json["photo"]
    assert [read(town, each).status_code for each in (first, second)] == [404, 200]
    assert "IHDR" not in town.house.everything_stored()
    for path in ("/people/p-ann/plate/photo", "/people/p-ann/plate", "/people/p-ann"):
        town.ask("PUT", "/people/p-ann/plate", town.operator, {"name": "安"})
        photo = post(town, jpeg(), town.operator).json["photo"]
        assert posted(town)["photo"] == photo
        town.ask("DELETE", path, town.operator)
        assert read(town, photo).status_code == 404
        with town.house.store.read() as conn:
            assert town.house.registry.teams.plates.plates.photos_of(conn, TOWN, ["p-ann"]) == {}


def test_who_no_longer_works_there_is_on_no_sign(town: TeamsTown) -> None:
    """The photo stays with the plate, and nobody reads it by that grid."""
    photo = post(town, jpeg(), town.operator).json["photo"]
    town.enter("p-ann", WORKER, held=False)
    assert read(town, photo).status_code == 404


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        (b"%PDF-1.7", "application/pdf", "file-type"),
        (jpeg()[:30], "image/jpeg", "photo-broken"),
        (jpeg() + b"\0" * LARGEST_PHOTO, "image/jpeg", "file-too-large"),
    ],
)
def test_what_is_no_photo_is_refused(town: TeamsTown, content: bytes, said: str, code: str) -> None:
    """By its own bytes and its size."""
    assert post(town, content, town.operator, said=said).json["code"] == code
    assert posted(town)["photo"] == ""


def test_only_the_operator_posts_and_only_beside_a_name(town: TeamsTown) -> None:
    """Nobody of the staff; of nobody who has no plate."""
    staff = town.token("unit_staff", OFFICE, "p-off")
    assert post(town, jpeg(), staff).json["code"] == "not-allowed"
    town.enter("p-ben", WORKER)
    assert post(town, jpeg(), town.operator, "p-ben").json["code"] == "no-plate"
