"""A refusal, as every service answers it."""

from msgspec import Struct


class ProblemSheet(Struct, frozen=True):
    """A refusal, in the reader's language (RFC 9457)."""

    code: str = ""
    cause: str = ""
    remedy: str = ""
    errors: tuple["FieldFault", ...] = ()


class FieldFault(Struct, frozen=True):
    """A field that breaks its rule."""

    field: str = ""
    cause: str = ""
