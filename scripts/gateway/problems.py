"""deploy/nginx/problems.conf: what nginx answers by itself, in the services' own words.

Decides which refusals are nginx's: no such path, no such method, no request at all, a body that is too slow or larger
than any service takes, a service that does not answer.
"""

import orjson
from flask import Flask

from scripts.gateway.nginx import WRITTEN
from shared.kernel.texts import Language
from shared.web.answers import LANGUAGES, problem_body
from shared.web.app import web_catalogue

# The largest body that any service takes: a file of old cases. Smaller limits are the services' own to tell.
LARGEST_BODY = 64 * 2**20
_CODES = ("bad-request", "not-found", "wrong-method", "too-slow", "too-large", "busy")


def problems_conf() -> str:
    """Return each problem as a variable of nginx, in the reader's language, and the limit of bodies."""
    maps = "".join(_problem(code) for code in _CODES)
    return f"{WRITTEN}\nclient_max_body_size {LARGEST_BODY};\n{maps}"


def _problem(code: str) -> str:
    lines = "".join(f"    {language} {_quoted(_body(code, language))};\n" for language in LANGUAGES)
    return f"\nmap $language $problem_{code.replace('-', '_')} {{\n{lines}}}\n"


def _body(code: str, language: Language) -> str:
    catalogue = web_catalogue()
    terms = {"limit": LARGEST_BODY} if code == "too-large" else {}
    with Flask(__name__).test_request_context(headers={"Accept-Language": language}):
        body = problem_body(catalogue.problem(code, None, **terms), catalogue.status(code) or 500)
    return orjson.dumps({**body, "trace": "$trace"}).decode()


def _quoted(text: str) -> str:
    """As nginx reads a text in single quotes; its only variable is the trace."""
    assert text.count("$") == 1
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
