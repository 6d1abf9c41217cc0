"""Where webhooks may go: hosts that the pack allows, at public addresses alone."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notify.domain.network import NotAllowed, Target, judge_address, judge_url

ALLOWED = frozenset({"hooks.example.cn", "other.example.cn:8443"})

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "192.0.0.192",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "fec0::1",
]
PUBLIC = ["1.1.1.1", "114.114.114.114", "223.5.5.5", "2400:3200::1", "2606:4700:4700::1111"]


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_loopback_or_metadata_address_is_reached(address: str) -> None:
    """An address within the house, the machine, the provider's metadata or a disguise of one is refused."""
    with pytest.raises(NotAllowed, match="private-address"):
        judge_address(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_reached(address: str) -> None:
    """An address of the public internet is accepted."""
    judge_address(address)


@given(st.ip_addresses())
def test_whatever_is_not_global_is_refused(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    """Against the library's own tables: no address that they call private, loopback, link-local or reserved
    passes.
    """
    try:
        judge_address(str(address))
    except NotAllowed:
        return
    assert address.is_global
    assert not (address.is_private)
    assert not (address.is_loopback)
    assert not (address.is_link_local)
    assert not (address.is_multicast)


@given(st.ip_addresses(v=4))
def test_an_address_within_an_address_is_judged_as_itself(address: ipaddress.IPv4Address) -> None:
    """An IPv4 address mapped into IPv6 passes exactly when it passes by itself."""

    def passes(text: str) -> bool:
        try:
            judge_address(text)
        except NotAllowed:
            return False
        return True

    assert passes(str(address)) == passes(f"::ffff:{address}")


def test_loopback_is_reached_only_where_the_deployment_declared_it() -> None:
    """A declared loopback host may be at loopback, and at no other private address."""
    judge_address("127.0.0.1", loopback=True)
    for address in ("10.0.0.1", "169.254.169.254"):
        with pytest.raises(NotAllowed):
            judge_address(address, loopback=True)


def test_an_allowed_url_is_taken_apart() -> None:
    """Host, port, path and query are those of the URL."""
    found = judge_url("https://HOOKS.example.cn/a/b?c=1#d", ALLOWED)
    assert found == Target("hooks.example.cn", 443, "/a/b?c=1", encrypted=True)
    assert judge_url("https://other.example.cn:8443", ALLOWED).path == "/"


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("https://evil.example.cn/", "host-not-allowed"),
        ("https://hooks.example.cn.evil.cn/", "host-not-allowed"),
        ("https://hooks.example.cn:8443/", "host-not-allowed"),
        ("https://other.example.cn/", "host-not-allowed"),
        ("https://hooks.example.cn@evil.cn/", "bad-url"),
        ("https://u:p@hooks.example.cn/", "bad-url"),
        ("http://hooks.example.cn:443/", "not-encrypted"),
        ("http://hooks.example.cn/", "host-not-allowed"),
        ("ftp://hooks.example.cn/", "bad-url"),
        ("file:///etc/passwd", "bad-url"),
        ("//hooks.example.cn/", "bad-url"),
        ("https:///a", "bad-url"),
        ("https://hooks.example.cn:99999/", "bad-url"),
        ("https://[::1/", "bad-url"),
        ("https://hooks.example.cn\\@evil.cn/", "bad-url"),
        ("https://hooks.example.cn/a b", "bad-url"),
        ("https://hooks.example.cn/\r\nX: y", "bad-url"),
        ("https://hooks.example.cn/" + "a" * 3000, "bad-url"),
        ("https://ｈooks.example.cn/", "bad-url"),
        ("", "bad-url"),
    ],
)
def test_other_urls_are_refused(url: str, cause: str) -> None:
    """Another host, port or scheme, credentials, control characters and disguises are refused with a code."""
    with pytest.raises(NotAllowed, match=cause):
        judge_url(url, ALLOWED)


@given(st.text(max_size=80))
def test_no_text_makes_judging_fail_otherwise(url: str) -> None:
    """Whatever the text, it is permitted or refused with a code, and the host of what is permitted was
    allowed.
    """
    for candidate in (url, f"https://{url}", f"https://hooks.example.cn{url}"):
        try:
            target = judge_url(candidate, ALLOWED)
        except NotAllowed:
            continue
        assert (target.host, target.port) in {("hooks.example.cn", 443), ("other.example.cn", 8443)}
