"""An untyped mapping is found however it is spelt, and nothing else is taken for one."""

import pytest

from scripts.ratchet.findings import Kind
from tests.ratchet.snippets import HERE, IMPORTS, found, surveyed

ANNOTATIONS = [
    "dict[str, Any]",
    "Dict[str, Any]",
    "Mapping[str, Any]",
    "MutableMapping[str, Any]",
    "defaultdict[str, Any]",
    "OrderedDict[str, Any]",
    "ChainMap[str, Any]",
    "MappingProxyType[str, Any]",
    "UserDict[str, Any]",
    "dict[str, object]",
    "Mapping[str, object]",
    "Mapping[Any, Any]",
    "Mapping[str, Any | None]",
    "Mapping[str, Optional[Any]]",
    "Mapping[str, Union[int, Any]]",
    "Mapping[str, list[Any]]",
    "Mapping[str, tuple[object, ...]]",
    "dict[str, Anything]",
    "dict[str, typing.Any]",
    "dict[str, t.Any]",
    "abc.Mapping[str, Any]",
    "collections.abc.Mapping[str, Any]",
    "collections.OrderedDict[str, Any]",
    "t.Dict[str, Any]",
    "Map[str, Any]",
    "Mapping[str, 'Any']",
    "dict",
    "Mapping",
    "t.Dict",
    "sa.RowMapping",
]

AROUND = [
    "list[{}]",
    "tuple[str, {}]",
    "Mapping[str, {}]",
    "{} | None",
    "Optional[{}]",
    "Callable[[{}], None]",
    "Callable[[str], {}]",
    "Annotated[{}, 'a note']",
    "Sequence[tuple[str, {}]]",
]

PLACES = [
    "def decide(case: {}) -> None: ...",
    "def decide(*, case: {}) -> None: ...",
    "def decide(*cases: {}) -> None: ...",
    "def decide(**cases: {}) -> None: ...",
    "def decide() -> {}: ...",
    "async def decide() -> {}: ...",
    "case: {} = given()",
    "class Case:\n    place: {}",
    "def decide():\n    case: {} = given()",
    "def decide(case):\n    return cast({}, case)",
    "def decide(case):\n    return typing.cast('{}', case)",
    "Row = {}",
    "Row: TypeAlias = {}",
    "class Case:\n    Row = {}",
    "Row = NewType('Row', {})",
    "V = TypeVar('V', bound={})",
    "V = TypeVar('V', {}, int)",
    "class Case({}): ...",
    "if typing.TYPE_CHECKING:\n    Row = {}",
    "def decide(case: '{}') -> None: ...",
    "def decide(case: 'list[{}]') -> None: ...",
]


@pytest.mark.parametrize("spelling", ANNOTATIONS)
def test_each_spelling_is_found(spelling: str) -> None:
    """Whatever it is called, of whatever it is imported: a mapping whose values may be anything counts once."""
    assert found(Kind.MAPPING, f"{IMPORTS}def decide(case: {spelling}) -> None: ...") == [spelling]


@pytest.mark.parametrize("around", AROUND)
@pytest.mark.parametrize("spelling", ["dict[str, Any]", "Mapping", "dict[str, object]"])
def test_it_is_found_within_others(around: str, spelling: str) -> None:
    """A type around it hides nothing, and is not counted beside it."""
    snippet = f"{IMPORTS}def decide(case: {around.format(spelling)}) -> None: ..."
    assert found(Kind.MAPPING, snippet) == [spelling]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("spelling", ["dict[str, Any]", "Mapping"])
def test_it_is_found_wherever_a_type_is_said(place: str, spelling: str) -> None:
    """Annotations, casts, aliases, new types, bounds and bases, in quotation marks as well."""
    assert found(Kind.MAPPING, IMPORTS + place.format(spelling)) == [spelling]


@pytest.mark.parametrize(
    "value", ["defaultdict[str, Any](list)", "dict[str, Any]()", "run(Mapping[str, Any])"]
)
def test_it_is_found_where_a_type_is_a_value(value: str) -> None:
    """A mapping that is made with its type said, or a type that is handed on, counts too."""
    assert len(found(Kind.MAPPING, f"{IMPORTS}def decide():\n    return {value}")) == 1


