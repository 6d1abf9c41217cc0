"""A file that is none costs little: lines are counted, refused ones have a measure, and so has a row of a table."""

import gc
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.intake.transfer.api import lines
from services.intake.transfer.api.imports import MOST_REFUSED
from services.intake.transfer.api.lines import LONGEST, csv_lines, json_lines
from shared.web.inputs import InvalidInput
from tests.intake.house import House
from tests.intake.town import TOWN

IMPORT = f"/v1/towns/{TOWN}/cases/import?source=old"


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    made = House()
    yield made
    made.store.close()


def send(house: House, content: bytes, kind: str = "application/x-ndjson") -> list[Any]:
    answer = house.call("POST", IMPORT, "operator", data=content, content_type=kind)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("line", ["{}", "x", '{"unknown": 1}'])
def test_a_thousand_refused_lines_are_enough(house: House, line: str) -> None:
    """Nothing further is read, and the answer says where it stopped; what came before is answered line by line."""
    *told, last = send(house, f"{line}\n".encode() * 5000)
    assert len(told) == MOST_REFUSED
    assert last["summary"] == {
        "imported": 0, "known": 0, "refused": MOST_REFUSED, "kept": True, "stopped_after": MOST_REFUSED,
    }  # fmt: skip


def test_one_less_is_read_to_the_end(house: House) -> None:
    """A file with many faults, and not too many, is answered whole."""
    *told, last = send(house, b"{}\n" * (MOST_REFUSED - 1))
    assert len(told) == MOST_REFUSED - 1
    assert "stopped_after" not in last["summary"]


@pytest.mark.parametrize("kind", ["application/x-ndjson", "text/csv"])
def test_blank_lines_have_a_measure(house: House, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines that say nothing are passed over, and counted."""
    monkeypatch.setattr(lines, "MOST_LINES", 50)
    begins = b"number\n" if kind == "text/csv" else b""
    assert send(house, begins + b"\n" * 40, kind)[-1]["summary"]["refused"] == 0
    refused, last = send(house, begins + b"\n" * 500, kind)
    assert (refused["problem"]["code"], last["summary"]["refused"]) == ("too-many-lines", 1)


class Counting(io.BytesIO):
    """A file that knows how much of it was read."""

    taken = 0

    def readinto(self, buffer: Any) -> int:
        read = super().readinto(buffer)
        self.taken += read
        return read

    def read1(self, size: int | None = -1) -> bytes:
        found = super().read1(size)
        self.taken += len(found)
        return found


@pytest.mark.parametrize("row", [b"," * 50, b'"a\n",' * 50])
def test_a_row_of_a_table_is_gathered_up_to_its_measure(house: House, row: bytes) -> None:
    """A row without end, in one line or in many, is given up when it is longer than any line may be."""
    file = Counting(b"number\n" + row * (20 * LONGEST // len(row)))
    with house.service.app.app_context():  # type: ignore[attr-defined]
        (found,) = list(csv_lines(file))
    assert found.content.code == "unreadable-from-here"  # type: ignore[union-attr]
    assert file.taken < 3 * LONGEST


def test_a_line_without_end_is_refused_without_being_gathered(house: House) -> None:
    """Only its beginning is kept; what follows it is read as before."""
    file = io.BytesIO(b" " * (3 * LONGEST) + b"\n[]\n")
    with house.service.app.app_context():  # type: ignore[attr-defined]
        first, second = list(json_lines(file))
    assert first.content.code == "line-too-long"  # type: ignore[union-attr]
    assert (second.number, second.content.code) == (2, "line-not-object")  # type: ignore[union-attr]


def test_a_refused_line_is_let_go_of_at_once(house: House) -> None:
    """No circle keeps what a line said until the collector comes by: a hundred lines may be megabytes each."""
    gc.collect()
    before = refusals()  # of other tests in this process: kept here, so that no new one is taken for them
    gc.disable()
    try:
        send(house, b'{"unknown": 1}\n' * 300)
        kept = [each for each in refusals() if not any(each is old for old in before)]
    finally:
        gc.enable()
    assert len(kept) <= 1


def refusals() -> list[InvalidInput]:
    """Those that anybody in this process still holds."""
    return [each for each in gc.get_objects() if isinstance(each, InvalidInput)]
