"""Every path has one owner: what collides is refused with both names, and what is written down is what is declared."""

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.test import Client, TestResponse

from gridcase.front import Front
from gridcase.gateway.declared import routes_of
from gridcase.gateway.patterns import PathPattern, UnknownPattern
from gridcase.gateway.table import Route, RouteCollision, RouteTable
from scripts.gateway.files import ROOT, generated
from scripts.gateway.health import MOST, health_conf
from scripts.gateway.house import declared_routes
from scripts.gateway.nginx import routes_conf
from shared.obs.metrics import Metrics

GET = frozenset({"GET", "HEAD", "OPTIONS"})
POST = frozenset({"POST", "OPTIONS"})


@pytest.fixture(scope="module")
def table() -> RouteTable:
    """The routes of the services as they stand."""
    return declared_routes()


def route(rule: str, owner: str, methods: frozenset[str] = GET) -> Route:
    return Route(PathPattern.read(rule), owner, methods)


def app_with(name: str, *rules: tuple[str, str]) -> Flask:
    """An application that says its name and the path that it was asked for."""
    app = Flask(name, static_folder=None)
    for number, (method, rule) in enumerate(rules):
        app.add_url_rule(rule, f"view-{number}", _saying(name), methods=[method])
    return app


def _saying(name: str) -> Callable[..., dict[str, Any]]:
    return lambda **variables: {"owner": name, "variables": variables}


# ---- what may stand side by side ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mine", "theirs", "where"),
    [
        ("/v1/towns/<town>/cases", "/v1/towns/<place>/cases", "/v1/towns/x/cases"),
        ("/v1/towns/<town>/cases/<case>", "/v1/towns/<town>/cases/export", "/v1/towns/x/cases/export"),
        ("/v1/<kind>/list", "/v1/cases/<case>", "/v1/cases/list"),
        ("/v1/<int:number>", "/v1/<uuid:case>", "/v1/x"),
        ("/v1/cases", "/v1/cases", "/v1/cases"),
    ],
)
@pytest.mark.parametrize("methods", [GET, POST])
def test_paths_of_two_services_that_can_be_one_are_refused(
    mine: str, theirs: str, where: str, methods: frozenset[str]
) -> None:
    """Same shape or overlapping, same method or another: the message names both services, both rules and the path."""
    with pytest.raises(RouteCollision) as refused:
        RouteTable([route(mine, "intake"), route(theirs, "routing", methods)])
    said = str(refused.value)
    assert all(word in said for word in ("intake", "routing", mine, theirs, f"answer at {where}:")), said


def test_every_collision_is_told_at_once() -> None:
    """Whoever mends them sees all of them, a line each."""
    routes = [route(f"/v1/{name}", owner) for name in ("a", "b") for owner in ("sla", "notify")]
    with pytest.raises(RouteCollision) as refused:
        RouteTable(routes)
    assert [line.split(": ")[0].rpartition(" ")[2] for line in str(refused.value).splitlines()] == [
        "/v1/a",
        "/v1/b",
    ]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("/v1/towns/<town>/cases", "/v1/towns/<town>/cases/<case>"),
        ("/v1/towns/<town>/publications", "/v1/towns/<town>/publications/refused"),
        ("/v1/towns/<town>/deadlines", "/v1/towns/<town>/deadlines.ics"),
        ("/v1/towns/<town>/cases/<case>/steps", "/v1/towns/<town>/cases/<case>/clocks"),
        ("/v1/<reference>", "/v1/"),
    ],
)
def test_paths_that_differ_stand_side_by_side(mine: str, theirs: str) -> None:
    """Another length or another word where neither varies is another path."""
    RouteTable([route(mine, "intake"), route(theirs, "routing")])


def test_one_service_may_narrow_its_own_patterns() -> None:
    """Within a service a word may stand where a variable stands too; the path then has the methods of both."""
    ours = [route("/v1/cases/<case>", "intake"), route("/v1/cases/bulk", "intake", POST)]
    found = RouteTable(ours).at("/v1/cases/bulk")
    assert found is not None
    assert found.methods == GET | POST


@pytest.mark.parametrize(
    "rule", ["/v1/files/<path:name>", "/v1/<name>.ics", "/v1/<any(a, b/c):x>", "/v1/a b"]
)
def test_a_pattern_that_cannot_be_compared_is_refused(rule: str) -> None:
    """What the table does not understand it does not let pass; the message names the pattern."""
    with pytest.raises(UnknownPattern) as refused:
        PathPattern.read(rule)
    assert rule in str(refused.value)


def test_a_service_may_not_take_anothers_pages() -> None:
    """Documentation and health stand under each service's name, where no other service may have a path."""
    apps = {
        "sla": app_with("sla", ("GET", "/healthz")),
        "intake": app_with("intake", ("GET", "/<name>/healthz")),
    }
    with pytest.raises(RouteCollision, match="sla"):
        RouteTable(routes_of(apps))


# ---- the look-up ----------------------------------------------------------------------------------------

RULES = [
    "".join(f"/{word or f'<x{place}>'}" for place, word in enumerate(words))
    for length in (1, 2, 3)
    for words in product(["a", "b", None], repeat=length)
]
PATHS = (
    st.lists(st.sampled_from(["a", "b", "c", ""]), min_size=1, max_size=4)
    .map(lambda parts: "/" + "/".join(parts))
    .filter(
        lambda path: not path.startswith("//")
    )  # which a service takes for one slash, and the table does not
)


