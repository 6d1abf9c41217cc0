"""A person's decision about a delivery in trouble, carried out and announced to the case."""

from dataclasses import dataclass, field, replace

from services.notify.domain.attempts import DeliveryDecision, DeliveryState
from services.notify.domain.notification import StoredNotification
from services.notify.handlers.announcing import announce
from services.notify.store.troubled import SqlTroubledDeliveries
from shared.db.store import Store
from shared.kernel.clock import SystemClock, TimeSource

GIVEN_UP = "given-up"


@dataclass(frozen=True, slots=True)
class DeliveryJudge:
    """Carries out what people decide.

    Args:
        clock: real time, at which a delivery is sent again.
    """

    store: Store
    deliveries: SqlTroubledDeliveries
    clock: TimeSource = field(default_factory=SystemClock)

    def judge(self, stored: StoredNotification, decision: DeliveryDecision) -> DeliveryState | None:
        """Carry out a decision; return the delivery's new state, or None when it is no longer in trouble."""
        state = decision.state
        cause = GIVEN_UP if state is DeliveryState.FAILED else None
        with self.store.begin() as work:
            if not self.deliveries.settle(work, stored.id, state, self.clock.now(), cause):
                return None
            # What is queued again is announced by the attempt that follows.
            if state is not DeliveryState.QUEUED:
                announce(work, replace(stored, state=state, cause=cause), state)
        return state
