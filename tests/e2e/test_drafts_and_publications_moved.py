"""Drafts and publications go from house to house as they are: what one exports, another takes and exports again."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.own_town import PACK, OwnTown
from tests.e2e.test_import_export import OLD, bring, export, records, send, taken

RULES = (
    PACK.replace("department: none}", "department: none, keywords: [争吵]}", 1)
    .replace("fallback: station", "fallback: station\nproposed_category: confirmed")
    .replace(
        "channels: {app: {zh: 手机, en: app}}",
        "channels:\n  app: {zh: 手机, en: app}\n"
        "  camera: {name: {zh: 摄像头, en: camera}, machine: yes, repeats_within: 30 minutes}",
    )
    .replace("who: [lead], does: [close]}", "who: [lead], does: [{publish: [village, town]}, close]}")
)
OWN = {"case", "town"}  # ids are each house's own; all else is the same


@pytest.fixture
def town() -> Iterator[OwnTown]:
    """The town at a Monday morning."""
    made = OwnTown(pack=RULES)
    yield made
    made.close()


@pytest.fixture
def other() -> Iterator[OwnTown]:
    """The same town in another house, empty, some days later."""
    made = OwnTown("2026-03-12 09:00", pack=RULES)
    yield made
    made.close()


def said(town: OwnTown, text: str, **more: Any) -> str:
    """Report in words alone, or over a machine, and return what came of it."""
    body = {"channel": "app", "place": "grid-1", "text": text, **more}
    answer = town.ask("POST", "/cases", "citizen", json=body)
    assert answer.status_code in (200, 201), answer.text
    return str(answer.json["case"])


def decide(town: OwnTown, case: str, what: str, **body: Any) -> None:
    answer = town.ask("POST", f"/cases/{case}/{what}", "operator", json=body)
    assert answer.status_code == 200, answer.text


def drafts_of_every_kind(town: OwnTown) -> None:
    """Let drafts wait with and without a category, be counted on, confirmed, dismissed and merged."""
    said(town, "争吵", also=["noise"], answers={"litres": 3, "where_exactly": "behind the mill"})
    said(town, "nothing of the kind")
    alarm = {"channel": "camera", "category": "dumping", "source": "cam-7"}
    assert said(town, "rubble", **alarm) == said(town, "rubble again", **alarm)
    confirmed, dismissed, merged = (said(town, text) for text in ("争吵 1", "争吵 2", "争吵 3"))
    town.advance("2026-03-10 09:00")
    decide(town, confirmed, "confirm", answers={"litres": 5, "where_exactly": "there"}, note="seen")
    decide(town, dismissed, "dismiss", reason="a joke")
    decide(town, merged, "merge", into=confirmed)
    town.advance("2026-03-11 09:00")
    town.step(confirmed, "settle", "station", result="talked")


def published(town: OwnTown) -> list[dict[str, Any]]:
    """Return the public list, as anybody sees it."""
    answer = town.ask("GET", "/publications", "citizen")
    assert answer.status_code == 200
    return sorted(answer.json["publications"], key=lambda row: (row["number"], row["level"] or ""))


def lines(town: OwnTown) -> list[dict[str, Any]]:
    """Return exported lines without what is each house's own."""
    return [{name: value for name, value in one.items() if name not in OWN} for one in records(town)]


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_drafts_make_the_round_trip(town: OwnTown, other: OwnTown, form: str) -> None:
    """Waiting, counted, confirmed, dismissed, merged: the empty house takes all lines and gives the same again."""
    drafts_of_every_kind(town)
    kind = "text/csv" if form == "csv" else "application/x-ndjson"
    *results, summary = send(other, export(town, f"?format={form}").encode(), kind)
    assert summary["summary"] == {"imported": 6, "known": 0, "refused": 0, "kept": True}, results
    assert sorted(one["state"] for one in lines(other)) == [
        "dismissed", "draft", "draft", "draft", "merged", "settled",
    ]  # fmt: skip
    assert lines(other) == lines(town)
    again = send(other, export(town, f"?format={form}").encode(), kind)
    assert again[-1]["summary"]["known"] == 6
    for one in records(other):
        assert other.ask("GET", f"/cases/{one['case']}/history/verify").json["whole"] is True


def test_an_imported_draft_waits_like_any_other(town: OwnTown, other: OwnTown) -> None:
    """Nobody hears of it; confirmed here it is reported with its first instant, and routed."""
    case = said(town, "争吵", answers={"litres": 3})
    result, _ = send(other, export(town).encode(), "application/x-ndjson")
    view = other.view(result["case"])
    assert (view["state"], view["draft"], view["deadlines"]) == ("draft", {"because": ["category"]}, [])
    assert view["proposal"] == {"category": "quarrel", "matched": ["争吵"]}
    decide(other, result["case"], "confirm")
    now = other.view(result["case"])
    assert (now["state"], now["facts"]["litres"]) == ("accepted", 3)
    assert now["report"]["reported_at"] == town.view(case)["report"]["reported_at"]


def test_what_was_dismissed_stays_so(town: OwnTown, other: OwnTown) -> None:
    """With who said so, when and why; nobody is told, and it can't be confirmed any more."""
    decide(town, said(town, "争吵"), "dismiss", reason="a joke")
    result, _ = send(other, export(town).encode(), "application/x-ndjson")
    draft = other.view(result["case"])["draft"]
    assert (draft["outcome"], draft["reason"], draft["by"]["role"]) == ("dismissed", "a joke", "operator")
    assert other.ask("POST", f"/cases/{result['case']}/confirm", json={}).status_code == 409


