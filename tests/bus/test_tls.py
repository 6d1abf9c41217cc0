"""One setting has store and broker reached over TLS, with certificates and names looked at; tried on real servers."""

import datetime
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from kombu.exceptions import OperationalError

from gridcase.cli.stores import secured
from scripts.servers import postgres, rabbit
from scripts.servers.places import Owner
from shared.bus.rabbit.connecting import kombu_connection
from shared.bus.rabbit.consumer import RabbitSource
from shared.bus.rabbit.publisher import RabbitPublisher
from shared.bus.rabbit.topology import Shape, declare
from shared.db.engines import open_engine
from shared.flow.deployment import Deployment, read_deployment
from shared.flow.outbox import Outgoing
from tests.servers import Servers

pytestmark = pytest.mark.servers
_LISTENS = {"intake": ("routing",), "routing": ("intake",)}
_SHAPE = Shape(shards=2)


@dataclass
class Authority:
    """Somebody who signs certificates."""

    folder: Path
    name: str

    def __post_init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.name)])
        self.file = self.folder / f"{self.name}.pem"
        own = self._certificate(self.subject, self.key.public_key())
        own = own.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.file.write_bytes(_pem(own.sign(self.key, hashes.SHA256())))

    def server(self, address: str) -> tuple[bytes, bytes]:
        """A certificate for one address alone, and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        signed = self._certificate(name, key.public_key()).add_extension(names, critical=False)
        form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        return _pem(signed.sign(self.key, hashes.SHA256())), key.private_bytes(*form)

    def _certificate(self, subject: x509.Name, key: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        return (
            x509.CertificateBuilder(self.subject, subject, key, x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=1))
        )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass(frozen=True)
class Secured:
    """Servers that speak TLS alone."""

    ca: str
    other_ca: str
    store_url: str
    broker_url: str

    def deployment(self, ca: str | None, host: str = "127.0.0.1") -> Deployment:
        """What a process reads that is told of an authority, or of none."""
        return read_deployment(
            {
                "GRIDCASE_STORE_URL": self.store_url.replace("127.0.0.1", host),
                "GRIDCASE_BROKER_URL": self.broker_url.replace("127.0.0.1", host),
                "GRIDCASE_SECRET": "for this test alone",
                **({"GRIDCASE_TLS_CA": ca} if ca else {}),
            }
        )


@pytest.fixture(scope="module")
def servers_with_tls(own_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Secured:
    """RabbitMQ and PostgreSQL, restarted to take no connection in clear."""
    folder = tmp_path_factory.mktemp("authorities")
    authority, other = Authority(folder, "town"), Authority(folder, "stranger")
    certificate, key = authority.server("127.0.0.1")
    broker = Path(own_servers.reach["RABBITMQ_DATA"]).parent
    store = broker.parent / "pg" / "data"
    for place, user in ((broker, rabbit.USER), (store, postgres.USER)):
        for name, content in (
            ("ca.pem", authority.file.read_bytes()),
            ("cert.pem", certificate),
            ("key.pem", key),
        ):
            (place / name).write_bytes(content)
            Owner.named(user).give(place / name, 0o600)
    _secure_broker(broker)
    _secure_store(store)
    own_servers.restart("rabbit", "pg")
    store_url = own_servers.pg_dsn.replace("postgresql:", "postgresql+psycopg:")
    return Secured(str(authority.file), str(other.file), store_url, own_servers.amqp_url)


def _secure_broker(folder: Path) -> None:
    settings = folder / "rabbitmq.conf"
    port = next(
        line.rpartition(":")[2] for line in settings.read_text().splitlines() if "listeners.tcp" in line
    )
    kept = [line for line in settings.read_text().splitlines() if "listeners.tcp" not in line]
    kept += ["listeners.tcp = none", f"listeners.ssl.default = 127.0.0.1:{port}"]
    kept += [f"ssl_options.{name} = {folder}/{file}" for name, file in
             (("cacertfile", "ca.pem"), ("certfile", "cert.pem"), ("keyfile", "key.pem"))]  # fmt: skip
    settings.write_text("\n".join(kept) + "\n")


def _secure_store(data: Path) -> None:
    with (data / "postgresql.conf").open("a") as settings:
        settings.write("ssl = on\nssl_cert_file = 'cert.pem'\nssl_key_file = 'key.pem'\n")
    rules = data / "pg_hba.conf"
    rules.write_text(rules.read_text().replace("\nhost ", "\nhostssl "))


def can_store(url: str) -> bool:
    """Tell whether a query is answered, and over TLS."""
    engine = open_engine(url, "intake", pool_size=0)
    try:
        with engine.connect() as conn:
            return bool(conn.scalar(sa.text("select ssl from pg_stat_ssl where pid = pg_backend_pid()")))
    except sa.exc.OperationalError:
        return False
    finally:
        engine.dispose()


def can_declare(url: str) -> bool:
    """Tell whether the broker lets a process in."""
    try:
        with kombu_connection(url, connect_timeout=5) as connection:
            declare(connection, _LISTENS, _SHAPE)
    except (OSError, OperationalError):
        return False
    return True


def can_publish(url: str, seconds: float) -> bool:
    """Tell whether a publisher gets a channel within a time."""
    publisher = RabbitPublisher(url, "intake")
    try:
        return publisher.wait_open(seconds)
    finally:
        publisher.close()


def test_messages_go_both_ways_over_tls(servers_with_tls: Secured) -> None:
    """Publisher, consumer and store work as they do in clear, by the one setting."""
    deployment = servers_with_tls.deployment(servers_with_tls.ca)
    assert can_store(deployment.store_url)
    assert can_declare(deployment.broker_url)
    publisher = RabbitPublisher(deployment.broker_url, "intake")
    assert publisher.wait_open(30)
    publisher.send([Outgoing(1, "m-1", "a stream", b'{"is": "a frame"}')])
    stop = Event()
    batches = RabbitSource(deployment.broker_url, "routing", _SHAPE).batches(1, stop)
    batch = next(batches)
    assert list(batch.frames) == [b'{"is": "a frame"}']
    batch.committed()
    stop.set()
    publisher.close()


@pytest.mark.parametrize("case", ["in clear", "another authority", "another name"])
def test_whoever_is_not_who_it_should_be_is_refused(servers_with_tls: Secured, case: str) -> None:
    """Without TLS the servers refuse; with it we refuse what another authority signed, or for another name."""
    deployment = {
        "in clear": lambda: servers_with_tls.deployment(None),
        "another authority": lambda: servers_with_tls.deployment(servers_with_tls.other_ca),
        "another name": lambda: servers_with_tls.deployment(servers_with_tls.ca, "localhost"),
    }[case]()
    # libpq tries TLS by itself, without looking at any name, unless it is told not to.
    in_clear = "?sslmode=disable" if case == "in clear" else ""
    assert not can_store(deployment.store_url + in_clear)
    assert not can_declare(deployment.broker_url)
    assert not can_publish(deployment.broker_url, 3)


def test_commands_follow_the_setting(servers_with_tls: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line reaches the stores as the services do; a file has no connection to secure."""
    monkeypatch.setenv("GRIDCASE_TLS_CA", servers_with_tls.ca)
    assert can_store(secured(servers_with_tls.store_url))
    assert secured("sqlite:///var/{service}.db") == "sqlite:///var/{service}.db"
    monkeypatch.delenv("GRIDCASE_TLS_CA")
    assert secured(servers_with_tls.store_url) == servers_with_tls.store_url


def test_several_brokers_are_each_looked_at_by_their_own_name() -> None:
    """Every address of a list becomes one over TLS, with its port and its virtual host."""
    deployment = read_deployment(
        {
            "GRIDCASE_STORE_URL": "sqlite://",
            "GRIDCASE_BROKER_URL": "amqp://u:p@one:5671/%2F;amqp://u:p@two:5671/%2F?heartbeat=5",
            "GRIDCASE_SECRET": "for this test alone",
            "GRIDCASE_TLS_CA": "/etc/ssl/ca.pem",
        }
    )
    first, second = map(urlsplit, deployment.broker_url.split(";"))
    assert (first.scheme, first.netloc, first.path) == ("amqps", "u:p@one:5671", "/%2F")
    assert second.query == "heartbeat=5&cacertfile=/etc/ssl/ca.pem"
