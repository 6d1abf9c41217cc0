"""The dashboards as files: their panels, their queries, and Grafana's variables put in.

Must not know any figure: what a panel should show is in `known`.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "deploy" / "grafana" / "dashboards"
FILES = sorted(FOLDER.glob("*.json"))
RANGE, RATE_INTERVAL = "3600s", "30s"
CHOSEN = {"$__rate_interval": RATE_INTERVAL, "$__range": RANGE, "$town": ".+", "$service": ".+"}


@dataclass(frozen=True, slots=True)
class Query:
    """One query of a panel, as Grafana would send it with everything chosen in the variables."""

    expr: str
    legend: str
    is_instant: bool

    def name(self, labels: Mapping[str, str]) -> str:
        """Return the name that the panel gives to a series; its labels' values where it leaves that to Grafana."""
        if self.legend == "__auto":
            return " ".join(value for key, value in sorted(labels.items()) if key != "__name__")
        return re.sub(r"\{\{(\w+)\}\}", lambda found: labels.get(found[1], ""), self.legend)


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel that shows figures, named 'board/English title'."""

    name: str
    kind: str
    title: str
    queries: tuple[Query, ...]


def boards() -> dict[str, dict[str, Any]]:
    """Return the dashboards by the name of their files."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FILES}


def panels() -> Iterator[Panel]:
    """Return every panel with queries."""
    for board, model in boards().items():
        for panel in model["panels"]:
            if panel["type"] != "row":
                yield Panel(
                    f"{board}/{panel['title'].split(' / ')[-1].split('/ ')[-1]}",
                    panel["type"],
                    panel["title"],
                    tuple(_query(target) for target in panel["targets"]),
                )


def _query(target: Mapping[str, Any]) -> Query:
    return Query(fill(target["expr"]), target["legendFormat"], target["instant"])


def fill(expr: str) -> str:
    """Put values in the place of Grafana's variables; refuses one that is not known here."""
    for name, value in CHOSEN.items():
        expr = expr.replace(name, value)
    if "$" in expr.replace('"$1"', ""):
        raise ValueError(f"an unknown variable in {expr}")
    return expr
