"""Figures that are read when somebody asks: one that can't be read hides no other."""

from pathlib import Path

from prometheus_client import generate_latest

from shared.flow.service import Service
from shared.flow.watch import watch_flow
from shared.obs.metrics import Metrics
from tests.flow.stores import make_store


def test_a_store_that_is_away_hides_no_other_figure(tmp_path: Path) -> None:
    """While its store is away a service still shows what it has counted; what lies in the store is simply missing,
    and that is how the alert knows.
    """
    store, metrics = make_store(f"sqlite:///{tmp_path}/a.db", "a"), Metrics()
    watch_flow([Service("a", store, (), {}, app=lambda *_: [])], metrics)
    metrics.reports.labels("t").inc(3)
    assert 'gridcase_outbox_waiting{service="a"} 0.0' in generate_latest(metrics.registry).decode()
    with store.begin() as work:
        work.conn.exec_driver_sql("drop table outbox")
    shown = generate_latest(metrics.registry).decode()
    assert 'gridcase_reports_total{town="t"} 3.0' in shown
    assert "gridcase_outbox_waiting{" not in shown
    assert 'gridcase_inbox_open{service="a",state="held"} 0.0' in shown
