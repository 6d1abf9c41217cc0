"""The route takes a table as an office keeps it, and says what it read it as (decision 35)."""

import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook

from shared.files import workbooks
from tests.intake.house import STATION, House
from tests.intake.town import TOWN

PATH = f"/v1/towns/{TOWN}/cases/import?source=old"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = ["number", "category", "channel", "place", "text", "reported_at", "accepted_at", "lead"]
AT = "2026-03-02 10:00"
ROW = ["A-1", "ditch", "app", "east-1", "沟渠里堵着树枝，水漫到路上来了", AT, AT, STATION]


@pytest.fixture
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def send(house: House, content: bytes, kind: str = "text/csv") -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What is told of each line, and the summary."""
    answer = house.call("POST", PATH, "engineer", data=content, content_type=kind)
    assert answer.status_code == 200, answer.text
    *told, last = map(json.loads, answer.text.splitlines())
    return told, last["summary"]


def table(separator: str = ",", *rows: list[str]) -> str:
    return "\r\n".join(separator.join(row) for row in (HEADS, *(rows or (ROW,)))) + "\r\n"


def workbook(*rows: list[object]) -> bytes:
    book, target = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_any_encoding_and_separator_is_read_alike(house: House, encoding: str, separator: str) -> None:
    """What Excel on a Chinese Windows saves is the same case as what a programme writes."""
    (told,), summary = send(house, table(separator).encode(encoding))
    view = house.view(told["case"])
    assert view["report"]["text"] == ROW[4]
    # 10:00 of the town, whose clock is eight hours before UTC
    assert view["report"]["reported_at"] == "2026-03-02T02:00:00.000000Z"
    read = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8", "utf-16": "UTF-16"}.get(encoding, "GB18030")
    sign = {",": "comma", ";": "semicolon", "\t": "tab"}[separator]
    plain = read == "UTF-8" and sign == "comma"
    assert summary.get("read_as") == (None if plain else f"{read}, {sign}")


def test_a_word_to_excel_alone_names_the_separator(house: House) -> None:
    """'sep=;' before the heads is no head."""
    (told,), _ = send(house, f"sep=;\r\n{table(';')}".encode())
    assert told["status"] == 201


def test_a_workbook_is_read(house: House) -> None:
    """Its first sheet; dates are the town's, blank cells at the end of a row say nothing, lines count as rows do."""
    at = datetime(2026, 3, 2, 10, 0)  # noqa: DTZ001 - a workbook's dates have no zone
    heads, short = [*HEADS, "title"], [*ROW[:5], at, at, STATION]
    told, summary = send(house, workbook([], heads, short, [], ["A-2", "nonsense"]), XLSX)
    assert [(one["line"], one["status"]) for one in told] == [(3, 201), (5, 400)]
    assert house.view(told[0]["case"])["report"]["reported_at"] == "2026-03-02T02:00:00.000000Z"
    assert summary["read_as"] == "Excel, Sheet"


def test_a_file_is_what_is_in_it(house: House) -> None:
    """A workbook that a browser calls CSV is read as what it is."""
    (told,), _ = send(house, workbook(HEADS, [*ROW]))
    assert told["status"] == 201


def test_the_same_line_is_known_however_it_is_written(house: House) -> None:
    """As CSV in GBK and as UTF-8 with commas: one case, taken once."""
    (first,), _ = send(house, table(";").encode("gbk"))
    (second,), summary = send(house, table().encode())
    assert (first["case"], second["status"], summary["known"]) == (second["case"], 200, 1)


def test_an_instant_with_an_offset_stands(house: House) -> None:
    """What names its own offset is not the town's to read."""
    row = [*ROW[:5], "2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z", STATION]
    (told,), _ = send(house, table(",", row).encode())
    assert house.view(told["case"])["report"]["reported_at"] == "2026-03-02T10:00:00.000000Z"


def test_a_date_that_may_mean_two_days_is_refused_with_its_field(house: House) -> None:
    """Nothing is guessed."""
    (told,), _ = send(house, table(",", [*ROW[:5], "3/4/2026", AT, STATION]).encode())
    assert (told["status"], told["problem"]["where"]["field"]) == (400, "reported_at")


def test_a_damaged_file_is_read_up_to_the_damage(house: House) -> None:
    """It reads well as UTF-8 for many letters: it is that and no other encoding, and the line is named."""
    rows = [[f"A-{number}", *ROW[1:]] for number in range(300)]
    told, summary = send(house, table(",", *rows).encode().replace(b"A-299", b"A-\xff"))
    assert (told[0]["status"], told[-1]["problem"]["code"]) == (201, "unreadable-from-here")
    assert (summary["refused"], summary["imported"] > 0) == (1, True)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old-workbook"),
        (b"PK\x03\x04" + bytes(600), "workbook-broken"),
        (workbook(["colour"], ["red"]), "unknown-columns"),
        (workbook(), "no-columns"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_is_refused(house: House, content: bytes, code: str) -> None:
    """As a whole, with the reason."""
    answer = house.call("POST", PATH, "engineer", data=content, content_type=XLSX)
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_workbook_that_unpacks_to_too_much_is_refused(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By what it says of itself, before anything of it is unpacked."""
    packed = io.BytesIO(workbook(HEADS, [*ROW]))
    with zipfile.ZipFile(packed) as archive:
        size = sum(part.file_size for part in archive.infolist())
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", size - 1)
    answer = house.call("POST", PATH, "engineer", data=packed.getvalue(), content_type=XLSX)
    assert (answer.status_code, answer.json["code"]) == (422, "workbook-broken")
    monkeypatch.setattr(workbooks, "MOST_UNPACKED", size)
    (told,), _ = send(house, packed.getvalue(), XLSX)
    assert told["status"] == 201
