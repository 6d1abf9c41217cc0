"""Services in processes of their own stand and fall together."""

from pathlib import Path

import pytest

from gridcase.cli import serve


def test_the_end_of_one_process_ends_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also of one that was not named first: a house without one of its services must not look as if it were well."""
    (tmp_path / "goes_on.py").write_text("import sys, time; time.sleep(30); sys.exit(7)")
    (tmp_path / "ends.py").write_text("import sys; sys.exit(3)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(serve, "PROCESSES", {"intake": "goes_on", "sla": "ends"})
    assert serve._run_processes(("intake", "sla")) == 3