@pytest.mark.parametrize(
    "alias",
    [
        "Row = dict[str, Any]",
        "Row: TypeAlias = Mapping[str, object]",
        "Row: TypeAlias = 'Mapping[str, object]'",
        "Row = dict",
        "Row = list[dict[str, Any]]",
        "Row = Mapping[str, Any] | None",
        "Row = NewType('Row', dict[str, Any])",
        "class Row(dict[str, Any]): ...",
        "Inner = dict[str, Any]\nRow = Inner",
        "Row = None | str | Sequence['Row'] | Mapping[str, 'Row']",
        "Loose = Any\nRow = dict[str, Loose]",
        "if typing.TYPE_CHECKING:\n    Row = dict[str, Any]",
    ],
)
def test_each_use_of_an_alias_counts(alias: str) -> None:
    """A name for an untyped mapping is one more spelling, in its own file, imported, renamed and handed on."""
    store = {"shared/db/store.py": IMPORTS + alias}
    handed_on = {**store, "shared/db/__init__.py": "from shared.db.store import Row\n"}
    use = "def decide(case: {0}, more: list[{0}]) -> None: ..."
    own = found(Kind.MAPPING, f"{IMPORTS}{alias}\n{use.format('Row')}")
    assert own[-2:] == ["Row", "Row"]
    for imported, name, others in (
        ("from shared.db.store import Row", "Row", store),
        ("from shared.db.store import Row as Line", "Line", store),
        ("import shared.db.store", "shared.db.store.Row", store),
        ("import shared.db.store as kept", "kept.Row", store),
        ("from shared.db import store", "store.Row", store),
        ("from ....shared.db import store", "store.Row", store),
        ("from shared.db import Row", "Row", handed_on),
    ):
        assert found(Kind.MAPPING, f"{imported}\n{use.format(name)}", others) == [name, name]


def test_an_alias_counts_where_it_is_called_or_cast_to() -> None:
    """Uses that are no annotations are uses."""
    snippet = (
        "from shared.db.store import Row\nfrom typing import cast\ndef f(x): return cast(Row, x), Row(a=1)"
    )
    assert found(Kind.MAPPING, snippet, {"shared/db/store.py": IMPORTS + "Row = dict[str, Any]"}) == [
        "Row",
        "Row",
    ]


def test_an_alias_with_a_parameter_is_judged_by_what_it_is_given() -> None:
    """`Table = dict[str, V]` is untyped as `Table[Any]`, and typed as `Table[int]`."""
    generic = f"{IMPORTS}V = TypeVar('V')\nTable = dict[str, V]\n"
    assert found(Kind.MAPPING, f"{generic}def f(x: Table[Any]) -> Table[int]: ...") == ["Table[Any]"]


@pytest.mark.parametrize(
    "allowed",
    [
        "def decide(names: Mapping[str, Text]) -> dict[str, int]: ...",
        "def decide(names: defaultdict[str, list[Text]]) -> Mapping[Any, int]: ...",
        "def decide(names: Mapping[str, Mapping[str, Text]]) -> None: ...",
        "def decide(**options: Any) -> None: ...",
        "def decide(**options: object) -> None: ...",
        "def decide(value: Any, more: object, *rest: Any) -> Any: ...",
        "def decide(values: list[Any], both: tuple[Any, ...]) -> Iterable[object]: ...",
        "def decide(table: Mapping[type, Callable[[Any], Any]]) -> dict[str, type[Any]]: ...",
        "def decide(value: Literal['dict[str, Any]']) -> Annotated[int, 'dict']: ...",
        "def decide(value):\n    return isinstance(value, dict | Mapping), dict(value), {**value}",
        "@dataclass\nclass Case:\n    names: dict[str, Text] = field(default_factory=dict)",
        "Names = Mapping[str, Text]\ndef decide(names: Names) -> Names: ...",
        "def decide():\n    'Takes a dict[str, Any].'\n    # dict[str, Any]\n    return 'Mapping[str, Any]'",
        "class Case:\n    def dict(self) -> int: ...\ndef decide(case: Case) -> None: ...",
        "class Mapping: ...\ndef decide(node: Mapping) -> list[Mapping]: ...",
        "class Any: ...\ndef decide(test: dict[str, Any]) -> None: ...",
        "from shared.rules.language.nodes import Mapping\ndef decide(node: Mapping) -> None: ...",
        "Form = int | list['Form']\ndef decide(form: dict[str, Form]) -> None: ...",
    ],
)
def test_what_has_types_is_allowed(allowed: str) -> None:
    """Typed mappings, open arguments, tables of functions, classes of the same name, and words in text."""
    assert (
        found(Kind.MAPPING, IMPORTS + allowed, {"shared/rules/language/nodes.py": "class Mapping: ..."}) == []
    )


def test_a_method_hides_no_type() -> None:
    """A class that has a `dict` or a `Mapping` of its own does not change what these are elsewhere in the file."""
    snippet = f"{IMPORTS}class Case:\n    def dict(self): ...\n    Mapping = 1\n"
    assert found(Kind.MAPPING, f"{snippet}def f(x: dict, y: Mapping[str, Any]): ...") == [
        "Mapping[str, Any]",
        "dict",
    ]


def test_a_place_is_named() -> None:
    """A finding carries its file and its line."""
    place = surveyed("from typing import Any\n\ndef decide(case: dict[str, Any]) -> None: ...").findings[
        Kind.MAPPING
    ][0]
    assert (place.path, place.line) == (HERE, 3)
