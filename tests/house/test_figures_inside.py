"""Figures stay inside: no public address of the house has them, whichever way it runs."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from gridcase.embedded import LOOPBACK, EmbeddedHouse, embed, plan_in
from gridcase.home import make_home
from scripts.gateway.house import declared_routes
from shared.kernel.problems import Problem

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[EmbeddedHouse]:
    """A whole house in this process, its address open."""
    made = embed(plan_in(tmp_path, "reference"))
    yield made
    made.stop()


def test_the_address_of_a_house_in_one_process_has_no_figures(house: EmbeddedHouse) -> None:
    """Neither its own nor a service's, with or without a prefix."""
    where = house.serve(make_home(house.services, house.health, []), "127.0.0.1", 0)
    for path in ("/metrics", "/metrics/", "/intake/metrics", "/home/metrics"):
        assert requests.get(where + path, timeout=30).status_code == 404, path


def test_figures_are_on_loopback_alone_and_where_they_were_asked_for(house: EmbeddedHouse) -> None:
    """The port of its own is bound to loopback, whatever the house's address; taken twice, it says which option."""
    port = house.show_figures(0)
    assert house._figures is not None
    assert house._figures.server_address[0] == LOOPBACK
    assert "gridcase_" in requests.get(f"http://127.0.0.1:{port}/metrics", timeout=30).text
    with pytest.raises(Problem) as taken:
        house.show_figures(port)
    assert "GRIDCASE_METRICS_PORT" in taken.value.remedy.en


def test_the_gateway_has_no_way_to_any_figures() -> None:
    """The table from which its settings are generated names no such path, of any service."""
    assert not [route for route in declared_routes().routes if "metrics" in route.pattern.rule]


def test_only_loopback_reaches_what_watches() -> None:
    """Every port that the compose file publishes is bound to loopback; broker, store and services publish none."""
    composed = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    ports = {name: service["ports"] for name, service in composed.items() if service.get("ports")}
    assert ports.keys() == {"gateway", "prometheus", "grafana"}
    assert all(port.startswith("127.0.0.1:") for published in ports.values() for port in published)
