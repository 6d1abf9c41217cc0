"""The dashboards as files: Grafana can read them, and they ask for what is there."""

import re
import urllib.request
from collections import Counter
from itertools import combinations
from typing import Any

import pytest
import yaml

from tests.servers import Servers
from tests.watching.boards import ROOT, Panel, boards, fill, panels
from tests.watching.eyes import DEPLOYED, wait_for
from tests.watching.names import PROMETHEUS_OWN, named_in, ours, recorded, rules

BOARDS = boards()
GRAFANA = ROOT / "deploy" / "grafana"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
OF_TOWNS = {"sla-per-town", "rules"}
NOT_OF_A_TOWN = "gridcase_rule_editions_left_out"  # of a whole process
KINDS = {"stat", "timeseries", "bargauge", "table"}
BOTH_LANGUAGES = re.compile("[\u4e00-\u9fff].*/ ?[A-Za-z0-9]")


def _models() -> list[dict[str, Any]]:
    return [panel for board in BOARDS.values() for panel in board["panels"]]


def test_there_is_one_for_each_question() -> None:
    """The dashboards have titles in both languages and addresses that don't change, and lead to one another."""
    for board in BOARDS.values():
        others = {f"/d/{other['uid']}" for other in BOARDS.values()} - {f"/d/{board['uid']}"}
        assert {link["url"] for link in board["links"]} == others
    assert {board["uid"]: board["title"] for board in BOARDS.values()} == {
        "gridcase-sla": "镇街时限 / SLA per town",
        "gridcase-operations": "运行 / operations",
        "gridcase-rules": "规则 / rules",
        "gridcase-way": "案件经过 / a case's way",
    }


@pytest.mark.parametrize("name", BOARDS)
def test_board_is_a_model_that_grafana_takes(name: str) -> None:
    """The classic model at its last version, ids unique, panels side by side without overlap."""
    board = BOARDS[name]
    assert board["schemaVersion"] == 42
    assert "id" not in board  # an id belongs to one Grafana's database
    assert max(Counter(panel["id"] for panel in board["panels"]).values()) == 1
    places = [panel["gridPos"] for panel in board["panels"]]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    assert not [(one, other) for one, other in combinations(places, 2) if _overlap(one, other)]


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return (
        one["x"] < other["x"] + other["w"]
        and other["x"] < one["x"] + one["w"]
        and one["y"] < other["y"] + other["h"]
        and other["y"] < one["y"] + one["h"]
    )


@pytest.mark.parametrize("name", BOARDS)
def test_board_can_be_read_against_any_source_and_any_town(name: str) -> None:
    """Every query goes to the data source that is chosen; the choice of town or service is offered."""
    variables = {each["name"]: each["type"] for each in BOARDS[name]["templating"]["list"]}
    choice = "town" if name in OF_TOWNS else "service"
    assert variables == {"datasource": "datasource", choice: "query"}
    asked = [target for panel in BOARDS[name]["panels"] for target in panel.get("targets", [])]
    assert {target["datasource"]["uid"] for target in asked} == {"${datasource}"}
    if choice == "town":
        assert all("$town" in target["expr"] for target in asked if NOT_OF_A_TOWN not in target["expr"])


@pytest.mark.parametrize(
    "panel", [model for model in _models() if model["type"] != "row"], ids=lambda model: model["title"]
)
def test_panel_speaks_both_languages(panel: dict[str, Any]) -> None:
    """Every panel has a title and an explanation in Chinese and English, a unit, and a kind that is known here."""
    assert BOTH_LANGUAGES.search(panel["title"])
    assert BOTH_LANGUAGES.search(panel["description"])
    assert panel["fieldConfig"]["defaults"]["unit"]
    assert panel["type"] in KINDS


@pytest.mark.parametrize("panel", list(panels()), ids=lambda panel: panel.name)
def test_panel_asks_for_what_is_there(panel: Panel) -> None:
    """No panel asks for a figure that nobody shows."""
    for query in panel.queries:
        named = named_in(query.expr)
        assert named
        assert {
            name for name in named if not name.startswith("rabbitmq_")
        } <= ours() | recorded() | PROMETHEUS_OWN


def test_every_figure_is_shown_or_watched() -> None:
    """What the services count appears on a dashboard or in a rule; nothing is counted for nobody."""
    asked = " ".join(
        [*(query.expr for panel in panels() for query in panel.queries), *(rule["expr"] for rule in rules())]
    )
    families = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in ours()}
    assert sorted(name for name in families if name not in asked) == []


def test_broker_shows_what_is_asked_of_it(servers: Servers) -> None:
    """The figures of RabbitMQ that panels and rules name are among those that a real one shows."""
    exprs = [
        *(query.expr for panel in panels() for query in panel.queries),
        *(rule["expr"] for rule in rules()),
    ]
    named = {name for expr in exprs for name in named_in(expr) if name.startswith("rabbitmq_")}
    page = servers.reach["RABBITMQ_METRICS_URL"]
    pages = [page, f"{page}/detailed?family=queue_coarse_metrics&family=queue_consumer_count"]
    assert named
    assert wait_for(lambda: named <= {name for page in pages for name in _shown(page)})


def _shown(page: str) -> set[str]:
    with urllib.request.urlopen(page, timeout=20) as answer:
        return set(re.findall(r"^# TYPE (\w+)", answer.read().decode(), re.MULTILINE))


def test_grafana_finds_its_data_and_its_boards() -> None:
    """What is provisioned lies where the Compose file puts it, and asks the Prometheus of the composition."""
    mounted = dict(volume.split(":")[:2] for volume in COMPOSE["grafana"]["volumes"])
    (provider,) = yaml.safe_load((GRAFANA / "provisioning/dashboards/gridcase.yml").read_text())["providers"]
    assert provider["options"]["path"] == mounted["./deploy/grafana/dashboards"]
    assert mounted["./deploy/grafana/provisioning"] == "/etc/grafana/provisioning"
    home = COMPOSE["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    assert home.rpartition("/")[2].removesuffix(".json") in BOARDS
    (source,) = yaml.safe_load((GRAFANA / "provisioning/datasources/prometheus.yml").read_text())[
        "datasources"
    ]
    assert source["url"] == "http://prometheus:9090"
    settings = yaml.safe_load((DEPLOYED / "prometheus.yml").read_text(encoding="utf-8"))
    assert source["jsonData"]["timeInterval"] == settings["global"]["scrape_interval"]


def test_an_unknown_variable_is_refused() -> None:
    """A query with a variable that the tests don't know can't slip through unproved."""
    with pytest.raises(ValueError, match="unknown variable"):
        fill('up{job=~"$nobody"}')
