"""A Celery chain of four tasks: acknowledged late, confirmed publishing, one quorum queue.

Addresses come from the environment (PEER_BROKER, PEER_DATABASE).
"""

import os
from functools import cache
from typing import Any

from celery import Celery, chain

from bench.peers.work import Worker, report

app = Celery("peer", broker=os.environ.get("PEER_BROKER", "memory://"))
app.conf.update(
    task_default_queue="peer", task_default_queue_type="quorum", task_acks_late=True, task_ignore_result=True,
    task_serializer="json", accept_content=["json"], broker_transport_options={"confirm_publish": True},
    worker_prefetch_multiplier=32, worker_detect_quorum_queues=True, worker_send_task_events=False,
    broker_connection_retry_on_startup=True, task_reject_on_worker_lost=True,
)  # fmt: skip


@cache
def worker() -> Worker:
    """One connection a process."""
    return Worker(os.environ["PEER_DATABASE"])


@app.task
def route(message: dict[str, Any]) -> dict[str, Any]:
    """First."""
    return worker().route(message)


@app.task
def accept(message: dict[str, Any]) -> dict[str, Any]:
    """Second."""
    return worker().accept(message)


@app.task
def set_deadlines(message: dict[str, Any]) -> dict[str, Any]:
    """Third."""
    return worker().set_deadlines(message)


@app.task
def notify(message: dict[str, Any]) -> dict[str, Any]:
    """Fourth."""
    return worker().notify(message)


def enqueue(cases: int) -> None:
    """Put that many cases before the first task."""
    for number in range(cases):
        chain(route.s(report(number)), accept.s(), set_deadlines.s(), notify.s()).apply_async()
