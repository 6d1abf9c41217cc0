"""What every panel must show under the caseload of `known_figures`, reckoned by hand from what is told there.

A panel without an entry fails its test, so that none goes unproved. `FIRST` holds for panels over time alone.
"""

from typing import Final

from tests.watching.shown import Shown, exactly, only

# At the end of the morning, where it is not nothing.
FIRST: Final[dict[str, Shown]] = {
    "sla-per-town/Limits": exactly(running=9, warned=2, breached=1, extended=1, paused=1),
    "sla-per-town/Share breached over time": exactly(a=1 / 10, b=0),
    "sla-per-town/Breaches an hour": exactly(a=1),
    "sla-per-town/Reports an hour": exactly(a=8, b=3),
    "sla-per-town/Share decided by the fallback": exactly(a=0, b=0),
    "rules/Decisions over time": Shown({"a 1": 6, "b 1": 3}),
    "operations/Refusals": Shown({"duplicate": 2, "closed": 1, "intake other-town": 2}),
    "operations/Outbox depth": exactly(
        registry=0, intake=3, routing=0, sla=0, notify=0, duties=0, ledger=0, assess=0
    ),
    "operations/Outbox age": exactly(
        registry=0, intake=20, routing=0, sla=0, notify=0, duties=0, ledger=0, assess=0
    ),
    "operations/Queues": exactly(intake=0, routing=5, sla=0, notify=0, duties=0, ledger=0, assess=0),
    "operations/Last resorts": Shown({"gridcase.dead": 0, "gridcase.unroutable": 0}),
}

