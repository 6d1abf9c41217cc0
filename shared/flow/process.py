"""Running one service as a process of its own, on RabbitMQ and PostgreSQL."""

import gc
import threading

import structlog

from shared.bus.rabbit.connecting import addresses_of, kombu_connection
from shared.bus.rabbit.consumer import BROKER_TROUBLE, RabbitSource
from shared.bus.rabbit.publisher import RabbitPublisher
from shared.bus.rabbit.topology import Shape, ensure
from shared.contracts.routes import LISTENS
from shared.contracts.signatures import signer_of
from shared.flow.deployment import Deployment
from shared.flow.ending import asked_to_end, wait_until
from shared.flow.host import Host
from shared.flow.service import Service
from shared.flow.signatures import Signatures
from shared.flow.watch import watch_flow
from shared.flow.webserver import WebServer
from shared.kernel.addresses import Server, address_of
from shared.obs.failures import told
from shared.obs.metrics import Metrics

log = structlog.get_logger()
ASK_AGAIN_SECONDS = 1.0


def run(service: Service, deployment: Deployment, metrics: Metrics) -> None:
    """Run the service until the process is asked to end (SIGTERM or SIGINT).

    It answers HTTP before the broker is there: a report is durable in the store and goes out later. At the end nobody
    is let in any more before the threads stop that do what was asked for.

    Args:
        service: built by its bootstrap, on a store whose tables are up to date.
        deployment: what the environment says.
        metrics: the figures that the service was built with.

    Raises:
        OSError: the port is in use.
        ValueError: not called in the main thread.
    """
    # First of all: without it a signal would end the process wherever it is in starting.
    stop = asked_to_end()
    watch_flow([service], metrics)
    server = WebServer(service.app, deployment.host, deployment.port)
    server.start()
    broker_url = address_of(deployment.broker_url, service.name, Server.BROKER)
    _await_broker(broker_url, deployment.shape, stop)
    host = _host(service, broker_url, deployment, metrics)
    # After everything that stays has been made, before anything that comes and goes is.
    calm_collector()
    host.start()
    log.info("running", port=deployment.port, worker=deployment.worker)
    wait_until(stop)
    server.stop()
    host.stop()
    # Last of all: until they end, threads still commit what they have in hand.
    service.store.close()


def calm_collector() -> None:
    """Have the garbage collector leave alone what was built at the start, and look less often at what a batch makes.

    A batch of a few hundred messages makes tens of thousands of short-lived objects, nearly all freed by reference
    counts; by default the collector would walk through the whole process several times within each.
    """
    gc.collect()  # what is garbage by now would be frozen too
    gc.freeze()
    # A batch makes some tens of thousands: one look for each. Default: 700, and 10 of these to look at older ones.
    gc.set_threshold(50_000, 20, 20)


def _host(service: Service, broker_url: str, deployment: Deployment, metrics: Metrics) -> Host:
    source = (
        RabbitSource(
            broker_url,
            service.name,
            deployment.shape,
            worker=deployment.worker,
            workers=deployment.workers,
        )
        if service.listens
        else None
    )
    publisher = RabbitPublisher(broker_url, service.name)
    is_alone, signatures = deployment.workers == 1, _signatures(service.name, deployment)
    return Host(service, source, publisher, metrics, is_alone=is_alone, signatures=signatures)


def _signatures(service: str, deployment: Deployment) -> Signatures:
    signers = {name: signer_of(deployment.secret, name) for name in LISTENS}
    return Signatures(signers[service], signers, deployment.unsigned_until)


def _await_broker(url: str, shape: Shape, stop: threading.Event) -> None:
    """Wait until the broker answers and has the topology; the service's own promises hold without it.

    The whole house's, not the service's own part: whoever comes first, no message finds a queue missing.
    """
    addresses = addresses_of(url)
    while not stop.is_set():
        try:
            with kombu_connection(next(addresses), connect_timeout=5) as connection:
                ensure(connection, LISTENS, shape)
        except BROKER_TROUBLE as away:
            log.warning("broker-away", cause=told(away))
            stop.wait(ASK_AGAIN_SECONDS)
        else:
            return
