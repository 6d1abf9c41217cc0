"""How long a case is under way from one service to the next, shown by the kind of message.

Decides that of many messages taken together the slowest one's trace is named: it is what somebody would look for. A
figure names no case: a trace is the request's that began it.
"""

from collections.abc import Sequence
from datetime import datetime

from shared.contracts.envelope import Envelope
from shared.obs.metrics import Metrics

TRACE_ID = slice(3, 35)  # of a W3C traceparent: version, trace, span, flags


class Legs:
    """Shows how long the messages of one service were under way."""

    def __init__(self, service: str, metrics: Metrics) -> None:
        self._service = service
        self._metrics = metrics

    def passed(self, messages: Sequence[Envelope], at: datetime) -> None:
        """Show what was acted on in one transaction, at the instant of its commit."""
        slowest = min(messages, key=lambda message: message.at, default=None)
        for message in messages:
            # Two machines' clocks may differ by a little: nothing arrives before it was said.
            seconds = max(0.0, (at - message.at).total_seconds())
            figure = self._metrics.legs.labels(self._service, message.type)
            figure.observe(seconds, _exemplar(message) if message is slowest else None)


def _exemplar(message: Envelope) -> dict[str, str] | None:
    return {"trace_id": message.trace[TRACE_ID]} if message.trace else None
