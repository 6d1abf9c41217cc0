"""What every page has: who reads it, in which language, the same places everywhere, careful headers.

Decides what a page may load and do in a browser: this console's own style and script, and nothing else.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import NamedTuple, cast

from flask import Flask, Response, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup, escape

from services.console.api import kept
from services.console.api.assets import asset_path
from services.console.api.dates import TimeWords
from services.console.api.given import header, of_town
from services.console.api.words import PageWords
from services.console.domain.sheets import RoleSheet
from services.console.handlers.client import ApiClient
from services.console.handlers.following import FollowShelf
from services.console.handlers.name_books import NameShelf, TownNames
from services.console.handlers.readers import Reader, SessionBook, SignInNeeded
from services.console.ports.calls import ApiCalls
from shared.kernel.clock import TimeSource
from shared.kernel.instants import format_instant
from shared.kernel.roles import Role
from shared.kernel.scope import EVERYWHERE
from shared.kernel.texts import Language, Text

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CAREFUL = {
    "Content-Security-Policy": POLICY,
    "Vary": "Cookie, Accept-Language",
    "Referrer-Policy": "same-origin",  # of this very console alone, and never further
}
FAULT, PROBLEM = "fault", "problem"  # under which a page is told why something was refused
PLAIN_PATHS = ("/assets/", "/healthz")  # asked by browsers and machines, for nobody in particular


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What pages are made with.

    Args:
        names: what towns call their things.
        time: whose instant 'now' is on a page.
        follows: passes for single cases.
    """

    calls: ApiCalls
    sessions: SessionBook
    names: NameShelf
    words: PageWords
    time: TimeSource
    follows: FollowShelf

    def hold(self, app: Flask) -> None:
        """Have the application find out who reads, and give every page its headers and common words."""
        app.before_request(self._begin)
        app.after_request(_careful)
        app.context_processor(lambda: self._common()._asdict())
        app.jinja_env.filters.update(in_language=_in_language, town_name=_town_name)

    def _begin(self) -> None:
        if not request.path.startswith(PLAIN_PATHS):
            anyone = ApiClient(self.calls, spoken(), request.remote_addr or "", header("X-Forwarded-For"))
            g.reader = self.sessions.reader(anyone, kept.secret(), kept.role())

    def _common(self) -> "CommonToPages":
        language = spoken()
        found: Reader | None = getattr(g, "reader", None)
        names: TownNames | None = getattr(g, "names", None)
        return CommonToPages(
            _Wording(self.words, language),
            language,
            found,
            navigation(found) if found else (),
            asset_path,
            generate_csrf,
            of_town(),
            request.full_path.rstrip("?"),
            g.trace.id,
            mark_of_reader(found),
            format_instant(self.time.now()),
            names.book.zone if names else "",
        )

    def page(self, template: str, status: int = 200, **shown: object) -> Response:
        """Return a page; why something was refused is noted for whoever sent a form without looking at pages."""
        fault = shown.get(FAULT)
        g.problem = shown.get(PROBLEM) or getattr(fault, "problem", None)
        return Response(render_template(template, **shown), status, mimetype="text/html")

    def names_in(self, client: ApiClient, town: str, edition: str = "") -> TownNames:
        """Return a town's names; without any where the town has none to give.

        Args:
            edition: to which the page's case is bound: it may name what the one in force has no more.
        """
        names = self.names.of(client, town, edition)
        g.names = names
        return names

    def times_in(self, names: TownNames) -> TimeWords:
        """Return how instants of a town are written."""
        return TimeWords(self.words, spoken(), names.book.zone, self.time.now())

    def say(self, key: str, **terms: object) -> str:
        """Return words of the catalogue in the reader's language."""
        return self.words.say(spoken(), key, **terms)

    def now(self) -> datetime:
        """Return the instant."""
        return self.time.now()


@dataclass(frozen=True, slots=True)
class _Wording:
    """Says words of the catalogue in a template: `w('nav.desk')`; a term is escaped like anything else."""

    words: PageWords
    language: Language

    def __call__(self, key: str, **terms: object) -> Markup:
        return (
            escape(self.words.say(self.language, key, **terms))
            if terms
            else _fixed(self.words, self.language, key)
        )

    def or_key(self, prefix: str, key: str) -> Markup:
        """Say a word of a list of words, or the key itself where it has none."""
        whole = f"{prefix}.{key}"
        return self(whole) if self.words.knows(whole) else escape(key)


@cache
def _fixed(words: PageWords, language: Language, key: str) -> Markup:
    """Words that say the same each time; a page has some hundred of them."""
    return escape(words.say(language, key))


class CommonToPages(NamedTuple):
    """What every template knows.

    Args:
        w: says words; nav: the places of the navigation; asset: where style and script are; csrf: seals a form.
        here: the page's own address; trace: by which its request is found in the logs.
        reader_mark: tells one reader's forms from another's; made: when the page was.
        zone: in which its town's clocks go; empty: it is of no town.
    """

    w: "_Wording"
    language: Language
    reader: Reader | None
    nav: "tuple[NavPlace, ...]"
    asset: Callable[[str], str]
    csrf: Callable[[], str]
    town: str | None
    here: str
    trace: str
    reader_mark: str
    made: str
    zone: str


