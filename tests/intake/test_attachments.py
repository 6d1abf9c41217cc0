"""Files: known by content, bounded, stored under generated names, given back inertly."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from shared.files.keeping import FileKeeper, FolderFiles, MemoryFiles
from shared.web.file_kinds import LARGEST, refuse_file, shown_name, type_of
from tests.intake.house import House
from tests.intake.town import TOWN

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
SAMPLES = {
    "image/jpeg": b"\xff\xd8\xff\xe0JFIF",
    "image/png": PNG,
    "image/webp": b"RIFF\x10\0\0\0WEBPVP8 ",
    "application/pdf": b"%PDF-1.7\n",
    "video/mp4": b"\0\0\0\x18ftypmp42",
    "image/heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
}
FORGED = {
    "html": b"<html><script>alert(1)</script>",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "zip": b"PK\x03\x04" + b"\0" * 40,
    "gzip": b"\x1f\x8b\x08\0",
    "elf": b"\x7fELF",
    "late png": b"<script>" + PNG,
    "quicktime": b"\0\0\0\x14ftypqt  ",
    "wave": b"RIFF\x10\0\0\0WAVEfmt ",
}


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


@pytest.fixture
def case(house: House) -> str:
    return house.report()


def attach(
    house: House, case: str, content: bytes, said: str, name: str = "photo.png", who: str = "citizen"
) -> TestResponse:
    about = f'Content-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: {said}\r\n\r\n'
    body = b"--b\r\n" + about.encode() + content + b"\r\n--b--\r\n"
    path = f"/v1/towns/{TOWN}/cases/{case}/attachments"
    return house.call("POST", path, who, data=body, content_type="multipart/form-data; boundary=b")


def test_files_are_documented_with_the_types_that_are_sent(house: House) -> None:
    """The description names every type that a file may come back as, and may be sent as, and no other."""
    paths = house.service.app.test_client().get("/openapi.json").get_json()["paths"]  # type: ignore[attr-defined]
    files = "/v1/towns/{town}/cases/{case}/attachments"
    assert paths[f"{files}/{{attachment}}"]["get"]["responses"]["200"]["content"].keys() == SAMPLES.keys()
    form = paths[files]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert set(form["encoding"]["file"]["contentType"].split(", ")) == SAMPLES.keys()


@pytest.mark.parametrize("kind", SAMPLES)
def test_a_file_comes_back_as_it_went(house: House, case: str, kind: str) -> None:
    """Each accepted type is stored whole and given back to be saved, never to be shown by a browser."""
    answer = attach(house, case, SAMPLES[kind], kind)
    assert answer.status_code == 201
    back = house.call("GET", f"/v1/towns/{TOWN}/cases/{case}/attachments/{answer.json['id']}", "citizen")
    assert (back.data, back.content_type) == (SAMPLES[kind], kind)
    assert back.headers["X-Content-Type-Options"] == "nosniff"
    assert back.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
    assert back.headers["Content-Security-Policy"].startswith("sandbox")
    (listed,) = house.view(case)["attachments"]
    assert listed["sha256"] == answer.json["sha256"]


@pytest.mark.parametrize("content", FORGED.values(), ids=FORGED.keys())
def test_other_types_are_refused_whatever_they_call_themselves(
    house: House, case: str, content: bytes
) -> None:
    """Scripts, archives and programs are refused by content, also when they say they were a picture."""
    for said in ("image/png", "application/octet-stream"):
        answer = attach(house, case, content, said)
        assert (answer.status_code, answer.json["code"]) == (415, "file-type")
    assert house.view(case)["attachments"] == []
    assert house.files.count == 0


def test_a_disguise_is_refused(house: House, case: str) -> None:
    """Content and stated type must agree."""
    assert attach(house, case, PNG, "application/pdf").json["code"] == "file-disguised"
    assert attach(house, case, PNG, "application/octet-stream").status_code == 201


def test_size_and_number_are_bounded(house: House, case: str) -> None:
    """Empty files, files beyond 10 MiB, endless bodies and the twenty-first file are refused."""
    assert attach(house, case, b"", "image/png").json["code"] == "file-empty"
    assert attach(house, case, PNG + b"\0" * LARGEST, "image/png").status_code == 413
    assert attach(house, case, b"\0" * (LARGEST + 10**6), "image/png").json["code"] == "too-large"
    for _ in range(20):
        assert attach(house, case, PNG, "image/png").status_code == 201
    assert attach(house, case, PNG, "image/png").json["code"] == "too-many-files"


def test_a_request_without_a_file_is_refused(house: House, case: str) -> None:
    """JSON or an empty form is no file."""
    path = f"/v1/towns/{TOWN}/cases/{case}/attachments"
    for more in ({"json": {}}, {"data": {"other": "x"}}, {"data": {"file": "text"}}):
        assert house.call("POST", path, "citizen", **more).json["code"] == "file-missing"


def test_only_those_who_see_the_case_see_its_files(house: House, case: str) -> None:
    """Another reporter, another town, another case's path: not found."""
    made = attach(house, case, PNG, "image/png").json["id"]
    other = house.report(who="other-citizen")
    for path, who in ((case, "other-citizen"), (case, "stranger"), (other, "other-citizen")):
        assert house.call("GET", f"/v1/towns/{TOWN}/cases/{path}/attachments/{made}", who).status_code == 404
    assert attach(house, case, PNG, "image/png", who="other-citizen").status_code == 404
    assert attach(house, case, PNG, "image/png", who="engineer").status_code == 403


