"""`renown serve` and `renown worker`: the processes that run."""

from __future__ import annotations

import os
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType

import click
import waitress

from renown.app import Renown, create_app
from renown.cli.common import open_renown, safe_option
from renown.hooks import importing
from renown.jobs import memory
from renown.jobs.worker import Worker

#: Whatever a source is set to take, no request is read past this.
BODY_CAP = 256 << 20


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: any that is free.")
@click.option("--threads", default=64, show_default=True, type=click.IntRange(1, 512))
@safe_option
@click.option("--worker/--no-worker", default=True, show_default=True, help="Do the jobs in this process too.")
def serve(host: str, port: int, threads: int, worker: bool) -> None:
    """Serve the pages and the API, and do the jobs, in one process."""
    with open_renown(create=True) as renown:
        serving(renown, host, port, threads, worker=worker)


def serving(
    renown: Renown,
    host: str,
    port: int,
    threads: int = 64,
    *,
    worker: bool = True,
    greet: Callable[[str], None] = lambda address: None,
) -> None:
    """Serve until told to stop. The lines printed first say where; `greet` is told the address too."""
    app = create_app(renown)
    token = renown.begin()
    listener = socket.create_server(
        (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=1024
    )
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=threads,
        max_request_body_size=BODY_CAP,
        ident=None,
        channel_timeout=60,
        # ProxyFix believes as many proxies as are set to be trusted; what waitress strips it would never see.
        clear_untrusted_proxy_headers=not renown.settings.trusted_proxies,
    )
    doing = Worker(renown.db, renown.drains if worker else [], serving=True, on=lambda: renown.plugins.enabled)
    doing.start()
    shown = f"[{host}]" if ":" in host else host
    address = renown.settings.url or f"http://{shown}:{listener.getsockname()[1]}"
    _say_what_is_left_out(renown)
    click.echo(f"Renown answers at {address}")
    greet(address)
    if token:
        click.echo(f"First run: open {address}/setup and enter the token {token}")
    _on_stop(_interrupt)
    most = renown.settings.worker_memory
    watch = memory.Watch(most, lambda: os.kill(os.getpid(), signal.SIGTERM))
    watch.start()
    try:
        server.run()
    finally:
        watch.stop()
        server.close()
        doing.stop(outgrown=watch.over)
    _make_way(most, watch.over)


@click.command()
@safe_option
def worker() -> None:
    """Do the jobs; run as many as you like, on PostgreSQL."""
    stopped = threading.Event()
    with open_renown() as renown:
        _on_stop(stopped.set)
        doing = Worker(renown.db, renown.drains, on=lambda: renown.plugins.enabled)
        doing.start()
        _say_what_is_left_out(renown)
        click.echo(f"Working: {len(renown.drains)} jobs. Stop with Ctrl-C or SIGTERM.")
        most = renown.settings.worker_memory
        watch = memory.Watch(most, stopped.set)
        watch.start()
        stopped.wait()
        watch.stop()
        doing.stop(outgrown=watch.over)
    _make_way(most, watch.over)


def _say_what_is_left_out(renown: Renown) -> None:
    if renown.settings.safe:
        click.echo("Safe mode: no plugin is loaded. Events that come in are held in quarantine.")
        if stuck := importing.advice(importing.unfinished(renown.settings.data)):
            click.echo(stuck)
    if unknown := renown.plugins.unknown(renown.settings.blocked_plugins):
        click.echo(unknown)


def _make_way(most: int | None, over: bool) -> None:
    """For a fresh process, which its supervisor starts."""
    if over and most is not None:
        click.echo(f"Ending: this process has more memory than {most >> 20} MiB. What it did is kept.")
        raise SystemExit(memory.STATUS)


def _interrupt() -> None:
    raise SystemExit(0)


def _on_stop(stop: Callable[[], None]) -> None:
    def handle(_signal: int, _frame: FrameType | None) -> None:
        stop()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
