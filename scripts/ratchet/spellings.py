"""The names under which Python knows mappings, anything, and what holds either."""


def _of(module: str, names: str) -> frozenset[str]:
    return frozenset(f"{module}.{name}" for name in names.split())


def _typing(names: str) -> frozenset[str]:
    return _of("typing", names) | _of("typing_extensions", names)


MAPPINGS = (
    _of("builtins", "dict")
    | _typing("Dict Mapping MutableMapping DefaultDict OrderedDict ChainMap")
    | _of("collections", "defaultdict OrderedDict ChainMap UserDict")
    | _of("collections.abc", "Mapping MutableMapping")
    | _of("types", "MappingProxyType")
)
# A row of a query is a mapping of anything, though its name carries no brackets.
ALWAYS_UNTYPED = _of("sqlalchemy", "RowMapping engine.RowMapping engine.row.RowMapping")
ANYTHING = _typing("Any") | _of("builtins", "object")
# Of these, a value is as untyped as what they hold; a callable or a class of anything is another matter.
HOLDERS = (
    _of("builtins", "list tuple set frozenset")
    | _of("collections", "deque")
    | _of("collections.abc", "Sequence MutableSequence Iterable Iterator Collection Set MutableSet")
    | _typing("List Tuple Set FrozenSet Sequence MutableSequence Iterable Iterator Collection")
    | _typing("Optional Union Final ClassVar Annotated Required NotRequired")
)
LITERALS = _typing("Literal")
ANNOTATED = _typing("Annotated")
# After these, brackets hold types or the values of a type, never a key.
HEADS = (
    MAPPINGS
    | HOLDERS
    | LITERALS
    | _of("builtins", "type")
    | _of("collections.abc", "Callable")
    | _typing("Type Callable")
)
TYPE_ALIASES = _typing("TypeAlias")
NEW_TYPES = _typing("NewType")
TYPE_VARIABLES = _typing("TypeVar")
CASTS = _typing("cast")
KEY_GETTERS = _of("operator", "itemgetter")
