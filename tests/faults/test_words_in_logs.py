"""What people say reaches no log, whatever fails while it is stored."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from shared.db.engines import open_engine
from shared.obs.failures import told, told_whole
from tests.faults.marked_words import MARK

ROOT = Path(__file__).resolve().parents[2]


def test_no_failure_of_a_store_brings_words_into_a_log(tmp_path: Path) -> None:
    """Reports, identities and notes carry a mark; statements fail by the hundred in words that repeat it, in requests
    and in messages on their way: no line of any log has it, nor what is kept of a message that failed. Every line is
    one JSON object, a library's and a dying thread's too."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults.marked_words", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    did = json.loads(ended.stdout.splitlines()[-1])
    lines = ended.stderr.splitlines()
    events = {json.loads(line)["event"] for line in lines}
    assert did["injected"] > 100
    assert {"201", "503", "500"} <= did["statuses"].keys()
    assert did["details"], "no message failed on its way"
    assert {"request-failed", "request-put-off", "library", "thread-ended"} <= events
    assert [line for line in lines if MARK in line] == []
    assert [detail for detail in did["details"] if MARK in detail] == []


@pytest.mark.servers
def test_a_row_that_postgresql_repeats_is_not_told(fresh_database: str) -> None:
    """Its driver's message has the whole failing row; what is told has the code and the constraint's name."""
    engine = open_engine(fresh_database.replace("postgresql://", "postgresql+psycopg://"), "public")
    with engine.connect() as conn:
        conn.exec_driver_sql("create table said (words text constraint said_short check (length(words) < 3))")
        with pytest.raises(sa.exc.IntegrityError) as caught:
            conn.execute(sa.text("insert into said values (:words)"), {"words": MARK})
    engine.dispose()
    assert MARK in str(caught.value), "the driver no longer repeats the row: nothing is proved"
    assert told(caught.value) == "IntegrityError CheckViolation 23514 said_short"
    assert MARK not in "".join(told_whole(caught.value))


def test_parameters_are_hidden_in_the_failure_itself() -> None:
    """Whoever writes a failure out all the same, as a library may, finds no parameter in it."""
    engine = open_engine("sqlite://", "any")
    with engine.connect() as conn, pytest.raises(sa.exc.OperationalError) as caught:
        conn.execute(sa.text("insert into nowhere values (:words)"), {"words": MARK})
    assert MARK not in str(caught.value)


def test_a_failure_is_told_with_what_it_came_from() -> None:
    """Kinds and places of the whole chain, without any of its words."""
    try:
        try:
            raise KeyError(MARK)
        except KeyError as inner:
            raise OSError(28, MARK) from inner
    except OSError as failure:
        outer, cause = told_whole(failure)
    assert outer.startswith("OSError ENOSPC at ")
    assert cause.startswith("KeyError at ")
    assert Path(__file__).name in cause
    assert MARK not in outer + cause
