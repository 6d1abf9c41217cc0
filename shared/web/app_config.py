"""What an application carries with it for its routes: catalogues, token look-up, figures.

Holds no state of requests. Built by `make_app`, found by whoever answers a request.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app

from shared.kernel.problems import Problem
from shared.obs.metrics import Metrics
from shared.web.callers import ShortTokenLookup, TokenLookup
from shared.web.catalogue import Catalogue
from shared.web.meter import Meter
from shared.web.quotas import Network
from shared.web.strict_json import StrictJson

# A code of this room's catalogue, or a function from an exception to its problem.
Translation = str | Callable[[Any], Problem]
UNLISTED = 422  # a refusal that no catalogue gives a status: understood, and not accepted


@dataclass(frozen=True, slots=True)
class AppConfig:
    """What one application was built with; shared by its threads, so nothing in it changes.

    Args:
        service: its name, as in messages.
        catalogue: this room's own.
        catalogues: all catalogues in which a code's status is looked up, this room's among them.
        translate: exceptions of other rooms that stand for a problem.
        passes: tells whether a failure passes by itself: what was asked may be asked again as it is.
        json: reads bodies.
        tokens: finds the holder of a token by its hash; short_tokens: what a short one grants, by the token itself.
        metrics: the process's figures.
        meter: measures what is asked for against its quota.
        proxies: networks of the proxies that are believed when they say for whom they ask.
    """

    service: str
    catalogue: Catalogue
    catalogues: Sequence[Catalogue]
    translate: Mapping[type[Exception], Translation]
    passes: Callable[[BaseException], bool]
    json: StrictJson
    tokens: TokenLookup
    short_tokens: ShortTokenLookup
    metrics: Metrics
    meter: Meter
    proxies: tuple[Network, ...]

    def status_of(self, problem: Problem) -> int:
        """Return the HTTP status of a problem: of the first catalogue that holds its code, else `UNLISTED`."""
        found = (catalogue.status(problem.code) for catalogue in self.catalogues)
        return next((status for status in found if status), UNLISTED)


def app_config() -> AppConfig:
    """Return the configuration of the application that handles this request.

    Raises:
        RuntimeError: there is no request.
    """
    return cast(AppConfig, current_app.extensions["app_config"])
