"""A slow line between browser and server that can be cut and mended, as a user's network is."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

_BLOCK = 64 * 1024


class Line:
    """Forwards TCP to a port; what goes to the server is held to `rate` bytes per second."""

    def __init__(self, port: int, rate: float):
        self._port, self._rate = port, rate
        self._whole = threading.Event()
        self._whole.set()
        self._ends: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Every connection breaks, and new ones break at once."""
        self._whole.clear()
        for end in list(self._ends):
            _break(end)

    def mend(self) -> None:
        self._whole.set()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):  # the listener was closed
            while True:
                threading.Thread(target=self._join, args=(self._listener.accept()[0],), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        """Carry one connection on, in both directions."""
        if not self._whole.is_set():
            return client.close()
        try:
            server = socket.create_connection(("127.0.0.1", self._port))
        except OSError:  # the server is not there
            return client.close()
        self._ends |= {client, server}
        if not self._whole.is_set():  # cut meanwhile, and perhaps before anybody knew of this one
            _break(client)
            return _break(server)
        threading.Thread(target=self._carry, args=(client, server, self._rate), daemon=True).start()
        self._carry(server, client, 0.0)

    def _carry(self, source: socket.socket, target: socket.socket, rate: float) -> None:
        with contextlib.suppress(OSError):  # one of the ends is gone
            while block := source.recv(_BLOCK):
                target.sendall(block)
                if rate:
                    time.sleep(len(block) / rate)
        _break(source)
        _break(target)


def _break(end: socket.socket) -> None:
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextlib.contextmanager
def line(port: int, rate: float) -> Iterator[Line]:
    it = Line(port, rate)
    try:
        yield it
    finally:
        it.close()
