"""Where a webhook may go: hosts that the pack's owner allowed, at addresses of the public internet only.

Decides on a URL and on every address that its name resolves to. Must not resolve or connect: whoever does
connects to the very address that was judged here, so that a second answer of the name server changes nothing.
"""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

LONGEST_URL = 2000
_HTTPS, _HTTP = 443, 80
# Beyond what the library's tables know (IANA's registries of special-purpose addresses): metadata servers at
# addresses that look public, blocks kept for protocols, and IPv6 ranges that carry an IPv4 address past a
# judgement.
_FORBIDDEN = tuple(
    ip_network(text)
    for text in (
        "168.63.129.16/32",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "::/8",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2002::/16",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


class NotAllowed(Exception):
    """A target that webhooks must not reach; `cause` is a code that names no address."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Target:
    """A permitted URL, taken apart.

    Args:
        host: as in the URL, in lower case.
        path: with query, beginning with '/'.
        loopback: the host is one that the deployment itself declared as its own, for tests.
    """

    host: str
    port: int
    path: str
    encrypted: bool
    loopback: bool = False


def judge_url(url: str, allowed: frozenset[str], loopback_hosts: frozenset[str] = frozenset()) -> Target:
    """Return the target that a URL names.

    Args:
        allowed: hosts, or host:port, of the pack; a host alone allows port 443, and the declared ones below.
        loopback_hosts: host:port pairs that may be reached on loopback and without TLS.

    Raises:
        NotAllowed: 'bad-url', 'host-not-allowed' or 'not-encrypted'.
    """
    target = _taken_apart(url)
    with_port = f"{target.host}:{target.port}"
    loopback = with_port in loopback_hosts
    names = {with_port, target.host} if target.port == _HTTPS or loopback else {with_port}
    if not names & {entry.lower() for entry in allowed}:
        raise NotAllowed("host-not-allowed")
    if not target.encrypted and not loopback:
        raise NotAllowed("not-encrypted")
    return replace(target, loopback=loopback)


def _taken_apart(url: str) -> Target:
    if (
        len(url) > LONGEST_URL
        or not url.isascii()
        or not url.isprintable()
        or any(mark in url for mark in " \\")
    ):
        raise NotAllowed("bad-url")
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError as wrong:
        raise NotAllowed("bad-url") from wrong
    has_name = parts.username is not None or parts.password is not None
    if not host or has_name or parts.scheme not in ("https", "http"):
        raise NotAllowed("bad-url")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    encrypted = parts.scheme == "https"
    return Target(host, port or (_HTTPS if encrypted else _HTTP), path, encrypted)


def judge_address(address: str, *, loopback: bool = False) -> None:
    """Accept an address of the public internet, or one of loopback where that was declared.

    Raises:
        NotAllowed: 'private-address' – private, loopback, link-local, metadata, multicast, reserved or
            translated.
    """
    at = _unwrapped(ip_address(address.partition("%")[0]))
    if loopback and at.is_loopback:
        return
    is_public = at.is_global and not at.is_multicast and not at.is_reserved and not at.is_link_local
    if not is_public or any(at in network for network in _FORBIDDEN if network.version == at.version):
        raise NotAllowed("private-address")


def _unwrapped(at: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address within an IPv6 one is judged as what it is."""
    if isinstance(at, IPv6Address) and at.ipv4_mapped is not None:
        return at.ipv4_mapped
    return at


__all__ = ["NotAllowed", "Target", "judge_address", "judge_url"]
