"""New tables are tried in another process, where they may hang, crash or disagree at no one's cost."""

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.rules.logic.canary import TableTrial, run_trials, try_out
from shared.rules.logic.condition import ALWAYS, Condition, Not, Op, Test
from shared.rules.logic.facts import FactType, Kind
from shared.rules.logic.rulebook import Row

DECLARED = {"类别": FactType("类别", Kind.CHOICE, ("垃圾", "噪音")), "loss": FactType("loss", Kind.DECIMAL)}
ROWS = (
    Row("垃圾", Test("类别", Op.EQ, "垃圾")),
    Row("costly", Test("loss", Op.GE, 0.5)),
    Row("rest", ALWAYS),
)
SAMPLES = ({"类别": "垃圾"}, {"loss": 1}, {}, {"loss": None})


def child(program: str) -> tuple[str, ...]:
    """A child that does this instead of trying tables."""
    return (sys.executable, "-c", program)


def test_sound_tables_pass() -> None:
    """Tables whose samples both evaluators decide alike may be loaded; every sample is decided twice."""
    result = try_out([TableTrial("routing", ROWS, DECLARED, SAMPLES), TableTrial("empty", (), {})])
    assert (result.ok, result.code, result.decisions) == (True, "", 8)


def test_it_can_be_asked_from_any_thread() -> None:
    """A worker thread of a server may try tables: the child is a new program."""
    with ThreadPoolExecutor(2) as pool:
        results = pool.map(lambda _: try_out([TableTrial("routing", ROWS, DECLARED, SAMPLES)]).ok, range(2))
        assert list(results) == [True, True]


@pytest.mark.parametrize(
    ("rows", "samples", "said"),
    [
        ((Row("a", Test("类别", Op.EQ, "夜")),), (), "夜"),
        (ROWS, ({"loss": "1"},), "loss"),
        (ROWS, ({"loss": object()},), "loss"),
        ((ROWS[0], ROWS[0]), (), "垃圾"),
    ],
)
def test_faults_are_refused_with_cause_and_remedy(
    rows: tuple[Row, ...], samples: tuple[dict[str, object], ...], said: str
) -> None:
    """An unsound table, or a sample that is no case, is refused in both languages."""
    result = try_out([TableTrial("routing", rows, DECLARED, samples)])
    assert (result.ok, result.code) == (False, "trial-refused")
    for text in (result.cause.zh, result.cause.en):
        assert "routing" in text
        assert said in text
    assert "the edition in force stays" in result.remedy.en


def test_a_condition_too_deep_is_refused() -> None:
    """Nesting beyond reason ends as a refusal, not in the caller's stack."""
    deep: Condition = ALWAYS
    for _ in range(50_000):
        deep = Not(deep)
    assert try_out([TableTrial("deep", (Row("r", deep),), {})]).code == "trial-refused"


def test_a_table_that_kills_is_an_answer() -> None:
    """A crash of the child is named by its signal; the caller lives on."""
    killing = child("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    result = try_out([TableTrial("routing", ROWS, DECLARED)], program=killing)
    assert (result.ok, result.code) == (False, "trial-crashed")
    assert "SIGSEGV" in result.cause.zh
    assert try_out([], program=child("raise SystemExit(3)")).code == "trial-crashed"


def test_a_table_that_hangs_is_an_answer() -> None:
    """A child that does not end is ended when its time is up."""
    waiting = child("while True: pass")
    result = try_out([TableTrial("routing", ROWS, DECLARED)], timedelta(seconds=0.2), waiting)
    assert (result.ok, result.code) == (False, "trial-late")
    assert "0.2" in result.cause.en


def test_a_disagreement_is_an_answer() -> None:
    """What the child says of a disagreement reaches the caller with table and sample."""
    said = '{"code": "trial-disagreed", "terms": {"table": "routing", "sample": 2}}'
    result = try_out([TableTrial("routing", ROWS, DECLARED)], program=child(f"print({said!r})"))
    assert result.code == "trial-disagreed"
    assert "routing" in result.cause.en
    assert "2" in result.cause.zh


def test_the_childs_own_words_are_plain() -> None:
    """The child refuses by itself what a caller did not check."""
    declared = [{"name": "n", "kind": "int", "values": [], "low": None, "high": None}]
    rows = [{"id": "r", "when": {"fact": "n", "op": "eq", "value": 1}}]
    table = {"name": "t", "rows": rows, "declared": declared}
    assert run_trials([{**table, "samples": [{"n": 1}]}]) == {"code": "", "decisions": 2}
    assert run_trials([{**table, "samples": [{"n": "1"}]}])["code"] == "trial-refused"
