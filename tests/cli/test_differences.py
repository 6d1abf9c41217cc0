"""What `gridcase test` prints where a scenario fails, in either language."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from gridcase.cli.root import cli

ELM = Path(__file__).parent / "data" / "elm"
CHANGES = {
    "      lead: clerk\n": "      lead: office\n",
    "      due: {settle: 2026-03-12 24:00}\n      told: {who: clerk": (
        "      due: {settle: 2026-03-13 24:00}\n      told: {who: office"
    ),
    "verdict: {settle: late}}": "verdict: {settle: in_time}}",
    "facts: {result: done}, refused: yes}": "facts: {result: done}}",
}  # fmt: skip


@pytest.fixture
def elm(tmp_path: Path) -> Path:
    """A small town whose scenario expects what does not come."""
    folder = Path(shutil.copytree(ELM, tmp_path / "elm"))
    text = (folder / "scenarios.yaml").read_text(encoding="utf-8")
    for old, new in CHANGES.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    (folder / "scenarios.yaml").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            (
                "lead: expected office, got clerk",
                "due settle: expected 2026-03-13 24:00, got 2026-03-12 24:00",
                "verdict settle: expected in_time, got late",
                "told: expected office on assigned, got clerk on assigned at 2026-03-09 10:00",
                "step settle was refused: step-too-late",
                "@end",
                "elm: 1 scenarios passed, 1 failed",
            ),
        ),
        (
            "zh",
            (
                "牵头：预期 office，实际 clerk",
                "到期 办结：预期 2026-03-13 24:00，实际 2026-03-12 24:00",
                "结论 办结：预期 按期，实际 超期",
                "已通知：预期 office 遇 已派单，实际 clerk 遇 已派单 于 2026-03-09 10:00",
                "步骤 settle 被拒：step-too-late",
                "@结束时",
                "elm：1 个场景通过，1 个未通过",
            ),
        ),
    ],
)
def test_a_difference_is_said_in_the_readers_language(
    elm: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    """What was expected and what came, with the words that rule files use in that language."""
    monkeypatch.setenv("GRIDCASE_LANG", language)
    result = CliRunner().invoke(cli, ["test", str(elm)], catch_exceptions=False)
    assert result.exit_code == 1
    for word in words:
        assert word in result.output
    assert f"{elm}/scenarios.yaml:" in result.output


def test_an_actor_who_sees_no_case_is_told_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reporter who reported nothing can take no step; the difference says so, and how a reporter comes to a case."""
    folder = Path(shutil.copytree(ELM, tmp_path / "elm"))
    scenarios = (folder / "scenarios.yaml").read_text(encoding="utf-8")
    life = "    - {at: 2026-03-16 09:00, step: settle, by: lead, facts: {result: done}}\n"
    (folder / "scenarios.yaml").write_text(
        scenarios.replace(life, life.replace("lead", "reporter")), encoding="utf-8"
    )
    monkeypatch.setenv("GRIDCASE_LANG", "en")
    result = CliRunner().invoke(cli, ["test", str(folder)], catch_exceptions=False)
    assert "whoever takes it cannot see the case" in result.output
    assert "by: reporter" in result.output
