"""What the worst bodies cost that the door admits: processor time, memory and answer of each.

Every body is the largest that its route takes, made so that it costs most; none of them is admitted. Each is sent to an
application in a process of its own, so that the memory is that of one body.
"""

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.reports import prepare
from bench.sample import REPORT, TOWN
from gridcase.house import HousePlan, build_house, open_stores
from shared.obs.metrics import Metrics

SECRET = "of-the-benchmark"
MIB = 2**20
Found = dict[str, Any]
MOST_CASES = 500  # reports of a bulk
PATIENCE = 30  # seconds; what takes longer is given up
CASES = f"/v1/towns/{TOWN}/cases"
BULK, IMPORT = f"{CASES}/bulk", f"{CASES}/import?source=worst"
JSON, LINES, TABLE = "application/json", "application/x-ndjson", "text/csv"


def _filled(size: int, begins: str, part: Callable[[int], str], ends: str) -> bytes:
    """Join parts until the body has its size."""
    parts, length, place = [], len(begins) + len(ends), 0
    while length < size - 200:
        parts.append(part(place))
        length += len(parts[-1].encode()) + 1
        place += 1
    return (begins + ",".join(parts) + ends).encode()


def _unknown(number: int) -> str:
    return f'"u{number}":0'


def _same(text: str) -> Callable[[int], str]:
    return lambda _number: text


def _report(**more: Any) -> str:
    """A report's beginning: whatever follows is still within it."""
    return json.dumps({**REPORT, **more})[:-1]


def _lines(size: int, line: str) -> bytes:
    return (line + "\n").encode() * (size // (len(line.encode()) + 1))


def _in_bulk(size: int, item: Callable[[int], bytes]) -> bytes:
    """As many reports as a bulk may have, each with its share of the bytes."""
    return b'{"cases":[' + b",".join([item(size // MOST_CASES - 2)] * MOST_CASES) + b"]}"


def _wrong(size: int) -> bytes:
    wrong = {
        "also": [1] * 20,
        "lat": "",
        "lon": "",
        "text": 1,
        "title": 1,
        "reported_at": "x",
        "reporter": {"name": 1},
    }
    return json.dumps({**wrong, "channel": "x" * (size - 250)}).encode()


def bodies(report: int, bulk: int, file: int) -> Mapping[str, tuple[str, str, Callable[[], bytes]]]:
    """Return each body by what it is: where it goes, its type, and what makes it.

    Args:
        report: bytes that the route of one report takes; bulk, file: those of bulks and of files.
    """
    begun = _report() + ","
    twice = ',"x":0,"x":0}'
    many = ",".join(map(_unknown, range(45_000)))
    one: Mapping[str, Callable[[], bytes]] = {
        "unknown fields": lambda: _filled(report, begun, _unknown, "}"),
        "a list too long": lambda: _filled(report, begun + '"also":[', _same("1"), "]}"),
        "too many answers": lambda: _filled(report, begun + '"answers":{', _unknown, "}}"),
        "one answer of many": lambda: _filled(report, begun + '"answers":{"a":[', _same("0"), "]}}"),
        "a key twice, the last": lambda: _filled(report, "{", _unknown, twice),
        "empty lists": lambda: _filled(report, "[", _same("[]"), "]"),
        "deep": lambda: b"[" * report,
        "numbers": lambda: _filled(report, "[", _same("1e9"), "]"),
        "a text without end": lambda: b'{"text": "' + b"\\u6751" * ((report - 20) // 6),
    }
    several: Mapping[str, Callable[[], bytes]] = {
        "unknown fields of one": lambda: _filled(bulk, '{"cases":[' + begun, _unknown, "}]}"),
        "unknown fields of each": lambda: _in_bulk(bulk, lambda size: _filled(size, "{", _unknown, "}")),
        "wrong fields of each": lambda: _in_bulk(bulk, _wrong),
        "empty objects": lambda: _filled(bulk, '{"cases":[', _same("{}"), "]}"),
        "a key twice, the last": lambda: _filled(bulk, "{", _unknown, twice),
    }
    lines: Mapping[str, Callable[[], bytes]] = {
        "empty objects": lambda: _lines(file, "{}"),
        "no JSON": lambda: _lines(file, "x"),
        "blank lines": lambda: b"\n" * file,
        "one line": lambda: b" " * file,
        "unknown fields": lambda: _lines(file, "{" + many + "}"),
    }
    tables: Mapping[str, Callable[[], bytes]] = {
        "cells without end": lambda: b"number\n" + b"," * (file - 7),
        "blank rows": lambda: b"number\n" + b"\n" * (file - 7),
    }
    routes = {("report", CASES, JSON): one, ("bulk", BULK, JSON): several,
              ("import", IMPORT, LINES): lines, ("table", IMPORT, TABLE): tables}  # fmt: skip
    return {
        f"{route}: {name}": (path, kind, make)
        for (route, path, kind), made in routes.items()
        for name, make in made.items()
    }


def run(report: int = MIB // 4, bulk: int = 4 * MIB, file: int = 64 * MIB) -> Iterator[tuple[str, Found]]:
    """Measure one after another, and yield what each is and what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        urls = {name: f"sqlite:///{folder}/{name}.db" for name in ("registry", "intake")}
        token = prepare(urls, SECRET, Path(folder))
        for name in bodies(report, bulk, file):
            yield name, _apart(urls["intake"], token, report, bulk, file, name)


def _apart(*asked: Any) -> Found:
    """Measure one in a process that has done nothing else."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(theirs, *asked))
    process.start()
    found: Found = {}
    with suppress(EOFError):
        theirs.close()
        if mine.poll(PATIENCE + 20):
            found = mine.recv()
    process.kill()
    process.join()
    return found


def _measure(told: Any, url: str, token: str, report: int, bulk: int, file: int, name: str) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (PATIENCE, PATIENCE + 5))
    with tempfile.TemporaryDirectory() as folder:
        plan = HousePlan(url, SECRET.encode(), "reference", Path(folder))
        app = build_house(plan, open_stores(plan, ("intake",)), Metrics())["intake"].app
        path, kind, make = bodies(report, bulk, file)[name]
        body = make()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        client = app.test_client()  # type: ignore[attr-defined]
        client.post(CASES, data=b"{}", headers={**headers, "Content-Type": JSON})
        before, began = _peak(), time.process_time()
        answer = client.post(path, data=body, headers=headers)
        size = len(answer.data)
        told.send({"bytes": len(body), "status": answer.status_code, "answer": size,
                   "seconds": round(time.process_time() - began, 3), "memory": _peak() - before})  # fmt: skip


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def row_of(name: str, found: Found) -> str:
    """Lay one out as a row of Markdown."""
    if not found:
        return f"| {name} | | none | > {PATIENCE} | | |"
    return (f"| {name} | {found['bytes'] // 1000} | {found['status']} | {found['seconds']} | "
            f"{found['memory'] // 10**6} | {found['answer'] // 1000} |")  # fmt: skip


def main(*sizes: str) -> None:
    """Measure, and print each row as soon as it is known; sizes in KiB may be given."""
    print(
        "| body | kB | status | processor s | memory MB | answer kB |\n|---|---|---|---|---|---|", flush=True
    )
    for name, found in run(*(int(size) * 2**10 for size in sizes)):
        print(row_of(name, found), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