def test_nothing_is_attached_to_an_ended_case(house: House, case: str) -> None:
    """A returned or closed case can only be read."""
    house.step(case, "return", "operator", facts={"reason": "r"})
    assert attach(house, case, PNG, "image/png").json["code"] == "case-ended"


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ("../../etc/passwd", "passwd.png"),
        ("..\\..\\boot.ini", "boot.png"),
        ("a\r\nSet-Cookie: b=c.png", "aSet-Cookie b=c.png"),
        ("沟渠.jpeg", "沟渠.png"),
        ("", "file.png"),
        ("....", "file.png"),
        ("x" * 500, "x" * 100 + ".png"),
        ("photo.png.exe", "photo.png.png"),
    ],
)
def test_names_are_shown_harmlessly(given_: str, shown: str) -> None:
    """No path, no line break, no misleading ending survives in a shown name."""
    assert shown_name(given_, "image/png") == shown


@given(st.text(max_size=200))
def test_no_name_climbs(name: str) -> None:
    """Whatever a sender calls a file, the shown name is one printable line without separators."""
    shown = shown_name(name, "application/pdf")
    assert shown.isprintable()
    assert not {"/", "\\", '"', "\n"} & set(shown)
    assert shown.endswith(".pdf")


@given(st.binary(max_size=64), st.sampled_from([*SAMPLES, "text/html"]))
def test_an_accepted_file_is_of_an_accepted_type(content: bytes, said: str) -> None:
    """Whatever bytes come: accepted only when they begin like a type that is accepted and stated."""
    if refuse_file(content, said, 0) is None:
        assert type_of(content) == said


@pytest.fixture(params=["folder", "memory"])
def keeper(request: pytest.FixtureRequest, tmp_path: Path) -> FileKeeper:
    return FolderFiles(tmp_path / "files") if request.param == "folder" else MemoryFiles()


def test_every_keeper_gives_back_what_it_got(keeper: FileKeeper) -> None:
    """The folder and the fake keep one contract: whole files by name, KeyError for others."""
    name = str(uuid.UUID(int=5))
    keeper.keep(name, PNG)
    assert keeper.read(name) == PNG
    with pytest.raises(KeyError):
        keeper.read(str(uuid.UUID(int=6)))


@pytest.mark.parametrize("name", ["../secret", "a/b", "", "x" * 36, ".part", "0" * 35 + "\n"])
def test_every_keeper_takes_generated_names_only(keeper: FileKeeper, tmp_path: Path, name: str) -> None:
    """A name that the service did not make is no path: nothing outside the folder is read or written."""
    for act in (lambda: keeper.keep(name, PNG), lambda: keeper.read(name)):
        with pytest.raises(KeyError):
            act()
    assert not list(tmp_path.rglob("*.*"))


@pytest.mark.parametrize("brand", [b"heic", b"heix", b"hevc", b"mif1", b"msf1"])
@pytest.mark.parametrize("said", ["image/heic", "image/heif", "application/octet-stream"])
def test_what_telephones_take_pictures_in_is_taken(brand: bytes, said: str) -> None:
    """HEIC is known by its brand, whichever of its two names the sender says; a film by that name is none."""
    content = b"\0\0\0\x18ftyp" + brand + b"\0\0\0\0"
    assert refuse_file(content, said, 0) is None
    assert shown_name("IMG_0001.HEIC", "image/heic") == "IMG_0001.heic"
    no = refuse_file(content, "video/mp4", 0)
    assert no is not None
    assert no.code == "file-disguised"
