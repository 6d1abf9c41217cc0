"""Pictures of records go with their town: out, back, and away."""

import io
from pathlib import Path

import pytest

from gridcase.towns.files import PICTURES
from shared.kernel.problems import Problem
from tests.occurrences.pictures import jpeg
from tests.towns.house import OTHER, OWN, House, fill
from tests.towns.moves import export, remove, restore


def kept_with_picture(house: House, town: str) -> str:
    """The address of a picture that a record names."""
    token, base = house.token("station", town), f"/v1/towns/{town}"
    data = {"file": (io.BytesIO(jpeg(6)), "a.jpg", "image/jpeg")}
    taken = house.ask("duties", "POST", f"{base}/pictures", token, data=data)
    assert taken.status_code == 201, taken.text
    body = {"form": "look", "facts": {"found": "a lid"}, "pictures": [taken.json["id"]]}
    kept = house.ask("duties", "POST", f"{base}/records", token, json=body)
    assert kept.status_code == 201, kept.text
    house.settle()
    return f"{base}/records/{kept.json['id']}/pictures/{taken.json['id']}"


def test_a_towns_pictures_go_with_it(house: House, tmp_path: Path) -> None:
    """They are in its archive, are gone with it while the other town's stay, and come back as they were."""
    for town in (OWN, OTHER):
        fill(house, town)
    own, other = kept_with_picture(house, OWN), kept_with_picture(house, OTHER)
    seen = house.ask("duties", "GET", own, house.token("station", OWN)).data
    assert seen
    archive = export(house, tmp_path / "own.zip")
    remove(house)
    house.settle()
    assert [path.name for path in (house.folder / PICTURES).rglob("*") if path.is_file()] == [
        other.rpartition("/")[2]
    ]
    restore(house, archive)
    house.settle()
    house.tokens.clear()
    assert house.ask("duties", "GET", own, house.token("station", OWN)).data == seen
    assert house.ask("duties", "GET", other, house.token("station", OTHER)).data == seen


def test_a_picture_that_is_gone_is_named(small: House, tmp_path: Path) -> None:
    """With its record; no half archive is left."""
    fill(small, OWN)
    record = kept_with_picture(small, OWN).split("/")[-3]
    (lies,) = (path for path in (small.folder / PICTURES).rglob("*") if path.is_file())
    lies.write_bytes(b"another")
    with pytest.raises(Problem) as no:
        export(small, tmp_path / "own.zip")
    assert no.value.code == "attachment-gone"
    assert record in no.value.cause.en
    assert list(tmp_path.glob("own.zip*")) == []