# At the end of the afternoon.
SECOND: Final[dict[str, Shown]] = {
    # a 5 - 2, b 4
    "sla-per-town/Running": only(7),
    "sla-per-town/Warned": only(3),
    "sla-per-town/Breached": only(4),
    # 4 of a's 3 + 3 + 4 + 1 + 1 and b's 4
    "sla-per-town/Share breached": only(4 / 16),
    "sla-per-town/Reports": only(16),
    # a: ¼, ½, ¾, 1 in time, 1½ and 3 late; b: ¼ and ¾ in time
    "sla-per-town/Met in time": only(6 / 8),
    "sla-per-town/Limits": exactly(running=7, warned=3, breached=4, extended=1, paused=1),
    "sla-per-town/Share breached over time": exactly(a=4 / 12, b=0),
    "sla-per-town/Breaches an hour": exactly(a=4),
    "sla-per-town/Reports an hour": exactly(a=12, b=4),
    "sla-per-town/Time to settle against the limit": Shown({"≤ ½": 3, "½ – 1": 3, "1 – 2": 1, "> 2": 1}),
    "sla-per-town/Mean share of the limit": only((0.25 + 0.5 + 0.75 + 1 + 1.5 + 3 + 0.25 + 0.75) / 8),
    "sla-per-town/Deliveries": exactly(sent=8, failed=2, uncertain=1),
    "sla-per-town/Decisions": exactly(rule=13, fallback=2, disagreement=1),
    "sla-per-town/Share decided by the fallback": exactly(a=2 / 12, b=0),
    "sla-per-town/Edition in force": exactly(a=4, b=1),
    "sla-per-town/Packs refused": only(1),
    "operations/Services up": exactly(
        registry=1, intake=1, routing=1, sla=1, notify=1, duties=1, ledger=1, assess=1, rabbitmq=1
    ),
    # parked (notify); dead letters (two queues); a: fallback, disagreement, uncertain delivery, refused pack
    "operations/Alerts firing": only(7),
    "operations/Engine lag": only(3.25),
    "operations/Clock skew": only(0.75),
    # 2 dead, 1 unroutable, 1 parked
    "operations/Dead letters": only(4),
    # intake: 123 of 125 in the first bucket, the 99 % lies three eighths into the one from 0.25 to 1 s;
    # routing: all between 0.01 and 0.05 s
    "operations/HTTP latency, 99 %": Shown(
        {"intake": 0.25 + 0.75 * 0.375, "routing": 0.01 + 0.04 * 0.99}, is_passing=True
    ),
    "operations/HTTP requests": Shown(
        in_proportion={"intake 201": 100, "intake 422": 25, "routing 200": 50}, is_passing=True
    ),
    "operations/Refusals": Shown({"duplicate": 3, "closed": 1, "intake other-town": 5}),
    # of the afternoon alone: what began in the morning counts from there
    "operations/Taken": Shown(
        in_proportion={
            "routing done": 8,
            "routing duplicate": 1,
            "routing held": 0,
            "sla done": 16,
            "notify later": 0,
            "notify parked": 0,
        },
        is_passing=True,
    ),
    "operations/Inbox open": Shown(
        {
            **{
                f"{service} {state}": 0
                for service in (
                    "registry",
                    "intake",
                    "routing",
                    "sla",
                    "notify",
                    "duties",
                    "ledger",
                    "assess",
                )
                for state in ("held", "later", "parked")
            },
            "notify later": 1,
            "notify parked": 1,
        }
    ),
    "operations/Outbox depth": exactly(
        registry=0, intake=5, routing=0, sla=0, notify=0, duties=0, ledger=0, assess=0
    ),
    "operations/Outbox age": exactly(
        registry=0, intake=30, routing=0, sla=0, notify=0, duties=0, ledger=0, assess=0
    ),
    "operations/Engine lag over time": Shown({"SLA": 3.25}),
    "operations/Clock skew over time": Shown({"SLA": -0.75}),
    "operations/Queues": exactly(intake=0, routing=8, sla=0, notify=0, duties=0, ledger=0, assess=0),
    # two queues a service; one of routing's is read
    "operations/Consumers": exactly(intake=0, routing=1, sla=0, notify=0, duties=0, ledger=0, assess=0),
    "operations/Last resorts": Shown({"gridcase.dead": 2, "gridcase.unroutable": 1}),
    "operations/Memory": Shown(something=("RABBITMQ",)),
    "operations/Resource alarms": Shown({"内存 / memory": 0, "磁盘 / disk": 0, "文件句柄 / file handles": 0}),
    "operations/Connections": Shown(something=("RABBITMQ",)),
    # a's first edition has drain, lamp, wall, its second drain and hedge; b's has drain
    "rules/Rules": only(6),
    "rules/Never hit": only(2),
    "rules/Fallback": only(2),
    "rules/Disagreements": only(1),
    "rules/Editions not by rule": only(1),
    "rules/Hits": Shown(
        {
            "1 drain 名-drain a": 5,
            "1 lamp 名-lamp a": 2,
            "2 drain 名-drain a": 2,
            "1 drain 名-drain b": 4,
        }
    ),
    "rules/Rules never hit": Shown({"1 wall 名-wall a": 0, "2 hedge 名-hedge a": 0}),
    "rules/Decisions by edition": Shown(
        {
            "a 1 rule": 7,
            "a 1 fallback": 2,
            "a 1 disagreement": 1,
            "a 2 rule": 2,
            "a 2 fallback": 0,
            "a 2 disagreement": 0,
            "b 1 rule": 4,
            "b 1 fallback": 0,
            "b 1 disagreement": 0,
        }
    ),
    "rules/Decisions over time": Shown({"a 1": 10, "a 2": 2, "b 1": 4}),
    # 0.05, 0.05, 2 in the morning; 0.05, 7.85; ½, ½, 3 in the afternoon
    "case-way/Messages that arrived": only(8),
    "case-way/Slower than 5 s": only(1),
    "case-way/Mean time under way": only(14 / 8),
    # of the afternoon alone: 2 of routing's in the morning's buckets began there; sla's began in the afternoon
    "case-way/Time under way, 99 %": Shown(something=("routing", "sla"), is_passing=True),
    "case-way/Mean of each leg": Shown(
        {"routing case.admitted": 2.0, "sla case.accepted": 0.5, "sla case.settled": 3.0}
    ),
    "case-way/Messages of each leg": Shown(
        {"routing case.admitted": 5, "sla case.accepted": 2, "sla case.settled": 1}
    ),
}
