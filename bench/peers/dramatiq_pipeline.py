"""A Dramatiq pipeline of four actors: acknowledged after the work, confirmed publishing, quorum queues.

Addresses come from the environment (PEER_BROKER, PEER_DATABASE).
"""

import os
import threading
from typing import Any

import dramatiq
from dramatiq import pipeline
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.middleware import Pipelines, Retries, ShutdownNotifications

from bench.peers.work import Worker, report


class QuorumBroker(RabbitmqBroker):
    """Dramatiq's own broker, with the kind of queue that the others use."""

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return {**super()._build_queue_arguments(queue_name), "x-queue-type": "quorum"}


broker = QuorumBroker(url=os.environ.get("PEER_BROKER", "amqp://localhost"), confirm_delivery=True,
                      middleware=[Pipelines(), Retries(max_retries=3), ShutdownNotifications()])  # fmt: skip
dramatiq.set_broker(broker)
own = threading.local()


def worker() -> Worker:
    """One connection a thread."""
    if not hasattr(own, "worker"):
        own.worker = Worker(os.environ["PEER_DATABASE"])
    found: Worker = own.worker
    return found


@dramatiq.actor(queue_name="route")
def route(message: dict[str, Any]) -> dict[str, Any]:
    """First."""
    return worker().route(message)


@dramatiq.actor(queue_name="accept")
def accept(message: dict[str, Any]) -> dict[str, Any]:
    """Second."""
    return worker().accept(message)


@dramatiq.actor(queue_name="set_deadlines")
def set_deadlines(message: dict[str, Any]) -> dict[str, Any]:
    """Third."""
    return worker().set_deadlines(message)


@dramatiq.actor(queue_name="notify")
def notify(message: dict[str, Any]) -> None:
    """Fourth."""
    worker().notify(message)


def enqueue(cases: int) -> None:
    """Put that many cases before the first actor."""
    for number in range(cases):
        pipeline(
            [route.message(report(number)), accept.message(), set_deadlines.message(), notify.message()]
        ).run()
