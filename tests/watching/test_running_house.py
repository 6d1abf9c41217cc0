"""Five running services on real servers, watched by a real Prometheus: the panels show what people did."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shared.rules.pack.build.files import load_files
from shared.rules.pack.read import build_pack
from tests.e2e.houses import RunningHouse, real_house
from tests.servers import Servers
from tests.watching.boards import Query, panels
from tests.watching.eyes import Eyes, Targets, wait_for
from tests.watching.known_life import FRIDAY, RULES, THURSDAY, TOWN, Town, at
from tests.watching.shown import Shown, comes_to_show

PANELS = {panel.name: panel for panel in panels()}
# rates and deliveries have tests of their own below
OTHERWISE = {
    "operations/HTTP latency, 99 %",
    "operations/HTTP requests",
    "operations/Taken",
    "sla-per-town/Deliveries",
    "rules/Hits",
    "rules/Rules never hit",
    "rules/Rules",
    "rules/Never hit",
    "case-way/Messages that arrived",
    "case-way/Slower than 5 s",
    "case-way/Mean time under way",
    "case-way/Time under way, 99 %",
    "case-way/Mean of each leg",
    "case-way/Messages of each leg",
}


@dataclass
class Life:
    """A town that was lived in, and what was seen of its Thursday."""

    house: RunningHouse
    town: Town
    eyes: Eyes
    targets: Targets
    thursday: dict[str, bool]


@pytest.fixture(scope="module")
def life(own_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """Every service a process of its own; a town's people use them while Prometheus looks on.

    Roles belong to a whole PostgreSQL, so the house has one of its own.
    """
    broker = own_servers.reach["RABBITMQ_METRICS_URL"].removeprefix("http://").removesuffix("/metrics")
    folder = tmp_path_factory.mktemp("house")
    with real_house(folder, own_servers.pg_dsn, own_servers.amqp_url, at("2026-03-09 08:00")) as house:
        addresses = {name: address.removeprefix("http://") for name, address in house.addresses.items()}
        targets = Targets(addresses, broker)
        eyes = Eyes(tmp_path_factory.mktemp("eyes"), targets)
        try:
            town = Town(house)
            town.live()
            thursday = {
                name: comes_to_show(eyes, PANELS[name], shown, targets) for name, shown in THURSDAY.items()
            }
            town.go_on()
            yield Life(house, town, eyes, targets, thursday)
        finally:
            eyes.close()


def test_every_panel_is_looked_at() -> None:
    """Every panel is proved on the running house, here or by a test of its own."""
    assert PANELS.keys() == FRIDAY.keys() | OTHERWISE


@pytest.mark.parametrize("name", THURSDAY)
def test_panel_showed_thursday(life: Life, name: str) -> None:
    """On Thursday, before the limit passed, the panel showed what had happened by then."""
    assert life.thursday[name], life.eyes.shown_over_time(PANELS[name])[-1]


@pytest.mark.parametrize("name", FRIDAY)
def test_panel_shows_what_people_did(life: Life, name: str) -> None:
    """What a panel shows of running services equals what was reckoned from what people did."""
    panel = PANELS[name]
    came = comes_to_show(life.eyes, panel, FRIDAY[name], life.targets)
    assert came, f"{panel.title} shows {life.eyes.shown(panel)}, not {FRIDAY[name]}"


def test_deliveries_are_those_of_the_case_files(life: Life) -> None:
    """The panel of deliveries counts what the case files heard of by messages, and what was told of duties."""
    panel, told = PANELS["sla-per-town/Deliveries"], life.town.told()
    assert told > 0
    told += _told_of_duties(life.house)
    assert comes_to_show(life.eyes, panel, Shown({"sent": told}), life.targets), (
        life.eyes.shown(panel),
        told,
    )


def _told_of_duties(house: RunningHouse) -> int:
    with house.services["notify"].store.read() as conn:
        words = "select count(*) from notifications where subject_kind = 'duty' and state = 'sent'"
        return int(conn.exec_driver_sql(words).scalar_one())


def test_rules_are_those_of_the_decisions(life: Life) -> None:
    """What the panels show of rules is what the decisions of the town's cases say, over all rules of its edition."""
    town = life.town
    pack = build_pack(load_files(RULES / TOWN), TOWN)
    titles = {rule.origin.rule: rule.origin.title.zh for rule in pack.routing}
    hits = Counter(rule for case in town.cases for rule in town.decided_by(case))
    never = titles.keys() - hits.keys()

    def named(rule: str) -> str:
        return f"1 {rule} {titles[rule]} {TOWN}"

    for panel, shown in {
        "Hits": {named(rule): float(number) for rule, number in hits.items()},
        "Rules never hit": {named(rule): 0.0 for rule in never},
        "Rules": {"": float(len(titles))},
        "Never hit": {"": float(len(never))},
    }.items():
        board = PANELS[f"rules/{panel}"]
        assert comes_to_show(life.eyes, board, Shown(shown), life.targets), (
            life.eyes.shown(board),
            shown,
        )
    assert hits.total() == 7


