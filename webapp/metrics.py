"""Figures for Prometheus: requests of this process, and what the database knows.

No label says who or which case; names of pages and states are all there is. Each process has
figures of its own: let each be asked, or add them up in Prometheus.
"""

import hmac
import time
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from werkzeug.exceptions import NotFound

from engine.errors import DatabaseUnavailable
from engine.health import count_jobs, count_mails, disk_of, size_of
from engine.journal.sealing import last_checkpoint
from engine.store.database import reading
from webapp.authentication import ANONYMOUS, SETTINGS
from webapp.database import EXTENSION as DATABASE
from webapp.settings import Settings

EXTENSION = "thidua.metrics"

HERE = frozenset({"127.0.0.1", "::1"})
"""Who may ask without a token, where none is set."""

BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
"""Seconds."""

blueprint = Blueprint("metrics", __name__)


class Metrics:
    """The figures of one process."""

    def __init__(self, app: Flask) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "thidua_requests",
            "Answered requests.",
            ("endpoint", "method", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "thidua_request_seconds",
            "Time to answer.",
            ("endpoint",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self.registry.register(_Stored(app))


class _Stored(Collector):
    """What the database and the disks say at the moment of the question."""

    def __init__(self, app: Flask) -> None:
        self._database = app.extensions[DATABASE]
        self._settings: Settings = app.extensions[SETTINGS]

    def describe(self) -> list[Any]:
        """Ask the database for nothing when the figures are registered."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the figures; none of the database while it is away."""
        disks = GaugeMetricFamily(
            "thidua_disk_free_bytes", "Room on the disk of a folder.", labels=("folder",)
        )
        for number, folder in enumerate(self._settings.folders):
            disks.add_metric((("var", "journal")[number],), disk_of(folder).free)
        yield disks
        try:
            with reading(self._database) as session:
                jobs, mails = count_jobs(session), count_mails(session)
                checkpoint, size = last_checkpoint(session), size_of(session)
                sealed = 0 if checkpoint is None else checkpoint.size
        except DatabaseUnavailable:
            return
        yield _by_state("thidua_jobs", "Background jobs.", jobs)
        yield _by_state("thidua_mails", "Mails.", mails)
        yield GaugeMetricFamily("thidua_database_bytes", "Size of the database.", size)
        yield GaugeMetricFamily(
            "thidua_journal_sealed_entries",
            "Entries of the journal that are sealed.",
            sealed,
        )


def _by_state(name: str, words: str, counts: dict[Any, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=("state",))
    for state, count in counts.items():
        family.add_metric((state.value,), count)
    return family


def set_up(app: Flask) -> None:
    """Count what is answered from now on."""
    app.extensions[EXTENSION] = Metrics(app)
    app.before_request(_begin)
    app.after_request(_count)
    app.register_blueprint(blueprint)


def _begin() -> None:
    g.begun = time.perf_counter()


def _count(response: Response) -> Response:
    """Count a request by the name of its page; secret ballots not at all."""
    endpoint = request.endpoint or "none"
    if endpoint in ANONYMOUS:
        return response
    metrics: Metrics = current_app.extensions[EXTENSION]
    metrics.requests.labels(endpoint, request.method, response.status_code).inc()
    begun = g.get("begun")
    if begun is not None:
        metrics.seconds.labels(endpoint).observe(time.perf_counter() - begun)
    return response


@blueprint.get("/metrics")
def show() -> Response:
    """Hand out the figures to who has the token, or is on this machine where none is set.

    :raises NotFound: to anybody else there is no such page.
    """
    settings: Settings = current_app.extensions[SETTINGS]
    token = settings.metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "")
    if token:
        is_allowed = hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    else:
        is_allowed = request.remote_addr in HERE and not settings.proxy_hops
    if not is_allowed:
        raise NotFound
    metrics: Metrics = current_app.extensions[EXTENSION]
    return Response(generate_latest(metrics.registry), content_type=CONTENT_TYPE_LATEST)
