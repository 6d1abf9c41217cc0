"""`gridcase import` of files as an office has them: Excel on Windows, Chinese encodings, columns of its own."""

from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.cli.test_transfer import OLD, folder, house, run
from tests.e2e.houses import RunningHouse
from tests.e2e.own_town import STATION, TOWN

__all__ = ["folder", "house"]
HEADS = ["编号", "来电时间", "受理时间", "类别", "网格", "内容", "承办"]
ROWS = [
    ["热线-1", "2026/3/5 9:00", "2026年3月5日10时", "纠纷", "一网格", "两家争水，已经一周", "站里"],
    ["热线-2", "2026/3/5 9:30", "", "纠纷", "一网格", "争水", "站里"],
    ["热线-3", "", "", "噪声", "一网格", "半夜施工", ""],
    ["热线-4", "2026/3/6 9:30", "2026/3/6 9:30", "没听说过", "一网格", "不知何事", "站里"],
]
MAPPING = f"""
number: 编号
reported at: 来电时间
accepted at: 受理时间
category: {{column: 类别, values: {{纠纷: quarrel, 噪声: noise}}}}
channel: {{always: app}}
place: {{column: 网格, values: {{一网格: grid-1}}}}
text: 内容
lead: {{column: 承办, values: {{站里: {STATION}}}}}
"""


def gbk(folder: Path, rows: list[list[str]] | None = None) -> Path:
    """Write the rows as Excel on a Chinese Windows saves 'CSV', with semicolons."""
    path = folder / "热线.csv"
    lines = [";".join(row) for row in [HEADS, *(rows or ROWS)]]
    path.write_bytes("\r\n".join(lines).encode("gbk"))
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    """Return the mapping's file."""
    path = tmp_path / "列.yaml"
    path.write_text(MAPPING, encoding="utf-8")
    return path


def test_an_office_imports_its_own_table(house: RunningHouse, tmp_path: Path, mapping: Path) -> None:
    """Tried, chosen, imported, mended: every line is told by its number in the file, and none is taken twice."""
    file = gbk(tmp_path)
    words = ("import", TOWN, file, "--source", "热线", "--mapping", mapping)
    tried = run(*words, "--dry-run")
    assert "read as GB18030, separated by semicolons" in tried.output
    assert "line 2 would become:" in tried.output
    assert "  number: 热线-1" in tried.output
    assert "  reported_at: '2026-03-05T01:00:00.000000Z'" in tried.output
    assert f"{file}:4: 来电时间: there is no instant of the report" in tried.output
    assert f"{file}:5: category: there is no category '没听说过'" in tried.output.replace("\n", " ")
    assert "2 can be imported, 0 known from before, 2 would be refused" in tried.output
    assert "1 of them are open without an instant of acceptance" in tried.output
    refused = run(*words)
    assert f"{file}:3: accepted_at: the case is open" in refused.output.replace("\n", " ")
    assert "1 imported, 0 known from before, 3 refused" in refused.output
    kept = tmp_path / "热线.refused.csv"
    mended = (
        kept.read_text(encoding="utf-8-sig")
        .replace("没听说过", "噪声")
        .replace("热线-3,,", "热线-3,2026-3-7 0:10,")
    )
    kept.write_text(mended, encoding="utf-8-sig", newline="")
    again = run("import", TOWN, kept, "--source", "热线", "--mapping", mapping, "--open-cases", "reported")
    assert "3 imported, 0 known from before, 0 refused" in again.output, again.output
    assert (
        "2 of them are open without an instant of acceptance: accepted when they were reported"
        in again.output
    )


def test_a_workbook_with_the_platforms_own_columns(house: RunningHouse, tmp_path: Path) -> None:
    """Excel's dates are the town's; the same workbook again is known, and continues its cases where it says more."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append([*OLD, None])
    plain = {**OLD, "reported_at": "2026-03-05 09:00", "accepted_at": "2026/3/5 10:00"}
    sheet.append([*plain.values(), None])
    path = tmp_path / "old.xlsx"
    book.save(path)
    words = ("import", TOWN, path, "--source", "hotline")
    result = run(*words)
    assert "1 imported" in result.output, result.output
    assert "1 known" in run(*words).output
    sheet["I1"], sheet["I2"] = "settled_at", "2026年3月6日 下午3时"
    book.save(path)
    assert "of those known from before, 1 get what has happened since" in run(*words).output
    house.time.wait_quiet()
    exported = tmp_path / "out.jsonl"
    run("export", TOWN, exported)
    assert '"reported_at":"2026-03-05T01:00:00.000000Z"' in exported.read_text(encoding="utf-8")
    assert '"accepted_at":"2026-03-05T02:00:00.000000Z"' in exported.read_text(encoding="utf-8")


def test_what_can_not_be_read_ends_without_a_traceback(
    house: RunningHouse, tmp_path: Path, mapping: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with the file, the cause and what to do, in the reader's language; exit status 2."""
    lines = tmp_path / "old.jsonl"
    lines.write_bytes('{"number": "甲"}\n'.encode("gbk"))
    result = run("import", TOWN, lines, "--source", "s")
    assert (result.exit_code, f"{lines}:1: lines of JSON must be UTF-8" in result.output) == (2, True)
    old = tmp_path / "old.xls"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 600)
    monkeypatch.setenv("GRIDCASE_LANG", "zh")
    result = run("import", TOWN, old, "--source", "s")
    assert (result.exit_code, "另存为“Excel 工作簿（.xlsx）”" in result.output) == (2, True)
    result = run("import", TOWN, gbk(tmp_path, [["a"]]), "--source", "s", "--mapping", tmp_path / "old.xls")
    assert (result.exit_code, "读不懂" in result.output) == (2, True)
