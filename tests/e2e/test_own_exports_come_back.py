"""What a house exports, any house takes: whatever its town's words, its longest texts and its steps are."""

import csv
import io
from collections.abc import Iterator

import pytest

from tests.e2e.own_town import PACK, STATION, OwnTown
from tests.e2e.test_import_export import OLD, export, records, send, taken

PUBLISHING = PACK.replace(
    "who: [lead], does: [close]}", "who: [lead], does: [{publish: [village, town]}, close]}"
)
IN_CHINESE = PUBLISHING.replace("quarrel: {name: {zh: 纠纷, en: quarrel}", "quarrel: {name: {zh: 纠纷}")
KINDS = {"jsonl": "application/x-ndjson", "csv": "text/csv"}
LATER = "2026-03-12 09:00"


@pytest.fixture
def other() -> Iterator[OwnTown]:
    """The same town in another house, empty, some days later; its words are Chinese alone."""
    made = OwnTown(LATER, pack=IN_CHINESE)
    yield made
    made.close()


@pytest.mark.parametrize("form", KINDS)
def test_words_in_one_language_come_back(other: OwnTown, form: str) -> None:
    """A category that has a name in one language alone is published, exported, and taken again."""
    town = OwnTown(pack=IN_CHINESE)
    case = town.report("quarrel")
    town.step(case, "settle", "station")
    town.step(case, "close", "station")
    *results, summary = send(other, export(town, f"?format={form}").encode(), KINDS[form])
    assert (summary["summary"]["imported"], summary["summary"]["refused"]) == (1, 0), results
    (row, _) = other.ask("GET", "/publications", "citizen").json["publications"]
    assert row["category"]["zh"] == "纠纷"
    town.close()


def test_a_long_course_comes_back_as_a_table(other: OwnTown) -> None:
    """A cell of a table may be as long as its row: the steps of a case with hundreds of notes are one."""
    steps = [
        {
            "step": "noted",
            "marks": [],
            "at": f"2026-03-06T10:{n // 60:02}:{n % 60:02}Z",
            "note": "behind the mill " * 20,
        }
        for n in range(380)
    ]
    town = OwnTown()
    taken(town, {**OLD, "steps": [{"step": "assigned", "marks": ["accepted"], "lead": STATION,
                                   "at": "2026-03-05T11:00:00Z"}, *steps]})  # fmt: skip
    taken(town, {**OLD, "number": "HL-8"})
    text = export(town, "?format=csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert max(len(row["steps"]) for row in rows) > 131_072
    *results, summary = send(other, text.encode(), "text/csv")
    assert (summary["summary"]["imported"], summary["summary"]["refused"]) == (2, 0), results
    town.close()


@pytest.mark.parametrize("form", KINDS)
def test_what_a_step_gave_was_not_answered(other: OwnTown, form: str) -> None:
    """A fact that a step gave is no answer of the reporter's, here and after each further journey."""
    town = OwnTown()
    case = town.report("quarrel")
    town.step(case, "settle", "station", result="talked")
    text = export(town, f"?format={form}")
    assert records(town)[0]["answers"] == {}
    send(other, text.encode(), KINDS[form])
    back = records(other)[0]
    assert (back["answers"], back["facts"]) == ({}, {"result": "talked"})
    assert send(other, text.encode(), KINDS[form])[-1]["summary"]["known"] == 1
    town.close()


def test_an_export_that_says_no_answers_is_read_by_its_steps(other: OwnTown) -> None:
    """Exports of before left empty answers out: what their steps gave is taken for a step's all the same."""
    town = OwnTown()
    case = town.report("quarrel", answers={"litres": 5})
    town.step(case, "settle", "station", result="talked")
    (line,) = records(town)
    taken(other, {name: value for name, value in line.items() if name not in ("answers", "town", "case")})
    assert records(other)[0]["answers"] == {"litres": 5}
    town.close()


def test_what_was_published_before_stands_where_its_day_is(other: OwnTown) -> None:
    """The public list has the latest day first, also where older publications came in later, page by page."""
    case = other.report("quarrel")
    other.step(case, "settle", "station")
    other.step(case, "close", "station")
    own = other.view(case)["number"]
    for number, day in (("HL-1", "06"), ("HL-2", "10"), ("HL-3", "07")):
        told = {"on": f"2026-03-{day}", "category": {"zh": "纠纷"}}
        taken(other, {**OLD, "number": number, "publications": [told]})
    listed, path = [], "/publications?limit=2"
    while path:
        page = other.ask("GET", path, "citizen").json
        listed += [row["number"] for row in page["publications"]]
        path = f"/publications?limit=2&cursor={page['next']}" if page["next"] else ""
    assert listed == [own, own, "HL-2", "HL-3", "HL-1"]