def test_a_line_that_only_says_draft_is_one(other: OwnTown) -> None:
    """An older system's table needs no more than the state; without it a line without category is refused."""
    line = {name: value for name, value in OLD.items() if name not in ("category", "accepted_at", "lead")}
    refused, taken_, _ = bring(other, line, {**line, "number": "HL-8", "state": "draft"})
    assert (refused["problem"]["code"], refused["problem"]["where"]) == (
        "category-missing", {"field": "category"},
    )  # fmt: skip
    assert other.view(taken_["case"])["draft"] == {"because": ["category"]}


BAD = [
    ({"lead": OLD["lead"]}, "draft-with-past", "draft"),
    ({"draft": {"because": ["machine"], "outcome": "dismissed"}}, "draft-end-undated", "draft.at"),
    (
        {"draft": {"because": ["machine"], "outcome": "dismissed", "at": "2026-03-05T08:00:00+08:00"}},
        "step-before-the-last",
        "draft.at",
    ),
    (
        {"draft": {"because": ["machine"], "outcome": "dismissed", "at": "2027-03-05T08:00:00+08:00"}},
        "step-in-the-future",
        "draft.at",
    ),
    ({"draft": {"because": []}}, "invalid-input", "draft.because"),
    ({"draft": {"because": ["machine"]}, "repeats": 2**40}, "invalid-input", "repeats"),
    ({"draft": {"because": ["whim"]}}, "invalid-input", "draft.because.0"),
    ({"publications": [{"on": "2026-03-05", "level": "moon"}]}, "unknown-level", "publications.0"),
    ({"publications": [{"on": "2026-03-04"}]}, "step-before-the-last", "publications.0"),
    ({"publications": [{"on": "2026-04-04"}]}, "step-in-the-future", "publications.0"),
]


@pytest.mark.parametrize(("wrong", "code", "field"), BAD)
def test_what_can_not_have_been_is_refused(
    other: OwnTown, wrong: dict[str, Any], code: str, field: str
) -> None:
    """A draft with a past, an end without instant, a publication before the report: told with field and remedy."""
    line = {name: value for name, value in OLD.items() if name not in ("accepted_at", "lead")}
    bad, _ = bring(other, {**line, **({} if "publications" in wrong else {"state": "draft"}), **wrong})
    assert (bad["problem"]["code"], bad["problem"]["where"]["field"]) == (code, field)
    assert bad["problem"]["remedy"]
    assert records(other) == []


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_publications_come_along_as_they_were(town: OwnTown, other: OwnTown, form: str) -> None:
    """Level, name of the category, state, day and instant are those of before, and nobody is told."""
    case = town.report("quarrel")
    secret = town.report("quarrel", private=True)
    for one in (case, secret):
        town.step(one, "settle", "station")
        town.step(one, "close", "station")
    before = published(town)
    assert [row["level"] for row in before] == ["town", "village"]
    kind = "text/csv" if form == "csv" else "application/x-ndjson"
    results = send(other, export(town, f"?format={form}").encode(), kind)
    assert published(other) == before
    assert other.ask("GET", "/publications", "citizen").json["private_count"] == 1
    assert all(other.view(one["case"])["notifications"] == [] for one in results[:-1])
    assert lines(other) == lines(town)


def test_what_was_withdrawn_stays_withdrawn(town: OwnTown, other: OwnTown) -> None:
    """RC-13: what was published before a reopening is in no list, here as there."""
    town.publish(
        RULES.replace("may_have: [result], does: [settle]}", "may_have: [result], does: [settle, publish]}")
    )
    case = town.report("quarrel")
    town.step(case, "settle", "station")
    assert len(published(town)) == 1
    town.step(case, "not-content")
    other.publish(
        RULES.replace("may_have: [result], does: [settle]}", "may_have: [result], does: [settle, publish]}")
    )
    assert bring(other, *records(town))[-1]["summary"]["imported"] == 1
    assert published(other) == published(town) == []
    assert lines(other) == lines(town)


def test_an_older_systems_publications_are_those_of_its_steps(other: OwnTown) -> None:
    """Where a line does not say what was public, the step of the town's rules that publishes does, at its instant."""
    taken(other, {**OLD, "settled_at": "2026-03-06T10:00:00+08:00", "closed_at": "2026-03-09T10:00:00+08:00"})
    steps = [
        {"step": "shown", "marks": ["published"], "at": "2026-03-06T10:00:00+08:00"},
        {"step": "close", "marks": ["closed"], "at": "2026-03-07T10:00:00+08:00"},
    ]
    taken(other, {**OLD, "number": "HL-8", "steps": steps})
    assert [(row["number"], row["level"], row["published_at"]) for row in published(other)] == [
        ("HL-7", "town", "2026-03-09T02:00:00.000000Z"),
        ("HL-7", "village", "2026-03-09T02:00:00.000000Z"),
        ("HL-8", None, "2026-03-06T02:00:00.000000Z"),
    ]


def test_no_text_of_a_file_reaches_the_public(other: OwnTown) -> None:
    """A name that is none of the town's categories gives way to the case's own."""
    told = {"on": "2026-03-06", "category": {"zh": "张三家", "en": "a person's house"}}
    taken(other, {**OLD, "publications": [told]})
    (row,) = published(other)
    assert (row["category"], row["published_on"], row["published_at"]) == (
        {"zh": "纠纷", "en": "quarrel"}, "2026-03-06", None,
    )  # fmt: skip
