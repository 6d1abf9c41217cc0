"""deploy/nginx/health.conf: the health of all services behind one path, as the embedded house answers it.

Decides how nginx, which passes a request to one server only, asks several: each step asks one service on the
side (`auth_request`) and goes on to the next when it is well (`try_files` of a file that is never there). A
request may go on ten times, so this holds for up to ten services.
"""

from collections.abc import Iterator, Mapping, Sequence

import orjson

from scripts.gateway.nginx import PORT, WRITTEN

MOST = 10


def health_conf(services: Sequence[str]) -> str:
    """Return the locations that ask the services one after another, and stop at the first that is not well.

    Raises:
        ValueError: there are more services than nginx can ask in one request.
    """
    if len(services) > MOST:
        raise ValueError(f"nginx asks at most {MOST} services in one request, and there are {len(services)}")
    return WRITTEN + "".join(_parts(services))


def _parts(services: Sequence[str]) -> Iterator[str]:
    for place, name in enumerate(services):
        well_before = dict.fromkeys(services[:place], "ok")
        after = [*services, "ok"][place + 1]
        yield _question(name)
        yield _step(name, after, is_first=place == 0)
        yield _answer(f"@health-without-{name}", 503, "failing", {**well_before, name: "failing"})
    yield _answer("@health-ok", 200, "ok", dict.fromkeys(services, "ok"))


def _question(name: str) -> str:
    """Ask one service; a name in a variable is looked up at each request, so that it may be away at nginx's start."""
    return f"""
location = /-/{name} {{
    internal;
    set $asked {name}:{PORT};
    proxy_pass http://$asked/healthz;
    include question.conf;
}}
"""


def _step(name: str, after: str, *, is_first: bool) -> str:
    """What a step says of errors replaces what the server says, so the first one names its other refusal again."""
    place = "= /healthz" if is_first else f"@health-{name}"
    more = "    include reading.conf;\n" if is_first else ""
    return f"""location {place} {{
{more}    auth_request /-/{name};
    error_page 500 =503 @health-without-{name};
    try_files /- @health-{after};
}}
"""


def _answer(place: str, status: int, word: str, services: Mapping[str, str]) -> str:
    body = orjson.dumps({"status": word, "services": dict(services)}).decode()
    return f"""location {place} {{
    include careful.conf;
    default_type application/json;
    return {status} '{body}';
}}
"""