@given(st.lists(st.sampled_from(RULES), min_size=1, unique=True), PATHS)
def test_the_table_finds_what_the_service_would(rules: list[str], path: str) -> None:
    """A path is found when the service's own router has a route for it, and only then."""
    own = Map([Rule(rule, endpoint=rule) for rule in rules], merge_slashes=False).bind("gridcase")
    try:
        own.match(path)
        expected = True
    except HTTPException:
        expected = False
    assert (RouteTable(route(rule, "intake") for rule in rules).at(path) is not None) == expected


@given(st.sampled_from(RULES), st.sampled_from(RULES))
def test_patterns_overlap_where_a_path_fits_both(one: str, other: str) -> None:
    """Overlap and cover say the same as trying every path of three letters."""
    mine, theirs = PathPattern.read(one), PathPattern.read(other)
    paths = ["/" + "/".join(parts) for length in (1, 2, 3) for parts in product("abc", repeat=length)]
    of_mine = {path for path in paths if RouteTable([Route(mine, "s", GET)]).at(path)}
    of_theirs = {path for path in paths if RouteTable([Route(theirs, "s", GET)]).at(path)}
    assert mine.overlaps(theirs) == bool(of_mine & of_theirs)
    assert mine.covers(theirs) == (of_mine >= of_theirs)
    if mine.overlaps(theirs):
        assert RouteTable([Route(mine, "s", GET)]).at(mine.example(theirs)) is not None


# ---- what is written down -------------------------------------------------------------------------------


def test_services_do_not_collide(table: RouteTable) -> None:
    """Each of the five and the console own paths, and none that another declares."""
    assert table.owners == (
        "assess",
        "console",
        "duties",
        "intake",
        "ledger",
        "notify",
        "registry",
        "routing",
        "sla",
    )


def test_generated_files_are_what_the_services_declare(table: RouteTable) -> None:
    """docs/routes.md and deploy/nginx/ are generated: `python -m scripts.gateway`."""
    for name, text in generated(table).items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"{name}: run `python -m scripts.gateway`"


def test_nginx_is_given_no_patterns_that_cross() -> None:
    """nginx takes the first pattern that fits: where two cross, none may be first, and the message says where."""
    crossing = [route("/v1/<kind>/list", "intake"), route("/v1/cases/<case>", "intake", POST)]
    with pytest.raises(UnknownPattern, match="/v1/cases/list"):
        routes_conf(RouteTable(crossing))


def test_nginx_is_asked_no_more_than_it_can() -> None:
    """One request may go on ten times: one service more needs another way of asking for health."""
    assert "@health-ok" in health_conf([f"s{number}" for number in range(MOST)])
    with pytest.raises(ValueError, match="at most"):
        health_conf([f"s{number}" for number in range(MOST + 1)])


# ---- the embedded front ---------------------------------------------------------------------------------


@pytest.fixture
def front() -> Client:
    """Two services and a home."""
    apps = {
        "intake": app_with(
            "intake",
            ("GET", "/v1/cases/<case>"),
            ("POST", "/v1/cases/bulk"),
            ("GET", "/healthz"),
            ("GET", "/metrics"),
        ),
        "sla": app_with("sla", ("GET", "/v1/cases/<case>/clocks"), ("GET", "/healthz")),
    }
    return Client(Front(apps, app_with("home", ("GET", "/"), ("GET", "/healthz")), Metrics()))


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("/v1/cases/7", "intake"),
        ("/v1/cases/7/clocks", "sla"),
        ("/sla/healthz", "sla"),
        ("/healthz", "home"),
        ("/", "home"),
    ],
)
def test_the_front_asks_the_owner(front: Client, path: str, owner: str) -> None:
    """Services by their paths, their own pages by their names, the house by what belongs to no service."""
    assert json.loads(front.get(path).data)["owner"] == owner


@pytest.mark.parametrize(
    "path",
    ["/v1", "/v1/cases/", "//v1/cases/7", "/metrics", "/intake/metrics", "/intake/v1/cases/7", "/intake"],
)
@pytest.mark.parametrize(("language", "cause"), [("zh", "没有找到"), ("en", "there is no such thing")])
def test_the_front_refuses_unknown_paths_itself(front: Client, path: str, language: str, cause: str) -> None:
    """A path of nobody is a problem in the reader's language, with the headers that services send."""
    answer = front.get(path, headers={"Accept-Language": language})
    assert (answer.status_code, problem(answer)["code"], problem(answer)["cause"]) == (
        404,
        "not-found",
        cause,
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["traceparent"].split("-")[1] == problem(answer)["trace"]


def test_the_front_names_the_methods_of_a_path(front: Client) -> None:
    """A path that is there with other methods names all of them, those of a wider pattern too."""
    answer = front.delete("/v1/cases/bulk")
    assert (answer.status_code, problem(answer)["code"]) == (405, "wrong-method")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


def problem(answer: TestResponse) -> dict[str, Any]:
    assert answer.content_type == "application/problem+json"
    found: dict[str, Any] = json.loads(answer.data)
    return found


def test_a_house_with_a_collision_does_not_start() -> None:
    """The front is not built over services that both answer at one path."""
    apps = {name: app_with(name, ("GET", "/v1/same")) for name in ("intake", "sla")}
    with pytest.raises(RouteCollision):
        Front(apps, app_with("home"), Metrics())