def test_a_case_is_seen_on_every_leg(life: Life) -> None:
    """Each service that heard of the cases shows it, as often as they were said."""
    arrived = PANELS["case-way/Messages of each leg"]
    said = Counter(said_by(life.house))

    def heard() -> dict[str, float]:
        shown = life.eyes.shown(arrived)
        return {name: number for name, number in shown.items() if name.split()[1] == "case.admitted"}

    wanted = float(said["case.admitted"])
    assert wanted == 7
    hearers = ("routing", "sla", "notify", "assess")
    assert wait_for(lambda: heard() == {f"{name} case.admitted": wanted for name in hearers}), heard()
    assert "sla case.accepted" in life.eyes.shown(arrived)
    means = life.eyes.shown(PANELS["case-way/Mean of each leg"])
    assert means.keys() == life.eyes.shown(arrived).keys()
    whole = life.eyes.shown(PANELS["case-way/Messages that arrived"])[""]
    assert whole == sum(life.eyes.shown(arrived).values())
    assert life.eyes.shown(PANELS["case-way/Mean time under way"])[""] >= 0
    assert life.eyes.shown(PANELS["case-way/Slower than 5 s"])[""] <= whole


def said_by(house: RunningHouse) -> Iterator[str]:
    """Yield the kind of every message that intake has said."""
    with house.services["intake"].store.read() as conn:
        yield from conn.exec_driver_sql("select type from outbox").scalars()


def test_messages_taken_are_those_in_the_inboxes(life: Life) -> None:
    """What services say they took and finished is what lies in their inboxes as done."""
    taken = Query('sum by (service) (gridcase_messages_total{outcome="done"})', "{{service}}", True)
    assert wait_for(lambda: life.eyes.now(taken) == done(life.house)), (
        life.eyes.now(taken),
        done(life.house),
    )


def done(house: RunningHouse) -> dict[str, float]:
    """Count the messages that each service has done with."""
    found = {}
    for name, service in house.services.items():
        with service.store.read() as conn:
            passed = conn.exec_driver_sql("select coalesce(sum(next - 1), 0) from stream_in").scalar_one()
            refused = "select count(*) from inbox where state in ('refused', 'dropped')"
            count = passed - conn.exec_driver_sql(refused).scalar_one()
        if count:
            found[name] = float(count)
    return found


@pytest.mark.parametrize(
    "name",
    [
        "operations/HTTP latency, 99 %",
        "operations/HTTP requests",
        "operations/Taken",
        "case-way/Time under way, 99 %",
    ],
)
def test_rates_of_running_services_are_there(life: Life, name: str) -> None:
    """Panels of rates show services at work, while they are at work: what is over between two scrapes has no rate."""
    panel = PANELS[name]

    def services_seen() -> set[str]:
        life.town.keep_busy()
        return {series.split()[0] for series, rate in life.eyes.shown(panel).items() if rate > 0}

    assert wait_for(lambda: "intake" in services_seen()), life.eyes.shown(panel)
    assert services_seen() <= {"intake", "routing", "sla", "notify", "registry", "duties", "ledger", "assess"}


def test_a_town_costs_at_most_twenty_series(life: Life) -> None:
    """Five services at work show at most 20 series of a town."""
    ours = '__name__=~"gridcase_.+",__name__!~"gridcase_rule_decisions_.+"'
    count = Query(f'count by (town) ({{{ours},town!=""}})', "{{town}}", True)
    assert 10 <= max(life.eyes.now(count).values()) <= 20


def test_a_service_that_dies_is_seen(life: Life) -> None:
    """A service whose process is killed is shown as down at once, its alert is pending, and back it is up."""
    down = Query('ALERTS{alertname="GridcaseServiceDown"}', "{{job}}", True)
    life.house.kill("sla")
    panel = PANELS["operations/Services up"]
    away = {**(FRIDAY[panel.name].exactly or {}), "sla": 0.0}
    assert comes_to_show(life.eyes, panel, Shown(away), life.targets)
    assert wait_for(lambda: set(life.eyes.now(down)) == {"sla"})
    life.house.start("sla")
    assert comes_to_show(life.eyes, panel, FRIDAY[panel.name], life.targets)


def test_a_store_that_is_away_is_told_apart(life: Life, own_servers: Servers) -> None:
    """While PostgreSQL is away every service still answers Prometheus, and the alert that pends is the store's; when
    it is back, so are the figures.
    """
    pending = Query('ALERTS{alertname="GridcaseStoreDown"}', "{{job}}", True)
    up, depth = PANELS["operations/Services up"], PANELS["operations/Outbox depth"]
    own_servers.kill("pg")
    try:
        assert wait_for(lambda: set(life.eyes.now(pending)) == set(life.targets.services)), life.eyes.now(
            pending
        )
        assert comes_to_show(life.eyes, up, FRIDAY[up.name], life.targets), life.eyes.shown(up)
    finally:
        own_servers.restart("pg")
    assert comes_to_show(life.eyes, depth, FRIDAY[depth.name], life.targets), life.eyes.shown(depth)
    assert wait_for(lambda: not life.eyes.now(pending))
