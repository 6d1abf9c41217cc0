"""Any and object are no mapping until they are read as one."""

import pytest

from scripts.ratchet.findings import Kind
from tests.ratchet.snippets import IMPORTS, found


@pytest.mark.parametrize(
    "read",
    [
        "def decide(case: Any):\n    return case['place']",
        "def decide(case: object):\n    return case.get('place')",
        "def decide(*, case: Any | None):\n    return case['place']['key']",
        "def decide(case: 'Any'):\n    def inner():\n        return case['place']\n    return inner",
        "def decide():\n    case: Any = given()\n    return case['place']",
        "def given() -> Any: ...\ndef decide():\n    return given()['place']",
        "def given() -> object: ...\ndef decide():\n    case = given()\n    return case.get('place')",
        "class Cases:\n    def given(self) -> Any: ...\n    def decide(self):\n        return self.given()['place']",
        "from shared.db.store import given\ndef decide():\n    case = given()\n    return case['place']",
    ],
)
def test_anything_that_is_read_by_a_literal_key_is_a_mapping(read: str) -> None:
    """A parameter, variable or result of Any or object is one as soon as it is read as one, and counts once."""
    others = {"shared/db/store.py": "from typing import Any\ndef given() -> Any: ..."}
    assert len(found(Kind.MAPPING, IMPORTS + read, others)) == 1


@pytest.mark.parametrize(
    "allowed",
    [
        "def decide(value: Any):\n    return str(value)",
        "def decide(value: Any, key: str):\n    return value[key], value[0]",
        "def decide(value: Any):\n    def inner(value: list[int]):\n        return value['key']\n    return inner",
        "def decide(**value: Any):\n    return value['place']",
        "def decide():\n    case: Any = given()\ndef other(case: dict[str, int]):\n    return case['place']",
        "def given() -> dict[str, int]: ...\ndef decide():\n    return given()['place']",
    ],
)
def test_anything_that_is_not_read_so_is_allowed(allowed: str) -> None:
    """Any alone says nothing of mappings; keys of something else do not matter to it."""
    assert found(Kind.MAPPING, IMPORTS + allowed) == []
