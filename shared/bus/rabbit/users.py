"""The broker's users of a house: one for each service, which speaks by its own exchange and hears by its own queues.

Decides what each may do; none may configure: an administrator makes the topology (`topology.declare`). It is told to
RabbitMQ by its management interface, since AMQP has no word for users. Must not know what is said.
"""

import base64
import json
import re
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from shared.bus.rabbit.topology import from_exchange

DEFAULT_HOUSE = "gridcase"
TIMEOUT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class BrokerAdmin:
    """An administrator of the broker.

    Args:
        amqp_url: with the administrator's name and password; its virtual host is the house.
        management_url: where the management interface answers, without name and password.
    """

    amqp_url: str
    management_url: str

    @property
    def vhost(self) -> str:
        """The house's virtual host."""
        return unquote(urlsplit(self.amqp_url).path.removeprefix("/")) or "/"

    def put(self, path: str, body: Mapping[str, str]) -> None:
        """Ask the management interface to make something as it is told, whether or not it is there.

        Raises:
            urllib.error.URLError: it does not answer, or refuses.
        """
        at = urlsplit(self.amqp_url)
        login = base64.b64encode(
            f"{unquote(at.username or '')}:{unquote(at.password or '')}".encode()
        ).decode()
        request = urllib.request.Request(  # noqa: S310 - the deployer's own address
            f"{self.management_url.rstrip('/')}/api/{path}",
            data=json.dumps(body).encode(),
            method="PUT",
            headers={"Authorization": f"Basic {login}", "Content-Type": "application/json"},
        )
        # Past any proxy: the broker is inside.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        opener.open(request, timeout=TIMEOUT_SECONDS).close()


def user_of(vhost: str, service: str) -> str:
    """Return a service's user: users are the broker's, so they are called by their house's virtual host."""
    return f"{DEFAULT_HOUSE if vhost == '/' else vhost}_{service}"


def make_users(admin: BrokerAdmin, passwords: Mapping[str, str]) -> dict[str, str]:
    """Make what is missing and return each service's user; repeating it changes the passwords alone.

    Args:
        passwords: service → password of its user from now on.

    Raises:
        urllib.error.URLError: the management interface does not answer, or refuses.
    """
    users = {service: user_of(admin.vhost, service) for service in passwords}
    for service, user in users.items():
        admin.put(f"users/{quote(user, safe='')}", {"password": passwords[service], "tags": ""})
        permissions = {
            "configure": "^$",
            "write": _exactly(from_exchange(service)),
            "read": _own_queues(service),
        }
        admin.put(f"permissions/{quote(admin.vhost, safe='')}/{quote(user, safe='')}", permissions)
    return users


def _exactly(name: str) -> str:
    return f"^{re.escape(name)}$"


def _own_queues(service: str) -> str:
    return f"^{re.escape(f'gridcase.{service}.')}[0-9]+$"
