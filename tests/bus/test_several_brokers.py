"""Several brokers are written in one address, and whoever loses one asks the next."""

import pytest

from shared.bus.rabbit.connecting import (
    addresses_of,
    each_address,
    kombu_connection,
    pika_parameters,
    with_ca,
)


@pytest.mark.parametrize(
    ("url", "each"),
    [
        ("amqp://u:p@one:5672/%2F", ["amqp://u:p@one:5672/%2F"]),
        ("amqp://u:p@one:1,two:2/v", ["amqp://u:p@one:1/v", "amqp://u:p@two:2/v"]),
        ("amqp://one,two/v", ["amqp://one/v", "amqp://two/v"]),
        ("amqp://u:p@one/v;amqp://u:p@two,three/v", [f"amqp://u:p@{at}/v" for at in ("one", "two", "three")]),
        (
            "amqp://u:a%2Cb@one,two/v?heartbeat=5",
            [f"amqp://u:a%2Cb@{at}/v?heartbeat=5" for at in ("one", "two")],
        ),
    ],
)
def test_each_broker_has_an_address_of_its_own(url: str, each: list[str]) -> None:
    """What is said of one is said of all: name, password, virtual host, settings."""
    assert each_address(url) == each


def test_they_are_asked_in_turn_for_ever() -> None:
    """After the last comes the first again."""
    addresses = addresses_of("amqp://u:p@one,two/v")
    assert [next(addresses) for _ in range(3)] == ["amqp://u:p@one/v", "amqp://u:p@two/v", "amqp://u:p@one/v"]


def test_over_tls_each_certificate_is_held_against_its_own_broker() -> None:
    """An authority given for the address is that of every broker in it."""
    for name, address in zip(
        ("one", "two"), each_address(with_ca("amqp://u:p@one:1,two:2/v", "/ca.pem")), strict=True
    ):
        secured = kombu_connection(address).ssl
        assert (secured["server_hostname"], secured["ca_certs"]) == (name, "/ca.pem")


def test_both_clients_take_such_an_address() -> None:
    """kombu, which consumes, and pika, which publishes."""
    for address in each_address("amqp://u:p@one:5672,two:5673/v"):
        parameters = pika_parameters(address)
        connection = kombu_connection(address)
        assert (parameters.host, parameters.port) == (connection.hostname, connection.port)
        assert connection.virtual_host == parameters.virtual_host == "v"
