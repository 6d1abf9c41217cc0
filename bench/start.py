"""P10: from the start of a process with a new store and the shipped packs to its first case."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from statistics import median
from typing import Any

from bench.ground import ROOT, Unmeasured, wait_for
from bench.sample import REPORT, TOWN
from bench.town import free_ports

ROUNDS = 5


def run(rounds: int = ROUNDS) -> dict[str, Any]:
    """Start a house so many times, each on a new store."""
    packs = len([folder for folder in (ROOT / "rules").iterdir() if (folder / "pack.yaml").is_file()])
    _start()  # once unmeasured, so that bytecode is there as in an installed package
    found = [_start() for _ in range(rounds)]
    return {
        "rounds": rounds,
        "packs": packs,
        "seconds": round(median(found), 2),
        "each": [round(one, 2) for one in found],
    }


def _start() -> float:
    port = free_ports(1)[0]
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        process = subprocess.Popen([sys.executable, "-m", "gridcase", "serve", "--data", folder, "--port", str(port)],
                                   cwd=ROOT, stdout=subprocess.PIPE, text=True)  # fmt: skip
        try:
            token = _token(process)
            wait_for(lambda: _report(port, token), 30, "the first case", every=0.01)
            return time.perf_counter() - began
        finally:
            process.terminate()
            process.wait(timeout=30)


def _token(process: "subprocess.Popen[str]") -> str:
    """Read the engineer's token from what a new house says."""
    assert process.stdout is not None
    for line in process.stdout:
        words = [word for word in line.split() if len(word) >= 43 and "/" not in word]
        if words:
            return words[-1]
    raise Unmeasured("the house ended before it was open")


def _report(port: int, token: str) -> bool:
    """Report a case; intake may not have heard of the town's rules or of the token yet."""
    body = {**REPORT, "reported_at": "2026-03-09T10:00:00+08:00"}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    where = f"http://127.0.0.1:{port}/v1/towns/{TOWN}/cases"
    request = urllib.request.Request(where, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return bool(answer.status == 201)
    except urllib.error.HTTPError as no:
        if no.code in (401, 403, 404, 409, 503):
            return False
        raise Unmeasured(f"{no.code}: {no.read()[:300]!r}") from no
    except urllib.error.URLError:
        return False


def table_of(result: dict[str, Any]) -> str:
    """Lay the figures out as a table of Markdown."""
    return (f"| packs | start to first case, median of {result['rounds']} | each |\n|---|---|---|\n"
            f"| {result['packs']} | {result['seconds']} s | {', '.join(map(str, result['each']))} |")  # fmt: skip


if __name__ == "__main__":
    print(run(3))
