"""Charging requests to those who make them, and answering 429 to those who ask for too much.

Decides who is charged for what: a token for each request and report, a town for its reports, and an address for those
requests alone that nobody has signed: behind one address sits a whole office.
"""

import ipaddress
from collections.abc import Sequence
from math import ceil

import structlog
from flask import request

from shared.kernel.problems import Problem
from shared.kernel.roles import Role
from shared.web.app_config import app_config
from shared.web.body_length import ASKED_BEFORE
from shared.web.callers import Caller
from shared.web.quotas import Measure, Network

RETRY_AFTER = "retry_after"  # seconds, in a problem's `where`
SHORTEST_PREFIX_V6 = 64  # who has one address of IPv6 has all of its network


def charge_stranger() -> None:
    """Charge a request that shows no valid token to its address.

    Raises:
        Problem: `too-many`.
    """
    _charge(Measure.ADDRESS, _bucket_of(client_address()))


def charge_request(who: Caller) -> None:
    """Charge a request to the token that signs it.

    Raises:
        Problem: `too-many`.
    """
    if request.environ.get(ASKED_BEFORE):  # charged then, before its body came in
        return
    is_citizen = who.role is Role.REPORTER
    _charge(Measure.CITIZEN_REQUESTS if is_citizen else Measure.REQUESTS, who.token)


def charge_reports(who: Caller, town: str, number: int) -> None:
    """Charge reports to their token and their town; a bulk of a hundred counts as a hundred.

    Raises:
        Problem: `too-many`; nothing is charged then.
    """
    if who.role is Role.ENGINEER:  # brings cases of the past in: the town has not become busier by it
        return charge_import(who, number)
    measure = Measure.CITIZEN if who.role is Role.REPORTER else Measure.OFFICE
    _charge(measure, who.token, number)
    try:
        _charge(Measure.TOWN, town, number)
    except Problem:
        # The town's bucket is empty by others' doing: it must not cost whoever tries again later.
        app_config().meter.give_back(measure, who.token, number)
        raise
    return None


def charge_import(who: Caller, lines: int) -> None:
    """Charge lines of an older system's file to the token that brings them in.

    Raises:
        Problem: `too-many`.
    """
    _charge(Measure.IMPORT, who.token, lines)


def charge_sign_in(account: str) -> None:
    """Charge a password that is tried to its address, and to the account that it is tried for.

    Args:
        account: what tells one account from another, of somebody or of nobody.

    Raises:
        Problem: `too-many`.
    """
    charge_visitor()
    _charge(Measure.SIGN_INS, account)


def charge_visitor() -> None:
    """Charge a step of signing in to its address alone: for whom it is nobody knows yet.

    Raises:
        Problem: `too-many`.
    """
    _charge(Measure.SIGN_INS_ADDRESS, _bucket_of(client_address()))


def forgive_sign_in(account: str) -> None:
    """Give a try back to the account: the password was the right one, and only wrong ones count."""
    app_config().meter.give_back(Measure.SIGN_INS, account, 1)


def charge_code(about: str) -> None:
    """Charge a code that is tried to its address, and to the case that it is tried for; see `charge_sign_in`.

    Args:
        about: what tells one case from another, of somebody's or of nobody's.

    Raises:
        Problem: `too-many`.
    """
    charge_sign_in(about)


def forgive_code(about: str) -> None:
    """Give a try back to the case: the code was the right one."""
    forgive_sign_in(about)


def charge_guest() -> None:
    """Charge a token for somebody without an account to the address that asks for it.

    Raises:
        Problem: `too-many`.
    """
    _charge(Measure.GUESTS, _bucket_of(client_address()))


def client_address() -> str:
    """Return the address that the request comes from: of the connection, or what trusted proxies say it is."""
    return address_behind(
        request.remote_addr or "", request.headers.getlist("X-Forwarded-For"), app_config().proxies
    )


def address_behind(peer: str, forwarded: Sequence[str], proxies: Sequence[Network]) -> str:
    """Return the address nearest to us that is no trusted proxy's.

    Args:
        peer: of the connection.
        forwarded: values of `X-Forwarded-For`: each proxy adds at the end for whom it asks, so that only what trusted
            ones have added can be believed; the rest is the caller's own invention.
        proxies: the trusted ones.
    """
    hops = [hop.strip() for value in forwarded for hop in value.split(",")]
    address = peer
    while hops and _is_within(address, proxies) and _is_address(hops[-1]):
        address = hops.pop()
    return address


def _is_within(address: str, networks: Sequence[Network]) -> bool:
    return _is_address(address) and any(ipaddress.ip_address(address) in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _bucket_of(address: str) -> str:
    if _is_address(address) and ipaddress.ip_address(address).version == 6:
        return str(ipaddress.ip_network(f"{address}/{SHORTEST_PREFIX_V6}", strict=False))
    return address


def _charge(measure: Measure, who: str, units: int = 1) -> None:
    config = app_config()
    over = config.meter.charge(measure, who, units)
    if over is None:
        return
    seconds = max(1, ceil(over.wait_seconds))
    config.metrics.over_quota.labels(config.service, measure.value).inc()
    if over.is_news:  # a line for each that is refused would be a flood of its own
        town = {"town": who} if measure is Measure.TOWN else {}
        structlog.get_logger("web").warning("over-quota", measure=measure.value, seconds=seconds, **town)
    raise config.catalogue.problem("too-many", {RETRY_AFTER: seconds}, seconds=seconds)