@dataclass(frozen=True, slots=True)
class NavPlace:
    """One place of the navigation.

    Args:
        key: of its word; path: where it leads; starts: paths that belong to it begin so.
    """

    key: str
    path: str
    starts: tuple[str, ...]


def navigation(who: Reader) -> tuple[NavPlace, ...]:
    """Return the places that are worth a link to this reader, always in the same order."""
    town = of_town() or own_town(who)
    base = f"/towns/{town}"
    in_town = (
        ("day", f"{base}/day", who.may(Role.GRID_WORKER)),
        ("desk", f"{base}/desk", who.may(*DESK_ROLES)),
        ("supervision", f"{base}/supervision", who.may(*WATCH_ROLES)),
        ("duties", f"{base}/duties", who.may(Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)),
        ("report", f"{base}/report", True),
        ("ledger", f"{base}/ledger", who.may(*LEDGER_ROLES)),
        ("assessment", f"{base}/assessment", who.may(*DESK_ROLES)),
        ("follow", f"{base}/follow", not who.may(*DESK_ROLES, Role.ENGINEER)),
        ("messages", "/messages", who.role is not None),
        ("public", f"{base}/public", True),
        ("people", f"{base}/people", who.may(*WATCH_ROLES)),
        ("grids", f"{base}/grids", who.may(*DESK_ROLES, Role.ENGINEER)),
    )
    in_house = (("platform", "/platform", runs_house(who)),)
    wanted = (*(in_town if town is not None else ()), *in_house)
    rooms = {key: tuple(f"{base}/{each}" for each in within) for key, within in ROOMS.items()}
    return tuple(NavPlace(key, path, rooms.get(key, (path,))) for key, path, is_shown in wanted if is_shown)


# Paths below a town that belong to a place of the navigation.
ROOMS = {
    "assessment": ("assessment", "documents", "sent"),
    "grids": ("grids", "rota", "hand-overs"),
    "people": ("people", "absences", "accounts", "tokens", "editions"),
    "supervision": ("supervision", "map"),
    "desk": ("desk", "bulk", "calendar"),
    # A grid worker comes to them by the own day, everybody else by their own place.
    "day": ("day", "duties", "occurrences", "records", "forms", "orders", "surveys", "samples"),
    "duties": ("duties", "occurrences", "records", "forms", "orders", "surveys", "samples"),
}
DESK_ROLES = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.SUPERVISOR, Role.OPERATOR)
LEDGER_ROLES = (Role.GRID_WORKER, Role.UNIT_STAFF, Role.OPERATOR)
WATCH_ROLES = (Role.SUPERVISOR, Role.OPERATOR, Role.ENGINEER)


def runs_house(who: Reader) -> bool:
    """Tell whether the reader's role is of the whole platform, whose pages are worth a link then."""
    return who.role is not None and EVERYWHERE in who.role.towns


def own_town(who: Reader) -> str | None:
    """Return the town that pages are about where their address names none."""
    if who.role is None:
        return None
    return next((town for town in who.role.towns if town != "*"), None)


def reader() -> Reader:
    """Return who reads; only within a request for a page."""
    return cast(Reader, g.reader)


def mark_of_reader(who: Reader | None = None) -> str:
    """Return what tells this reader, in the role in use, from another on the same device; '' for a resident."""
    who = who or getattr(g, "reader", None)
    if who is None or who.session is None:
        return ""
    said = f"{who.session.person.reference} {who.role.id if who.role else ''}"
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def spoken() -> Language:
    """Return the language of the pages: as chosen, else as the browser asks for, Chinese before all others."""
    chosen = kept.language()
    best = request.accept_languages.best_match(("zh", "en"), "zh")
    return chosen or ("en" if best == "en" else "zh")


def go(path: str) -> ResponseReturnValue:
    """Send the browser on after something was done, so that reloading does not do it again."""
    return redirect(path, 303)


def within(path: str, otherwise: str = "/") -> str:
    """Return a path of this console that a form gave, or the other one where it leads anywhere else."""
    is_ours = (
        path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path and "\r" not in path
    )
    return path if is_ours else otherwise


def need_sign_in() -> None:
    """Stop here unless somebody is signed in.

    Raises:
        SignInNeeded: nobody is.
    """
    if reader().session is None:
        raise SignInNeeded


def _in_language(text: Mapping[str, str] | str, language: Language) -> str:
    """A text in both languages, or in one that every reader gets."""
    return text if isinstance(text, str) else Text(**text).in_language(language)


def _town_name(town: str, held: RoleSheet, language: Language) -> str:
    """What a role's town is called."""
    return _in_language(held.town_names.get(town, town), language)


def _careful(response: Response) -> Response:
    if response.mimetype == "text/html":
        response.headers.update({**CAREFUL, **getattr(g, "own_headers", {})})
    return response
