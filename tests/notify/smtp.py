"""A mail server for tests: keeps what it was sent, and refuses whom it is told to."""

from __future__ import annotations

import socket
import threading


class MailServer:
    def __init__(self, *, refuse: bytes = b"", password: bytes = b"") -> None:
        self.mails: list[str] = []
        self._refuse = refuse
        self._password = password
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb") as stream:
                self._talk(stream)

    def _talk(self, stream: socket.SocketIO) -> None:  # type: ignore[override]
        def say(text: bytes) -> None:
            stream.write(text + b"\r\n")
            stream.flush()

        say(b"220 test")
        for line in iter(stream.readline, b""):
            verb = line.split()[0].upper() if line.split() else b""
            if verb == b"EHLO":
                say(b"250-test\r\n250 AUTH PLAIN" if self._password else b"250 test")
            elif verb == b"AUTH":
                say(b"235 welcome" if self._password in line else b"535 wrong password")
            elif verb == b"RCPT" and self._refuse:
                say(self._refuse)
            elif verb == b"DATA":
                say(b"354 go on")
                lines = list(iter(stream.readline, b".\r\n"))
                self.mails.append(b"".join(lines).decode())
                say(b"250 taken")
            elif verb == b"QUIT":
                say(b"221 bye")
                return
            else:
                say(b"250 fine")
