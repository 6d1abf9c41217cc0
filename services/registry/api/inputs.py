"""What the registry's routes are handed: pages of lists, and inputs as values of their own types."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from marshmallow import post_load

from shared.web.inputs import Input
from shared.web.paging import PageQuery, page_limit

# As `LongPageQuery` is loaded.
PageAsked = Mapping[str, str | int | None]


class LongPageQuery(PageQuery):
    """Which page of a list: a hundred rows unless the query says otherwise."""

    limit = page_limit(100, most=500)


class TypedInput(Input):
    """An input that is handed on as what it means.

    Attributes:
        makes: called with the fields that were given, by name.
    """

    makes: ClassVar[Callable[..., object]]

    @post_load
    def made(self, fields: Any, **_more: Any) -> object:
        """Return what the fields mean."""
        return type(self).makes(**fields)
