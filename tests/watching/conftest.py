"""Corners of the real servers for the tests of what is watched."""

from collections.abc import Iterator
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from tests.servers import Servers


@pytest.fixture(scope="module")
def module_vhost(servers: Servers) -> Iterator[str]:
    """The address of a virtual host of the broker for one module."""
    name = f"test_{uuid4().hex}"
    servers.rabbitmqctl("add_vhost", name)
    servers.rabbitmqctl(
        "set_permissions", "-p", name, str(urlsplit(servers.amqp_url).username), ".*", ".*", ".*"
    )
    yield servers.amqp_url.rpartition("/")[0] + f"/{name}"
    servers.rabbitmqctl("delete_vhost", name)
