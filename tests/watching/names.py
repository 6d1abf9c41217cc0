"""Which figures there are, as the parts that show them say: for rules and dashboards to be held against."""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from prometheus_client.registry import CollectorRegistry

from services.sla import bootstrap as sla
from shared.flow.service import Service
from shared.flow.watch import watch_flow
from shared.obs.metrics import Metrics
from tests.flow.stores import sqlite_store
from tests.watching.eyes import DEPLOYED

SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
PROMETHEUS_OWN = {"up", "ALERTS"}


def rule_files() -> dict[str, dict[str, Any]]:
    """Return the rule files by name."""
    return {
        path.name: yaml.safe_load(path.read_text(encoding="utf-8"))
        for path in sorted((DEPLOYED / "rules").glob("*.yml"))
    }


def rules() -> Iterator[dict[str, Any]]:
    """Return every rule."""
    for file in rule_files().values():
        for group in file["groups"]:
            yield from group["rules"]


def ours() -> set[str]:
    """Return the names of all series that our services show."""
    metrics = Metrics()
    store = sla.open_store(sla.SlaSettings("sqlite://", "reference"))
    sla.metadata.create_all(store.engine)
    sla.build(sla.SlaSettings("sqlite://", "reference"), store=store, metrics=metrics)
    watch_flow([Service("any", sqlite_store("any"), (), {}, app=lambda *_: [])], metrics)
    return set(_series(metrics.registry))


def _series(registry: CollectorRegistry) -> Iterator[str]:
    for family in registry.collect():
        yield from (family.name + suffix for suffix in SUFFIXES[family.type])


def recorded() -> set[str]:
    """Return the names that are recorded."""
    return {rule["record"] for rule in rules() if "record" in rule}


def named_in(expr: str) -> set[str]:
    """Return the series that a query names: identifiers that look like one, outside of texts and label lists."""
    bare = re.sub(r'"[^"]*"', '""', expr)
    bare = re.sub(r"\b(by|on|without|ignoring)\s*\([^)]*\)", " ", bare)
    bare = re.sub(r"\{[^}]*\}", "{}", bare)
    return {
        name
        for name in re.findall(r"[a-zA-Z_][\w:]*", bare)
        if re.match(r"(gridcase_|rabbitmq_|\w+:gridcase_)|(up|ALERTS)$", name)
    }
