"""Who may enter the pages of duties and records: lines of the sweep over the console's routes."""

from collections.abc import Mapping

from tests.console.town import PEOPLE, TOWN

WORKERS = frozenset({"leader", "gas", "helper", "office", "walker", "watcher", "keeper"})
OVERSEERS = frozenset({"watcher", "keeper"})
EVERYBODY = frozenset({"nobody", *PEOPLE})

PAGES: Mapping[str, frozenset[str]] = {
    "duties": WORKERS,
    "duties-list": WORKERS,
    "duties-year": WORKERS,
    "duties-feed": WORKERS,
    "duties-calendar": WORKERS,
    "duties-week": WORKERS,
    "plans": WORKERS,
    "leaves": WORKERS,
    "records": WORKERS,
    "record": WORKERS,
    "record-picture": WORKERS,
    "record-form": WORKERS,
    "record-correct": WORKERS,
    "occurrence": WORKERS,
    "occurrence-record": WORKERS,
    "orders": WORKERS,
    "order-new": WORKERS,
    "order": WORKERS,
    "surveys": WORKERS,
    "survey": WORKERS,
    "answer": EVERYBODY,  # a survey is answered by whoever has its address
    "samples": WORKERS,
    "sample": WORKERS,
    "form-paper": WORKERS,
    "record-paper": WORKERS,
    "documents": WORKERS,
    "document": WORKERS,
    "document-sent": WORKERS,
}
FORMS: Mapping[str, frozenset[str]] = {
    "record-form-now": WORKERS - {"walker"},  # the form is another post's
    "record-correct-now": WORKERS,
    "record-open": WORKERS,
    "occurrence-record-now": WORKERS,
    "occurrence-excuse": OVERSEERS,
    "attendance-enter": WORKERS,
    "leave-ask": WORKERS,
    "leave-answer": WORKERS,
    "order-give": WORKERS,
    "order-change": WORKERS,
    "order-end": WORKERS,
    "order-answer": WORKERS,
    "plan": WORKERS,
    "survey-give-out": WORKERS,
    "survey-end": WORKERS,
    "answer-now": EVERYBODY,
    "sample-draw": WORKERS,
    "duties-calendar-make": WORKERS,
    "duties-calendar-revoke": WORKERS,
    "document-send": frozenset(),  # the sweep's document is another unit's
}
# Past the door, and there is no such thing: with things that are there, other tests go in.
NOT_THERE = dict.fromkeys(
    ("duties-calendar-revoke", "record", "record-picture", "record-correct", "record-correct-now", "record-open",
     "occurrence", "occurrence-record", "occurrence-record-now", "occurrence-excuse", "attendance-enter", "leave-ask",
     "leave-answer", "survey", "survey-end", "answer", "answer-now", "sample",
     "order", "order-change", "order-end", "order-answer",
     "record-paper", "document-sent"),
    404,
)  # fmt: skip
NAMES: Mapping[str, str] = {
    "form": "patrol",
    "occurrence": "none-such",
    "record": "none-such",
    "leave": "none-such",
    "order": "none-such",
    "survey": "none-such",
    "code": "none-such",
    "sample": "none-such",
    "picture": "none-such",
    "document": "special-report",
    "span": "2026-Q1",
    "key": "none-such",
}
# What is looked at in a browser, as whom; OCCURRENCE, MEETING and RECORD stand for things that are there.
SEEN: Mapping[str, list[str]] = {
    "office": [
        f"/towns/{TOWN}/duties",
        f"/towns/{TOWN}/duties/list?state=open",
        f"/towns/{TOWN}/duties/year",
        f"/towns/{TOWN}/duties/year?view=year&unit=all",
        f"/towns/{TOWN}/records",
        f"/towns/{TOWN}/duties/leaves",
        f"/towns/{TOWN}/duties/calendar",
        f"/towns/{TOWN}/orders",
        f"/towns/{TOWN}/orders/new",
        f"/towns/{TOWN}/duties/plans",
        f"/towns/{TOWN}/duties/week",
        f"/towns/{TOWN}/forms/minutes",
        f"/towns/{TOWN}/surveys",
        f"/towns/{TOWN}/samples",
    ],
}
