"""Every panel of every dashboard, on a real Prometheus with the deployed settings, shows what happened."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pika
import pytest
from kombu import Connection

from shared.bus.rabbit.topology import DEAD, UNROUTABLE, Shape, declare
from shared.contracts.routes import LISTENS
from tests.servers import Servers
from tests.watching.boards import Panel, panels
from tests.watching.eyes import Eyes, Targets, wait_for
from tests.watching.known import FIRST, SECOND
from tests.watching.known_figures import FigureHouse, trace_of
from tests.watching.shown import Shown, comes_to_show, fits

PANELS = {panel.name: panel for panel in panels()}


class Broker:
    """A corner of RabbitMQ with the house's queues, one reader that never answers, and messages told here."""

    def __init__(self, url: str) -> None:
        with Connection(url) as connection:
            declare(connection, LISTENS, Shape(shards=2))
        self._connection = pika.BlockingConnection(pika.URLParameters(f"{url}?heartbeat=0"))
        self._channel = self._connection.channel()
        self._channel.basic_consume("gridcase.routing.0", lambda *_: None)

    def put(self, queue: str, number: int) -> None:
        """Leave messages in a queue."""
        for _ in range(number):
            self._channel.basic_publish("", queue, b"{}")
        self._connection.process_data_events(0)

    def close(self) -> None:
        """Go."""
        self._connection.close()


@dataclass
class Watched:
    """What was seen: at the end of the morning, and now."""

    eyes: Eyes
    targets: Targets
    morning: dict[str, bool]


@pytest.fixture(scope="module")
def watched(
    servers: Servers, module_vhost: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Watched]:
    """A house of known figures and a broker, watched by Prometheus through a morning and an afternoon."""
    house, broker = FigureHouse(tmp_path_factory.mktemp("figures")), Broker(module_vhost)
    metrics = servers.reach["RABBITMQ_METRICS_URL"].removeprefix("http://").removesuffix("/metrics")
    targets = Targets(house.addresses, metrics, module_vhost.rpartition("/")[2])
    eyes = Eyes(tmp_path_factory.mktemp("eyes"), targets)
    try:
        house.first()
        broker.put("gridcase.routing.0", 5)
        morning = {
            name: comes_to_show(eyes, PANELS[name], expected, targets)
            and remembers(eyes, PANELS[name], expected, targets)
            for name, expected in FIRST.items()
        }
        house.second()
        for queue, number in (("gridcase.routing.0", 3), (DEAD, 2), (UNROUTABLE, 1)):
            broker.put(queue, number)
        yield Watched(eyes, targets, morning)
    finally:
        eyes.close()
        broker.close()
        house.close()


def remembers(eyes: Eyes, panel: Panel, expected: Shown, targets: Targets) -> bool:
    """Wait until the panel draws it as its past, too: it draws at whole seconds, and one must have passed."""
    return wait_for(lambda: any(fits(shown, expected, targets) for shown in eyes.shown_over_time(panel)))


def test_every_panel_is_proved() -> None:
    """No panel is without known numbers, and no numbers without a panel."""
    assert PANELS.keys() == SECOND.keys()
    assert FIRST.keys() <= PANELS.keys()


@pytest.mark.parametrize("name", SECOND)
def test_panel_shows_what_happened(watched: Watched, name: str) -> None:
    """What a panel shows equals what was counted by hand."""
    panel = PANELS[name]
    came = comes_to_show(watched.eyes, panel, SECOND[name], watched.targets)
    assert came, f"{panel.title} shows {watched.eyes.shown(panel)}, not {SECOND[name]}"


@pytest.mark.parametrize("name", FIRST)
def test_panel_over_time_shows_both_moments(watched: Watched, name: str) -> None:
    """A panel over time shows the morning as it was and then the afternoon, also when asked later for both."""
    panel = PANELS[name]
    assert watched.morning[name], f"{panel.title} did not show the morning: {watched.eyes.shown(panel)}"
    assert remembers(watched.eyes, panel, SECOND[name], watched.targets)
    past = watched.eyes.shown_over_time(panel)
    mornings = [index for index, shown in enumerate(past) if fits(shown, FIRST[name], watched.targets)]
    afternoons = [index for index, shown in enumerate(past) if fits(shown, SECOND[name], watched.targets)]
    assert mornings, past[::3]
    assert afternoons
    assert max(mornings) < min(afternoons)


def test_only_panels_over_time_have_a_past() -> None:
    """Every figure told for the morning is of a panel that keeps its past."""
    assert {PANELS[name].kind for name in FIRST} == {"timeseries"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("sla-per-town/Running", 4),
        ("sla-per-town/Reports", 4),
        ("sla-per-town/Met in time", 1),
        ("sla-per-town/Share breached", 0),
    ],
)
def test_a_chosen_town_is_shown_alone(watched: Watched, name: str, shown: float) -> None:
    """With one town chosen, a panel shows nothing of the others."""
    query = PANELS[name].queries[0]
    of_b = type(query)(query.expr.replace('town=~".+"', 'town=~"b"'), query.legend, query.is_instant)
    assert wait_for(lambda: watched.eyes.now(of_b) == {"": shown}), watched.eyes.now(of_b)


def test_variables_offer_every_town_and_service(watched: Watched) -> None:
    """The choice at the top of each dashboard lists exactly the towns and the services."""
    ask = watched.eyes.ask
    metrics = {"match[]": '{__name__=~"gridcase_edition_number|gridcase_clocks"}'}
    assert wait_for(lambda: ask("label/town/values", **metrics) == ["a", "b"])
    assert ask("label/service/values", **{"match[]": "gridcase_outbox_waiting"}) == sorted(
        watched.targets.services
    )


def test_the_slowest_of_each_leg_names_its_trace(watched: Watched) -> None:
    """Beside the figure of a leg stands the trace of a message that was slow there: by it the request is found."""
    slow = trace_of("case.admitted", 7.85).split("-")[1]
    assert wait_for(lambda: slow in _traces(watched.eyes, "case.admitted"))
    assert trace_of("case.settled", 3.0).split("-")[1] in _traces(watched.eyes, "case.settled")
    assert trace_of("case.admitted", 0.05).split("-")[1] not in _traces(watched.eyes, "case.admitted")


def _traces(eyes: Eyes, type_: str) -> set[str]:
    asked = f'gridcase_leg_seconds_bucket{{type="{type_}"}}'
    found = eyes.ask(
        "query_exemplars", query=asked, start=f"{eyes.began_at:.0f}", end=f"{time.time() + 1:.0f}"
    )
    return {exemplar["labels"]["trace_id"] for row in found for exemplar in row["exemplars"]}


def test_a_town_costs_at_most_twenty_series(watched: Watched) -> None:
    """All services together show at most 20 series of a town, so that 2,000 towns stay scrapeable; rules have a bound
    of their own (`tests/routing/test_rule_figures.py`).
    """
    raw = 'count by (town) ({__name__=~"gridcase_.+",__name__!~"gridcase_rule_decisions_.+",town!=""})'
    recorded = 'count by (town) ({__name__=~"town.*:gridcase_.+"})'
    counts = {
        kind: {
            row["metric"]["town"]: int(row["value"][1])
            for row in watched.eyes.ask("query", query=expr)["result"]
        }
        for kind, expr in (("raw", raw), ("recorded", recorded))
    }
    assert counts["raw"].keys() == {"a", "b"}
    assert max(counts["raw"].values()) <= 20, counts
    assert max(counts["recorded"].values()) <= 15, counts
