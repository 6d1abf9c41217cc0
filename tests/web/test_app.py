"""What every application shows of itself: health, figures, traces, documentation; and the headers it sets."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.problems import Problem
from shared.obs.health import Health
from shared.obs.metrics import Metrics
from shared.web.catalogue import Catalogue
from shared.web.cursors import Cursors
from shared.web.watching import continue_trace
from tests.web.demo import demo

OP = {"Authorization": "Bearer op"}
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def test_health_names_the_part_that_is_not_well() -> None:
    """200 while every part is well, 503 with the word of the one that is not."""
    health = Health()
    health.register("store", lambda: None)
    client = demo(health=health).test_client()
    assert client.get("/healthz").status_code == 200
    health.register("broker", lambda: "no connection")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json["parts"] == {"store": "ok", "broker": "no connection"}


def test_requests_are_counted_by_route_and_not_by_address() -> None:
    """A thousand case ids make one series; unknown addresses make one together."""
    metrics = Metrics()
    client = demo(metrics).test_client()
    for path in ("/v1/towns/elm/things/a", "/v1/towns/elm/things/b", "/x", "/y"):
        client.get(path, headers=OP)
    text = client.get("/metrics").text
    assert len(re.findall(r"^gridcase_http_seconds_count", text, re.MULTILINE)) == 2
    assert 'route="/v1/towns/<town>/things/<thing>",service="demo",status="404"} 2.0' in text
    assert 'route="unmatched",service="demo",status="404"} 2.0' in text


def test_a_trace_goes_on() -> None:
    """A valid traceparent's trace is continued with a span of its own; anything else begins a new one."""
    answer = demo().test_client().get("/v1/towns/elm/things", headers={**OP, "traceparent": PARENT})
    assert answer.json["trace"] == PARENT[3:35]
    assert answer.headers["traceparent"].startswith(PARENT[:36])
    assert answer.headers["traceparent"] != PARENT


@given(st.text() | st.from_regex(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", fullmatch=True))
def test_a_trace_is_always_well_formed(given_: str) -> None:
    """Whatever comes in, what goes out is a traceparent: nobody writes into logs or messages through it."""
    assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", continue_trace(given_).parent)


def test_answers_keep_browsers_careful() -> None:
    """No sniffing, no framing, no caching of anybody's data."""
    headers = demo().test_client().get("/v1/hello").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_line_breaks_in_an_address_stay_inert() -> None:
    """CR and LF smuggled into an address end up in no header."""
    answer = demo().test_client().get("/v1/towns/elm%0d%0aSet-Cookie:%20a=b/things", headers=OP)
    assert answer.status_code == 404
    assert "Set-Cookie" not in answer.headers


def test_the_description_is_of_this_application() -> None:
    """The OpenAPI document has every route with its security, and its errors as problems."""
    client = demo().test_client()
    spec = client.get("/openapi.json").json
    assert spec["openapi"].startswith("3.")
    things = "/v1/towns/{town}/things"
    assert set(spec["paths"]) == {things, f"{things}/{{thing}}", "/v1/hello", "/v1/house"}
    assert spec["security"] == [{"bearer": []}]
    assert spec["paths"]["/v1/hello"]["get"]["security"] == []
    assert "application/problem+json" in spec["components"]["responses"]["DEFAULT_ERROR"]["content"]
    assert client.get("/docs").status_code == 404


CURSORS = Cursors(b"a secret", Catalogue.of("shared.web"))


@given(
    st.lists(
        st.integers(-(2**60), 2**60) | st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
        max_size=4,
    )
)
def test_a_cursor_is_read_as_it_was_written(place: list[str | int]) -> None:
    """A cursor leads back to the place where the list was left."""
    assert CURSORS.read(CURSORS.write(place, ["elm"]), ["elm"]) == place


def test_a_cursor_holds_for_its_own_list_alone() -> None:
    """Another town's list, other filters, another secret: the cursor is refused."""
    cursor = CURSORS.write(["case-9"], ["cases", "elm", {"state": "closed"}])
    others = [
        (CURSORS, ["cases", "oak", {"state": "closed"}]),
        (CURSORS, ["cases", "elm", {}]),
        (Cursors(b"another", Catalogue.of("shared.web")), ["cases", "elm", {"state": "closed"}]),
    ]
    for cursors, about in others:
        with pytest.raises(Problem, match="bad-cursor"):
            cursors.read(cursor, about)


@given(st.text(max_size=60))
def test_a_made_up_cursor_is_refused(cursor: str) -> None:
    """No text that this service did not write is a cursor."""
    with pytest.raises(Problem, match="bad-cursor"):
        CURSORS.read(cursor, ["cases", "elm"])
