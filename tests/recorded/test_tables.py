"""Tables as offices keep them: whatever they were saved as, the same rows come out, with their lines."""

from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from gridcase.recorded.tables import open_table
from shared.kernel.problems import Problem

HEADS = ("编号", "上报时间", "内容")
ROWS = [("甲-1", "2026-03-05 09:00", "路灯不亮；第二天\n又亮"), ("甲-2", "", "井盖,松动")]


def read(path: Path) -> tuple[tuple[str, ...], list[tuple[int, tuple[str, ...]]], str]:
    """Return heads, rows with their lines, and how the file was read."""
    with open_table(path) as table:
        return table.heads, [(row.line, row.cells) for row in table.rows], table.read_as.en


def written(folder: Path, encoding: str, separator: str, begins: str = "") -> Path:
    """Write the rows as CSV."""
    quoted = [separator.join(f'"{cell}"' for cell in row) for row in (HEADS, *ROWS)]
    path = folder / "table.csv"
    path.write_bytes((begins + "\r\n".join(quoted) + "\r\n\r\n").encode(encoding))
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_what_excel_saves_is_read_as_it_is(tmp_path: Path, encoding: str, separator: str) -> None:
    """Encoding and separator are found in the file; a row is named by its first line, not by its number."""
    heads, rows, _ = read(written(tmp_path, encoding, separator))
    assert (heads, rows) == (HEADS, [(2, ROWS[0]), (4, ROWS[1])])


def test_how_a_file_was_read_is_said(tmp_path: Path) -> None:
    """Whoever sees strange letters wants to know as what they were read."""
    assert read(written(tmp_path, "gbk", ";"))[2] == "read as GB18030, separated by semicolons"
    assert read(written(tmp_path, "utf-8-sig", ","))[2] == "read as UTF-8, separated by commas"


def test_a_word_to_excel_is_no_row(tmp_path: Path) -> None:
    """'sep=;' in the first line is for Excel; lines are still those of the file."""
    heads, rows, _ = read(written(tmp_path, "utf-8", ";", "sep=;\r\n"))
    assert (heads, [line for line, _ in rows]) == (HEADS, [3, 5])


def test_one_bad_letter_does_not_make_another_encoding(tmp_path: Path) -> None:
    """A long UTF-8 text with one broken letter is refused with its line, and not read as nonsense in GB18030."""
    path = tmp_path / "table.csv"
    text = "编号,内容\n" + "甲,路灯不亮，已经三天\n" * 20
    path.write_bytes(text.encode() + b"\xe8\xb7,x\n")
    with pytest.raises(Problem, match="table-no-encoding") as refused:
        read(path)
    assert f"{path}:22" in refused.value.cause.en
    assert "CSV UTF-8" in refused.value.remedy.en


def test_a_workbook_is_read_like_a_table(tmp_path: Path) -> None:
    """Dates are local instants, whole numbers have no decimals, empty columns and rows are none."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in [
        ["编号", "时间", "日", "钟点", "纬度", "是否", " 序号 ", None],
        [
            "甲-1",
            datetime.fromisoformat("2026-03-05 09:00"),
            date(2026, 3, 5),
            time(9, 30),
            30.25,
            True,
            7.0,
            None,
        ],
        [None] * 8,
        [None, None, None, None, None, None, 8, None],
    ]:
        sheet.append(row)
    path = tmp_path / "名单.csv"  # known by what is in it, whatever it is called
    book.save(path)
    heads, rows, how = read(path)
    assert heads == ("编号", "时间", "日", "钟点", "纬度", "是否", "序号")
    assert rows == [
        (2, ("甲-1", "2026-03-05 09:00:00", "2026-03-05", "09:30:00", "30.25", "yes", "7")),
        (4, ("", "", "", "", "", "", "8")),
    ]
    assert "Sheet" in how


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x" * 600, "table-old-workbook"),
        (b"PK\x03\x04" + b"x" * 600, "table-workbook-broken"),
        (b"", "table-empty"),
        (b"\r\n,,\r\n", "table-empty"),
        (b"number\xff\xff\xff\n", "table-no-encoding"),
    ],
)
def test_what_is_no_table_is_told_plainly(tmp_path: Path, content: bytes, code: str) -> None:
    """Each with the file, in both languages, and with what to do."""
    path = tmp_path / "table.csv"
    path.write_bytes(content)
    with pytest.raises(Problem) as refused:
        read(path)
    no = refused.value
    assert no.code == code
    assert all(str(path) in text for text in (no.cause.zh, no.cause.en))
    assert no.remedy.zh
    assert no.remedy.en


def test_an_open_quote_ends_the_reading_with_its_line(tmp_path: Path) -> None:
    """What stands before it is read; the line where it begins is named."""
    path = tmp_path / "table.csv"
    path.write_text('a,b\n1,"two\nlines"\n3,"open\nand\nopen', encoding="utf-8")
    rows: list[int] = []
    with open_table(path) as table, pytest.raises(Problem, match="table-unreadable-from-here") as refused:
        rows.extend(row.line for row in table.rows)
    assert rows == [2]
    assert f"{path}:4" in refused.value.cause.en


def test_a_cell_may_be_as_long_as_a_line_of_an_import(tmp_path: Path) -> None:
    """An own export has such cells: the steps of a long case."""
    path = tmp_path / "table.csv"
    path.write_text(f'a,b\n1,"{"x" * 200_000}"\n2,y\n', encoding="utf-8")
    assert [len(cells[1]) for _, cells in read(path)[1]] == [200_000, 1]
