"""docs/routes.md: every path with its service, for people. Never typed."""

from gridcase.gateway.table import Route, RouteTable

SAID_ONCE = {"HEAD", "OPTIONS"}
HEAD = """# Which service owns which path

Written by `python -m scripts.gateway` from what the services declare; not to be edited. All of them answer at one
address. A path belongs to one service, whatever the method; where `GET` is answered, `HEAD` is too, and `OPTIONS` is
everywhere. How the gateway uses this: [decision 13](decisions/0013-one-door.md).

| Path | Methods | Service |
|---|---|---|
"""


def routes_page(table: RouteTable) -> str:
    """Return the whole page."""
    return HEAD + "".join(_row(route) for route in table.routes)


def _row(route: Route) -> str:
    return f"| `{route.pattern.rule}` | {' '.join(sorted(route.methods - SAID_ONCE))} | {route.owner} |\n"
