"""Turning results into the page of benchmarks: tables, targets, and plainly whether each is met."""

import os
import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"
Result = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """What is wanted of a measurement.

    Args:
        measured: the figure, in words.
        is_met: whether it is.
    """

    bench: str
    wanted: str
    measured: Callable[[Result], str]
    is_met: Callable[[Result], bool]


TARGETS = (
    Target("P1", "at least 4.5 times Celery", lambda r: f"{r['ratio']['celery']} times",
           lambda r: r["ratio"]["celery"] >= 4.5),
    Target("P1", "at least 3.5 times Dramatiq", lambda r: f"{r['ratio']['dramatiq']} times",
           lambda r: r["ratio"]["dramatiq"] >= 3.5),
    Target("P1", "at least 60 % of the broker alone", lambda r: f"{r['ratio']['broker'] * 100:.0f} %",
           lambda r: r["ratio"]["broker"] >= 0.6),
    Target("P2", "at least 1,000 reports/s (both)",
           lambda r: " / ".join(f"{one['per_s']:,}" for one in r["single"].values()),
           lambda r: all(one["per_s"] >= 1000 for one in r["single"].values())),
    Target("P2", "99 % within 25 ms (both)",
           lambda r: " / ".join(f"{one['p99_ms']} ms" for one in r["single"].values()),
           lambda r: all(one["p99_ms"] <= 25 for one in r["single"].values())),
    Target("P3", "at least 3,000 cases/s (both)",
           lambda r: " / ".join(f"{one['cases_per_s']:,}" for one in r["bulk"].values()),
           lambda r: all(one["cases_per_s"] >= 3000 for one in r["bulk"].values())),
    Target("P4", "the reference evaluator at least twice zen-engine, at every size",
           lambda r: f"{min(one['ratio']['reference'] for one in r['tables'])} times at the least",
           lambda r: all(one["ratio"]["reference"] >= 2 for one in r["tables"])),
    Target("P4", "both evaluators together at least zen-engine, up to 100 rules",
           lambda r: f"{min(one['ratio']['both'] for one in r['tables'] if one['rules'] <= 100)} times at the least",
           lambda r: all(one["ratio"]["both"] >= 1 for one in r["tables"] if one["rules"] <= 100)),
    Target("P5", "buffers of a look at most 1.1 times with ten times as many pending",
           lambda r: f"{r['buffers_ratio']} times", lambda r: r["buffers_ratio"] <= 1.1),
    Target("P5", "an engine's memory within 5 %", lambda r: f"{(r['memory_ratio'] - 1) * 100:+.1f} %",
           lambda r: abs(r["memory_ratio"] - 1) <= 0.05),
    Target("P5", "at least 20,000 fired a second",
           lambda r: " / ".join(f"{one['fired_per_s']:,}" for one in r["sizes"]),
           lambda r: all(one["fired_per_s"] >= 20_000 for one in r["sizes"])),
    Target("P6", "50,000 due at one instant within 5 s, a million within 60 s",
           lambda r: " / ".join(f"{one['size']:,}: {one['seconds']} s" for one in r["storms"]),
           lambda r: all(one["seconds"] <= (5 if one["size"] <= 50_000 else 60) for one in r["storms"])),
    Target("P7", "publishing 2,000 towns takes at most 10 s of a processor: 5 ms a town",
           lambda r: f"{r['publishing']['processor_s'] * 1000 / (r['towns'] - 1):.1f} ms",
           lambda r: r["publishing"]["processor_s"] * 1000 / (r["towns"] - 1) <= 5),
    Target("P7", "one changed pack is everywhere within 1 s", lambda r: f"{r['changed_one']['until_held_s']} s",
           lambda r: r["changed_one"]["until_held_s"] <= 1),
    Target("P7", "a service grows by at most 100 MB", lambda r: f"{max(r['grown_mb'].values())} MB at the most",
           lambda r: max(r["grown_mb"].values()) <= 100),
    Target("P7", "a case of all towns in turn costs at most 1.1 times one of a single town",
           lambda r: f"{r['case_ms']['in turn'] / r['case_ms']['one town']:.2f} times",
           lambda r: r["case_ms"]["in turn"] <= 1.1 * r["case_ms"]["one town"]),
    Target("P9", "the neighbours' 99 % answered within 1 s while one town floods",
           lambda r: f"{r['settings']['flood, quotas']['neighbours_p99_ms']} ms",
           lambda r: r["settings"]["flood, quotas"]["neighbours_p99_ms"] <= 1000),
    Target("pages", "lists over 100,000 cases and a case with 300 entries within 200 ms",
           lambda r: f"{max(r['pages_ms'].values()):.0f} ms at the most",
           lambda r: max(r["pages_ms"].values()) <= 200),
    Target("pages", "the report page costs less than 100 kB", lambda r: f"{r['first_paint_kb']:.0f} kB",
           lambda r: r["first_paint_kb"] < 100),
    Target("pages", "200 people, each a page every five seconds: 99 % within 1 s",
           lambda r: f"{r['people']['p99_ms']:.0f} ms", lambda r: r["people"]["p99_ms"] <= 1000),
    Target("P10", "first case within 2 s of the start", lambda r: f"{r['seconds']} s", lambda r: r["seconds"] <= 2),
)  # fmt: skip


def targets_of(results: Mapping[str, Result]) -> str:
    """Lay out what was wanted and what came, for what was measured."""
    lines = ["| | Wanted | Measured | Met |", "|---|---|---|---|"]
    for target in TARGETS:
        if (result := results.get(target.bench)) is not None:
            met = "yes" if target.is_met(result) else "**no**"
            lines.append(f"| {target.bench} | {target.wanted} | {target.measured(result)} | {met} |")
    return "\n".join(lines)


def machine(load_before: float) -> str:
    """Say what it was measured on."""
    processor = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if "model name" in line), "?"
    )
    return (f"{os.cpu_count()} cores ({processor}), Python {platform.python_version()}, {platform.system()} "
            f"{platform.release()}; load average when it began: {load_before:.1f}")  # fmt: skip


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def write(page: Path, measured: str, begin: str = BEGIN, end: str = END) -> None:
    """Put what was measured between the marks of a page; the words around them stay."""
    text = page.read_text(encoding="utf-8")
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    page.write_text(f"{head}{begin}\n{measured}\n{end}{tail}", encoding="utf-8")
