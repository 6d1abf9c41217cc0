"""deploy/nginx/routes.conf: the table of routes as nginx reads it.

Decides how a path pattern becomes a key of nginx's `map`. What nginx does with it stands in deploy/nginx/nginx.conf.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from gridcase.gateway.declared import OWN_PAGES
from gridcase.gateway.patterns import PathPattern, UnknownPattern
from gridcase.gateway.table import Route, RouteTable

WRITTEN = "# Written by `python -m scripts.gateway` from what the services declare; not to be edited.\n"
PORT = 8080  # every container's, see docker-compose.yml
# nginx answers these itself: health.conf, and nginx.conf for its own.
OF_THE_GATEWAY = (("~^/gateway/healthz$", "gateway GET, HEAD"), ("~^/healthz$", "gateway GET, HEAD"))


def routes_conf(table: RouteTable) -> str:
    """Return the file: path → owner and methods, owner → address, and the services' own pages.

    Raises:
        UnknownPattern: two patterns of a service cross, so that nginx's first match would lose methods.
    """
    _refuse_crossing([route.pattern for route in table.routes])
    keys = [*OF_THE_GATEWAY, *((_key(route.pattern), _value(route, table)) for route in table.routes)]
    pages = "|".join(OWN_PAGES).replace(".", r"\.")
    names = "|".join(table.owners)
    return (
        WRITTEN
        + "\n# A path's owner and the methods that it has there; the first pattern that fits is the narrowest.\n"
        + _map("$uri", "$route", keys)
        + "\n# Where each service listens.\n"
        + _map("$owner", "$address", [(name, f"{name}:{PORT}") for name in table.owners])
        + "\n# A service's own page, without the service's name before it; empty for every other path.\n"
        + _map("$uri", "$own_page", [(f"~^/(?:{names})(?<page>{pages})$", "$page")])
    )


def _map(source: str, target: str, pairs: Sequence[tuple[str, str]]) -> str:
    width = max(len(key) for key, _ in pairs)
    lines = (f'    "{key}"{" " * (width - len(key))} "{value}";\n' for key, value in pairs)
    return f"map {source} {target} {{\n" + "".join(lines) + "}\n"


def _key(pattern: PathPattern) -> str:
    """An anchored regular expression also where nothing varies: nginx compares plain texts without regard to case."""
    parts = ("[^/]+" if segment is None else segment.replace(".", r"\.") for segment in pattern.segments)
    return "~^" + "".join(f"/{part}" for part in parts) + "$"


def _value(route: Route, table: RouteTable) -> str:
    found = table.at(route.pattern.example())
    assert found is not None
    return f"{route.owner} {', '.join(sorted(found.methods))}"


def _refuse_crossing(patterns: Sequence[PathPattern]) -> None:
    for mine, theirs in _crossing(patterns):
        raise UnknownPattern(
            f"{mine.rule} and {theirs.rule} cross at {mine.example(theirs)}, and neither is the narrower: rename one"
        )


def _crossing(patterns: Sequence[PathPattern]) -> Iterator[tuple[PathPattern, PathPattern]]:
    for mine, theirs in combinations(patterns, 2):
        if mine.overlaps(theirs) and not (mine.covers(theirs) or theirs.covers(mine)):
            yield mine, theirs
