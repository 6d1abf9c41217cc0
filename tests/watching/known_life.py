"""Four days of a town, told by its people through the doors of running services, and what must be shown of them.

The town is `t-vtc`; its limits are the policy's: three working days from acceptance, to the end of the day, warned of
on the last (P001-05.4). All figures below are reckoned by hand from what happens here.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from shared.rules.pack.build.files import load_files
from shared.rules.scenario.model import label_to_instant
from tests.e2e.houses import RunningHouse
from tests.watching.shown import Shown, exactly, only

TOWN = "t-vtc"
HEAD = "t-vtc.east-village/village-station-head"
GRID = "t-vtc.east-1/grid"
REPORT = {"category": "ditch-and-drain", "channel": "grid", "place": "east-1", "text": "排水沟堵塞"}
RULES = Path(__file__).resolve().parents[2] / "rules"


def at(label: str) -> datetime:
    """Return the instant of a local label."""
    return label_to_instant(label, "Asia/Shanghai")


@dataclass
class Town:
    """The people of the town, and what they do."""

    house: RunningHouse
    cases: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        registry, files = self.house.registry, load_files(RULES / TOWN)
        self.operator = registry.issue_token("operator", None, "p-operator", (TOWN,))
        self.worker = registry.issue_token("grid_worker", GRID, "p-worker", (TOWN,))
        self.head = registry.issue_token("unit_staff", HEAD, "p-head", (TOWN,))
        self.supervisor = registry.issue_token(
            "supervisor", "t-vtc/governance-office", "p-supervisor", (TOWN,)
        )
        registry.enter_member(TOWN, HEAD, "unit_staff", "p-head")
        self.house.time.wait_quiet()
        self._publish(files, 201)
        self._publish({**files, f"{TOWN}/pack.yaml": "town: [nothing else]\n"}, 422)
        self.house.time.wait_quiet()

    def _publish(self, files: dict[str, str], status: int) -> None:
        self.ask("registry", "POST", "editions", self.operator, {"files": files}, status)

    def ask(self, service: str, method: str, path: str, token: str, body: Any, status: int) -> Any:
        """Send a request to a service's door and expect a status."""
        answer = self.house.ask(service, method, f"/v1/towns/{TOWN}/{path}", token, body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def live(self) -> None:
        """Six reports on Monday; two settled in time, four breached, one of them settled late."""
        time = self.house.time
        time.advance(at("2026-03-09 10:00"))
        self.cases = [self.report() for _ in range(6)]
        self.ask("intake", "POST", "cases", self.worker, {**REPORT, "category": "no-such"}, 422)
        time.wait_quiet()
        time.advance(at("2026-03-10 11:00"))
        self.settle(0)  # 25 of 86 hours
        time.advance(at("2026-03-11 20:00"))
        self.settle(1)  # 58 of 86 hours
        time.advance(at("2026-03-12 12:00"))  # the others have been warned

    def go_on(self) -> None:
        """The limit passes; one is settled late, and one more is reported."""
        self.house.time.advance(at("2026-03-13 08:00"))
        self.settle(2)  # 94 of 86 hours
        self.cases.append(self.report())
        self.house.time.wait_quiet()

    def report(self) -> str:
        """Report a ditch."""
        return str(self.ask("intake", "POST", "cases", self.worker, REPORT, 201)["case"])

    def settle(self, number: int) -> None:
        """Settle one of the cases."""
        body = {"step": "settle", "facts": {"result": "已疏通"}}
        self.ask("intake", "POST", f"cases/{self.cases[number]}/steps", self.head, body, 200)
        self.house.time.wait_quiet()

    def keep_busy(self) -> None:
        """Give every service something to do that changes no figure of the town: a question, and a message to all."""
        self.told()
        self.house.registry.issue_token("grid_worker", GRID, "p-another", (TOWN,))

    def decided_by(self, case: str) -> list[str]:
        """Return the rules by which routing says that it decided about a case."""
        found = self.ask("routing", "GET", f"cases/{case}/decisions", self.supervisor, None, 200)
        return [decision["rule"] for decision in found["items"] if decision["cause"] is None]

    def told(self) -> int:
        """Return how often somebody was told, as the case files have it from the messages."""
        return sum(
            notice["state"] == "sent"
            for case in self.cases
            for notice in self.ask("intake", "GET", f"cases/{case}", self.supervisor, None, 200)[
                "notifications"
            ]
        )


THURSDAY: Final[dict[str, Shown]] = {
    "sla-per-town/Running": only(0),
    "sla-per-town/Warned": only(4),
    "sla-per-town/Breached": Shown({}),
    "sla-per-town/Reports": only(6),
    "sla-per-town/Met in time": only(1),
    "sla-per-town/Limits": exactly(running=0, warned=4),
}

FRIDAY: Final[dict[str, Shown]] = {
    "sla-per-town/Running": only(1),
    "sla-per-town/Warned": only(0),
    "sla-per-town/Breached": only(3),
    "sla-per-town/Share breached": only(3 / 4),
    "sla-per-town/Reports": only(7),
    "sla-per-town/Met in time": only(2 / 3),
    "sla-per-town/Limits": exactly(running=1, warned=0, breached=3),
    "sla-per-town/Share breached over time": Shown({TOWN: 3 / 4}),
    "sla-per-town/Breaches an hour": Shown({TOWN: 4}),
    "sla-per-town/Reports an hour": Shown({TOWN: 7}),
    "sla-per-town/Time to settle against the limit": Shown({"≤ ½": 1, "½ – 1": 1, "1 – 2": 1, "> 2": 0}),
    "sla-per-town/Mean share of the limit": only((25 + 58 + 94) / 86 / 3),
    "sla-per-town/Decisions": exactly(rule=7),
    "sla-per-town/Share decided by the fallback": Shown({TOWN: 0}),
    "sla-per-town/Edition in force": Shown({TOWN: 1}),
    "sla-per-town/Packs refused": only(1),
    "operations/Services up": exactly(
        registry=1, intake=1, routing=1, sla=1, notify=1, duties=1, ledger=1, assess=1, rabbitmq=1
    ),
    "operations/Alerts firing": only(1),  # the pack that was refused
    "operations/Engine lag": only(0),
    "operations/Clock skew": only(0),
    "operations/Dead letters": only(0),
    "operations/Refusals": Shown({"unknown-category": 1}),
    "operations/Inbox open": Shown(
        {
            f"{service} {state}": 0
            for service in ("registry", "intake", "routing", "sla", "notify", "duties", "ledger", "assess")
            for state in ("held", "later", "parked")
        }
    ),
    "operations/Outbox depth": exactly(
        registry=0, intake=0, routing=0, sla=0, notify=0, duties=0, ledger=0, assess=0
    ),
    "operations/Outbox age": exactly(
        registry=0, intake=0, routing=0, sla=0, notify=0, duties=0, ledger=0, assess=0
    ),
    "operations/Engine lag over time": Shown({"SLA": 0}),
    "operations/Clock skew over time": Shown({"SLA": 0}),
    "operations/Queues": exactly(intake=0, routing=0, sla=0, notify=0, duties=0, ledger=0, assess=0),
    "operations/Consumers": exactly(intake=4, routing=4, sla=4, notify=4, duties=4, ledger=4, assess=4),
    "operations/Last resorts": Shown({"gridcase.dead": 0, "gridcase.unroutable": 0}),
    "operations/Memory": Shown(something=("RABBITMQ",)),
    "operations/Resource alarms": Shown({"内存 / memory": 0, "磁盘 / disk": 0, "文件句柄 / file handles": 0}),
    "operations/Connections": Shown(something=("RABBITMQ",)),
    "rules/Fallback": only(0),
    "rules/Disagreements": only(0),
    "rules/Editions not by rule": only(0),
    "rules/Decisions by edition": Shown(
        {f"{TOWN} 1 rule": 7, f"{TOWN} 1 fallback": 0, f"{TOWN} 1 disagreement": 0}
    ),
    "rules/Decisions over time": Shown({f"{TOWN} 1": 7}),
}
