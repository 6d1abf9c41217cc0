"""One address for all services of a house, of which each gets its own.

Decides how a service's name and password come into an address. Must not know what answers there.
"""

import os
from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import quote


class Server(StrEnum):
    """What an address leads to; part of the name of its password's variable."""

    STORE = "STORE"
    BROKER = "BROKER"


def address_of(url: str, service: str, server: Server, env: Mapping[str, str] | None = None) -> str:
    """Return a service's own address.

    Args:
        url: '{service}' stands for the service's name, '{password}' for what its variable holds
            (`password_setting`): so one address serves all, and none of them gets another's password.
        env: names and values of variables; None: those of this process.

    Raises:
        KeyError: the address wants a password, and the variable is not set.
    """
    url = url.replace("{service}", service)
    if "{password}" in url:
        password = (os.environ if env is None else env)[password_setting(service, server)]
        url = url.replace("{password}", quote(password, safe=""))
    return url


def password_setting(service: str, server: Server) -> str:
    """Return the variable that holds a service's password for a server."""
    return f"GRIDCASE_{server}_{service.upper()}_PASSWORD"
