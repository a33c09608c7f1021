"""A host between Renown and PostgreSQL that goes silent: it takes connections and bytes, and says nothing."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import URL, make_url


class Line:
    """Forwards between a port on loopback and the server at `url`, until told to be silent."""

    def __init__(self, url: str) -> None:
        self._server = make_url(url)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._speaks = threading.Event()
        self._speaks.set()
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []
        self._thread(self._accept)

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def url(self, **query: str) -> str:
        """The server's address by way of this line."""
        server = self._server
        through = URL.create(
            server.drivername, server.username, server.password, "127.0.0.1", self.port, server.database, query
        )
        return through.render_as_string(hide_password=False)

    def fall_silent(self) -> None:
        """From now on nobody hears anything, on no connection."""
        self._speaks.clear()

    def speak(self) -> None:
        self._speaks.set()

    def cut(self) -> None:
        """Break all connections, as their kernels do in time, which a line on this machine gives no reason to."""
        with self._lock:
            gone, self._open = self._open, []
        for one in gone:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self) -> None:
        self._listening.close()
        self.cut()
        self.speak()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            self._keep(client)
            if self._speaks.is_set():
                server = self._connected()
                self._keep(server)
                self._thread(self._forward, client, server)
                self._thread(self._forward, server, client)

    def _connected(self) -> socket.socket:
        host = self._server.host or str(self._server.query.get("host", "127.0.0.1"))
        port = self._server.port or 5432
        if not host.startswith("/"):
            return socket.create_connection((host, port))
        made = socket.socket(socket.AF_UNIX)
        made.connect(f"{host}/.s.PGSQL.{port}")
        return made

    def _forward(self, come: socket.socket, go: socket.socket) -> None:
        with suppress(OSError):
            while some := come.recv(1 << 16):
                self._speaks.wait()
                go.sendall(some)
        for one in (come, go):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _keep(self, one: socket.socket) -> None:
        with self._lock:
            self._open.append(one)

    def _thread(self, work: Callable[..., None], *arguments: socket.socket) -> None:
        threading.Thread(target=work, args=arguments, daemon=True).start()


@contextmanager
def line(url: str) -> Iterator[Line]:
    made = Line(url)
    try:
        yield made
    finally:
        made.close()
