"""Addresses of brokers: in clear, or over TLS with the broker's certificate held against the deployment's authority.

    amqps://user:password@host:5671/%2F?cacertfile=/etc/ssl/ca.pem
    amqp://user:password@one:5672,two:5672,three:5672/%2F

Decides that TLS without a look at the certificate is not on offer: it would keep nobody out who stands in between.
"""

import ssl
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import parse_qs, quote, urlsplit, urlunsplit

import pika
from kombu import Connection

_CA = "cacertfile"


def with_ca(url: str, ca: str) -> str:
    """Return broker addresses, separated by ';', as ones that are reached over TLS.

    Args:
        ca: file of the authority's certificate.
    """
    return ";".join(_secured(address, ca) for address in url.split(";"))


def addresses_of(url: str) -> Iterator[str]:
    """Yield addresses in turn, for ever: whoever lost one broker asks the next."""
    return cycle(each_address(url))


def each_address(url: str) -> list[str]:
    """Return the address of each broker, in the order given.

    Args:
        url: addresses separated by ';', in each of which several brokers may stand that differ in nothing else:
            'amqp://user:password@one:5672,two:5672/%2F'.
    """
    return [single for address in url.split(";") for single in _singles(address)]


def _singles(address: str) -> Iterator[str]:
    parts = urlsplit(address)
    login, at, brokers = parts.netloc.rpartition("@")
    for broker in brokers.split(","):
        yield urlunsplit(parts._replace(netloc=f"{login}{at}{broker}"))


def kombu_connection(address: str, **more: object) -> Connection:
    """Return a connection, to be opened, to one broker.

    Args:
        address: one alone: a certificate is held against the name of its own broker.
        more: as kombu takes it.
    """
    bare, ca = _parted(address)
    if ca is None:
        return Connection(bare, **more)
    # The name as the address has it, and not as kombu would fill it in: it reads 'localhost' as '127.0.0.1'. Without
    # any, the certificate's names would not be looked at.
    secured = {"ca_certs": ca, "cert_reqs": ssl.CERT_REQUIRED, "server_hostname": urlsplit(bare).hostname}
    return Connection(bare, ssl=secured, **more)


def pika_parameters(address: str) -> pika.URLParameters:
    """Return one broker's address as pika takes it."""
    bare, ca = _parted(address)
    parameters = pika.URLParameters(bare)
    if ca is not None:
        context = ssl.create_default_context(cafile=ca)
        parameters.ssl_options = pika.SSLOptions(context, parameters.host)
    return parameters


def _secured(address: str, ca: str) -> str:
    parts = urlsplit(address)
    query = "&".join(filter(None, (parts.query, f"{_CA}={quote(ca, safe='/')}")))
    return urlunsplit(parts._replace(scheme="amqps", query=query))


def _parted(address: str) -> tuple[str, str | None]:
    """The address as libraries take it, and the authority's file."""
    parts = urlsplit(address)
    given = parse_qs(parts.query)
    kept = "&".join(part for part in parts.query.split("&") if not part.startswith(f"{_CA}="))
    return urlunsplit(parts._replace(query=kept)), given.get(_CA, [None])[0]
