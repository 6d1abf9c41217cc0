"""The gateway's container runs verbatim, finds services by name when they come, and shares requests among workers."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from scripts.gateway.health import MOST, health_conf
from scripts.servers import processes
from tests.deploy.gateway import Echo, Gateway
from tests.deploy.name_server import NameServer

CLOCKS = "/v1/towns/x/cases/1/clocks"
WORKERS = ("127.0.0.1", "127.0.0.2")


@dataclass
class House:
    """A gateway whose services are known to a name server alone."""

    names: NameServer
    gateway: Gateway
    port: int  # of every service, as in the containers

    def ask(self, method: str = "GET", path: str = CLOCKS) -> requests.Response:
        """Send a request that may go to any worker of the service."""
        body = b"{}" if method == "POST" else None
        return requests.request(method, self.gateway.address + path, data=body, timeout=30)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A gateway that was started when no service was there."""
    names, port = NameServer({}), processes.free_port()
    # IPv4 addresses are 'host:port' in the settings; the name server says the hosts, so the port is one for all
    places = {":8080": f":{port}", "resolver 127.0.0.11 ": f"resolver 127.0.0.1:{names.port} "}
    gateway = Gateway(tmp_path, places)
    yield House(names, gateway, port)
    gateway.end()
    names.close()


def test_the_container_runs_verbatim(house: House) -> None:
    """Started by its command the gateway becomes healthy without any service, and stops in time when asked."""
    assert house.gateway.is_healthy()
    assert house.gateway.stop() == 0, house.gateway.words.read_text()
    assert not house.gateway.is_healthy()


def test_a_service_is_found_when_it_comes(house: House) -> None:
    """Nobody of that name yet: 503. Once the engine knows the name, the next request reaches it, without a restart."""
    assert (house.ask().status_code, house.ask(path="/healthz").status_code) == (503, 503)
    service = Echo("sla", house.port).start()
    house.names.names["sla"] = [service.host]
    assert house.ask().headers["X-Owner"] == "sla"
    service.stop()


def test_as_many_services_are_asked_as_the_generator_allows(tmp_path: Path) -> None:
    """nginx goes on from service to service in one request as often as the largest generated file takes."""
    echo, names = Echo("s", processes.free_port()).start(), [f"s{number}" for number in range(MOST)]
    places = {f"{name}:8080": f"127.0.0.1:{echo.port}" for name in names}
    gateway = Gateway(tmp_path, places, {"health.conf": health_conf(names)})
    answer = requests.get(f"{gateway.address}/healthz", timeout=30)
    echo.stop()
    gateway.end()
    assert (answer.status_code, list(answer.json()["services"])) == (200, names)


def test_workers_share_requests_and_stand_in(house: House) -> None:
    """Both workers of a name are asked; what can't reach one of them is answered by the other, reports too."""
    workers = {host: Echo(host, house.port, host).start() for host in WORKERS}
    house.names.names["sla"] = house.names.names["intake"] = list(WORKERS)
    asked = Counter(house.ask().headers["X-Owner"] for _ in range(40))
    assert set(asked) == set(WORKERS)
    workers[WORKERS[0]].stop()
    said = {
        house.ask(*asked).headers["X-Owner"] for asked in [("GET", CLOCKS), ("POST", "/v1/towns/x/cases")] * 5
    }
    assert said == {WORKERS[1]}
    workers[WORKERS[1]].stop()
