"""Small trees of source to look at: a snippet becomes a file of the house."""

from pathlib import Path
from textwrap import dedent

from scripts.ratchet.findings import Kind
from scripts.ratchet.source import Source
from scripts.ratchet.survey import Survey, survey

HERE = "services/intake/domain/case.py"
IMPORTS = """\
import collections
import collections.abc as abc
import typing
import typing as t
from collections import ChainMap, OrderedDict, UserDict, defaultdict
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Any, Dict, Literal, NewType, Optional, TypeAlias, TypeVar, Union, cast
from typing import Any as Anything
from typing import Mapping as Map

import sqlalchemy as sa

from shared.kernel.texts import Text

"""


def surveyed(snippet: str, others: dict[str, str] | None = None) -> Survey:
    """Look at a snippet as a file of intake's domain, beside other files."""
    texts = {HERE: snippet, **(others or {})}
    return survey([Source(path, dedent(text)) for path, text in texts.items()])


def found(kind: Kind, snippet: str, others: dict[str, str] | None = None) -> list[str]:
    """What of a kind is found in the snippet, in order of lines."""
    return [place.what for place in surveyed(snippet, others).findings[kind] if place.path == HERE]


def write_tree(root: Path, texts: dict[str, str]) -> None:
    """Make these files the only Python of a house below `root`; its baseline stays."""
    for old in [
        path for package in ("shared", "services", "gridcase") for path in (root / package).rglob("*.py")
    ]:
        old.unlink()
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(dedent(text), encoding="utf-8")
