"""How the services are: their health as anybody may see it, and what waits in each as its engineer may.

Decides that a service that does not answer is one that is away, and no failure of the page.
"""

from dataclasses import dataclass

import msgspec

from services.console.domain.house_sheets import BacklogSheet, HealthSheet
from services.console.handlers.client import ApiClient, ApiRefused, at
from services.console.ports.calls import ApiCall, ApiUnreachable
from shared.contracts.routes import LISTENS

SERVICES = tuple(LISTENS)
UNWELL = 503


@dataclass(frozen=True, slots=True)
class ServiceStanding:
    """How a service is.

    Args:
        backlog: None: it did not answer.
    """

    name: str
    health: HealthSheet
    backlog: BacklogSheet | None

    @property
    def needs_somebody(self) -> bool:
        """Whether anything waits here that does not go on by itself."""
        waiting = self.backlog.waiting if self.backlog else {}
        return not self.health.is_well or any(waiting.get(state) for state in NEED_SOMEBODY)


NEED_SOMEBODY = ("parked", "refused")


def house_standing(client: ApiClient) -> list[ServiceStanding]:
    """Return how every service is.

    Raises:
        ApiRefused: the client may not know what waits.
    """
    return [ServiceStanding(name, health_of(client, name), backlog_of(client, name)) for name in SERVICES]


def health_of(client: ApiClient, service: str) -> HealthSheet:
    """Return what a service says of itself."""
    call = ApiCall("GET", f"/{service}/healthz", client.language, None, client.client, client.forwarded)
    try:
        # Not through the client: a service that is not well says so with a status that refuses elsewhere.
        return msgspec.json.decode(client.calls.ask(call).body, type=HealthSheet)
    except (ApiUnreachable, msgspec.DecodeError, msgspec.ValidationError):
        return HealthSheet()


def backlog_of(client: ApiClient, service: str) -> BacklogSheet | None:
    """Return how much waits in a service; None: it does not answer now.

    Raises:
        ApiRefused: the client may not know.
    """
    try:
        return client.read(at("services", service, "backlog"), BacklogSheet)
    except ApiUnreachable:
        return None
    except ApiRefused as no:
        if no.status < 500:
            raise
        return None
