"""Pictures of records: handed in first, named once, seen by whoever sees the record, gone when their time is over."""

from typing import Any

import pytest

from services.duties.domain.picture import MOST
from services.duties.handlers.picturing import PictureForgetter
from services.duties.handlers.town_rules import TownRules
from services.duties.store.tables import flow
from shared.files.keeping import FolderFiles
from shared.flow.editions import PackCache
from tests.occurrences.conftest import House, Open
from tests.occurrences.packs import at, files_with
from tests.occurrences.pictures import LOOK, PLACE, jpeg, png, webp

RETENTION = "retention: {attachments: {because: P, keep: 30 days}}\n"


def picture(house: House, who: str = "east", content: bytes = b"") -> str:
    status, taken = house.hand_in(who, content or jpeg(6))
    assert status == 201, taken
    found: str = taken["id"]
    return found


def read(house: House, record: str, id_: str, who: str = "supervisor") -> tuple[int, Any]:
    return house.ask("GET", f"/records/{record}/pictures/{id_}", who)


def lying(house: House) -> set[str]:
    return {path.name for path in house.pictures.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("content", "said"),
    [(jpeg(6), "image/jpeg"), (png(), "image/png"), (webp((b"VP8 ", b"look")), "image/webp")],
)
def test_a_record_shows_its_pictures_without_their_place(house: House, content: bytes, said: str) -> None:
    """Taken in, named, listed with the record, and given back inertly to whoever may see it."""
    status, taken = house.hand_in("east", content, said, name="../井盖.png")
    assert (status, taken["type"]) == (201, said)
    kept = house.keep("east", "patrol", facts={"found": "a lid"}, pictures=[taken["id"]])
    assert kept["pictures"] == [taken]
    assert taken["name"].startswith("井盖.")
    status, back = read(house, kept["id"], taken["id"])
    assert status == 200
    assert PLACE not in back
    assert house.get(f"/records/{kept['id']}")["pictures"] == [taken]


def test_a_jpeg_is_the_same_picture(house: House) -> None:
    """Its data are untouched."""
    id_ = picture(house)
    kept = house.keep("east", "patrol", pictures=[id_])
    assert LOOK in read(house, kept["id"], id_)[1]


@pytest.mark.parametrize(
    ("content", "said", "code"),
    [
        (b"", "image/jpeg", "file-empty"),
        (b"<svg/>", "image/svg+xml", "file-type"),
        (b"%PDF-1.7\n", "application/pdf", "file-type"),
        (jpeg(), "image/png", "file-disguised"),
        (jpeg()[:40], "image/jpeg", "picture-broken"),
    ],
)
def test_what_is_no_picture_is_refused(house: House, content: bytes, said: str, code: str) -> None:
    """By its own bytes, whatever it is called; nothing of it lies there."""
    assert house.hand_in("east", content, said)[1]["code"] == code
    assert not lying(house)


def test_a_picture_is_its_makers_and_goes_with_one_record(house: House) -> None:
    """Another's, one that was named before, one that nobody handed in, more than a record has, a form without any."""
    mine = picture(house)
    house.keep("east", "patrol", pictures=[mine])
    for form, named, code in (
        ("patrol", [mine], "unknown-picture"),
        ("patrol", [picture(house, "west")], "unknown-picture"),
        ("patrol", ["no-such"], "unknown-picture"),
        ("information", [picture(house)], "no-pictures"),
    ):
        status, no = house.ask("POST", "/records", "east", {"form": form, "pictures": named})
        assert (status, no["code"]) == (422, code)
    many = [f"p-{number}" for number in range(MOST + 1)]
    assert house.ask("POST", "/records", "east", {"form": "patrol", "pictures": many})[0] == 400


def test_a_correction_keeps_or_leaves_pictures(house: House) -> None:
    """It names those that it keeps; the record that it corrects stays as it was."""
    first, second = picture(house), picture(house)
    kept = house.keep("east", "patrol", pictures=[first, second])
    third = picture(house)
    right = house.keep("east", "patrol", pictures=[second, third], corrects=kept["id"])
    assert [each["id"] for each in right["pictures"]] == [second, third]
    assert read(house, right["id"], second)[0] == 200
    assert read(house, right["id"], first)[0] == 404
    assert read(house, kept["id"], first)[0] == 200


def test_a_picture_is_read_by_whom_the_record_is_shown_to(house: House) -> None:
    """Not by its id alone, not by residents, and not under another record."""
    id_ = picture(house)
    kept = house.keep("east", "patrol", pictures=[id_])
    other = house.keep("east", "patrol")
    assert read(house, kept["id"], id_, "west")[0] == 200  # a patrol names no readers: whoever works there
    assert read(house, kept["id"], id_, "reporter")[0] == 403
    assert read(house, other["id"], id_)[0] == 404
    assert house.hand_in("reporter", jpeg())[0] == 403


def test_sent_again_it_is_the_same_picture(house: House) -> None:
    """A phone never knows whether an answer that it lost was given."""
    first = house.hand_in("east", jpeg(), key="k.0")
    assert house.hand_in("east", jpeg(), key="k.0") == first
    assert house.hand_in("east", png(), "image/png", key="k.0")[1]["code"] == "key-reused"
    assert house.hand_in("west", jpeg(), key="k.0")[1]["id"] != first[1]["id"]
    assert len(lying(house)) == 2


def test_what_no_record_names_goes_after_two_days(house: House) -> None:
    """Its record may come until then, for so long its key is known; after it, it is as if it had never been."""
    named, unnamed = picture(house), picture(house)
    kept = house.keep("east", "patrol", pictures=[named])
    house.at("2026-03-04 07:59")
    assert lying(house) == {named, unnamed}
    house.at("2026-03-04 08:01")
    assert lying(house) == {named}
    assert read(house, kept["id"], named)[0] == 200
    no = house.ask("POST", "/records", "east", {"form": "patrol", "pictures": [unnamed]})[1]
    assert no["code"] == "unknown-picture"


def test_pictures_end_with_their_towns_period(open_house: Open) -> None:
    """As attachments do, counted from the day on which they came; the record stays, and says that they are gone."""
    house = open_house()
    house.letting_in()
    house.take(house.mail.edition(files_with("duties:\n", f"{RETENTION}duties:\n")))
    house.work()
    old = picture(house)
    kept = house.keep("east", "patrol", pictures=[old])
    house.at("2026-03-20 08:00")
    young = picture(house)
    house.keep("east", "patrol", pictures=[young])
    house.at("2026-04-01 08:01")
    rules = TownRules(PackCache(), flow.editions, flow.calendars)
    forgetter = PictureForgetter(house.store, rules, FolderFiles(house.pictures))
    assert forgetter.erase_old(100) == 0  # under simulated time nothing goes by itself
    due = at("2026-04-01 08:01")
    assert (forgetter.erase_due(due, 100), forgetter.erase_due(due, 100)) == (1, 0)
    assert lying(house) == {young}
    assert read(house, kept["id"], old)[0] == 410
    (shown,) = house.get(f"/records/{kept['id']}")["pictures"]
    assert (shown["erased"], shown["name"]) == (True, "")
