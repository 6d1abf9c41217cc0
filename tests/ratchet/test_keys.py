"""A literal key is counted wherever a mapping is read or written by it, and only there."""

import pytest

from scripts.ratchet.findings import Kind
from tests.ratchet.snippets import found


@pytest.mark.parametrize(
    ("snippet", "number"),
    [
        ("row['place']", 1),
        ("row['place']['key']", 2),
        ("row['place'] = 1", 1),
        ("del row['place']", 1),
        ("row.get('place')", 1),
        ("row.get('place', {}).get('key')", 2),
        ("row.pop('place')", 1),
        ("row.setdefault('place', [])", 1),
        ("row.__getitem__('place')", 1),
        ("self.rows()['place']", 1),
        ("sorted(rows, key=operator.itemgetter('place', 'key'))", 2),
        ("[row['place'] for row in rows if row.get('key')]", 2),
        ("f\"{row['place']}\"", 1),
    ],
)
def test_each_literal_key_counts(snippet: str, number: int) -> None:
    """Brackets, `get` and its like, chained, written, deleted, within text."""
    assert len(found(Kind.KEY, f"import operator\n{snippet}")) == number


@pytest.mark.parametrize(
    "allowed",
    [
        "return_value = {'place': 1, 'key': 2}",
        "def plain(case):\n    return {'place': case.place}",
        "row[PLACE]; row.get(PLACE); row[0]; row[1:]; row.get(0)",
        "case.place",
        "'place' in row",
        "def decide(kind: Literal['both']) -> list['Case']: ...",
        "def decide(table: Table['Case']) -> None: ...",
        "Kind = Literal['both']",
        "class Cases(Sequence['Case']): ...",
        "import requests\nrequests.get('https://example.org')",
        "import requests as web\nweb.get('https://example.org')",
        "@routes.get('/cases')\ndef cases(): ...",
        "dict(place=1)",
        "names.find('place')",
    ],
)
def test_what_is_no_literal_key_of_a_mapping(allowed: str) -> None:
    """Displays that build a message, named keys, types, modules' functions and routes are not counted."""
    imports = "from collections.abc import Sequence\nfrom typing import Literal\n"
    assert found(Kind.KEY, imports + allowed) == []


def test_a_function_of_a_module_of_ours_is_no_mapping() -> None:
    """`words.get('place')` asks a module, however it was imported."""
    others = {"shared/web/words.py": "def get(key): ..."}
    assert found(Kind.KEY, "from shared.web import words\nwords.get('place')", others) == []
