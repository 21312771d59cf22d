"""HTTP/1.1 below the application: uvicorn's protocol with MPS's answer for what is no request, and with patience that
ends.

A connection costs memory and a file handle, so it is the client that must go on: the head of a request has to come
whole within a time, and its body has to keep coming. Who waits for us (for an answer, or because we do not read faster)
is never hurried, nor is who reads slowly: a player may pause. A connection between two requests is uvicorn's affair, as
before.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from reelmill.api import bounds, render
from reelmill.api.connections import Connections
from reelmill.core import clock
from reelmill.core.errors import CallerError

# bytes per second on average that count as coming: a stalled mobile upload is slower, any line that works is faster
MIN_RATE = 500
_LINGER = 2.0  # seconds: hanging up on one who still sends would destroy the answer on its way


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a client may take for the head of a request, and that a body may stand still."""

    head: float = 30.0
    body: float = 60.0


def protocol(host: str, patience: Patience, connections: Connections | None = None) -> type[asyncio.Protocol]:
    """The class of which uvicorn makes one for each connection. `host` is the HostId of refusals."""
    return type(
        "Front", (_Front,), {"_host": host, "_patience": patience, "_connections": connections or Connections(10_000)}
    )


class _Front(H11Protocol):
    """One connection. `_clock` runs while it is the client's turn."""

    _host: str
    _patience: Patience
    _connections: Connections
    _clock: asyncio.TimerHandle | None = None
    _awaited = ""  # "head" or "body": what the clock is for
    _came = 0  # bytes since it was started
    _held = False  # since it was started, we kept the client from sending
    _begun = False  # a part of a head is here
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.conn = bounds.Connection(h11.SERVER, self.config.h11_max_incomplete_event_size or bounds.MAX_HEADERS)
        super().connection_made(transport)
        if not self._connections.came(self, self.client[0] if self.client else ""):
            self.hang_up()
            return
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop()
        self._connections.went(self)
        super().connection_lost(exc)

    def hang_up(self) -> None:
        """There are too many, and this one said nothing."""
        self._stop()
        self._refused = True
        self.transport.abort()

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        self._came += len(data)
        super().data_received(data)
        self._begun = self.conn.their_state is h11.IDLE
        if self.cycle is not None:
            self._connections.spoke(self)
        self._held = self._held or self.flow.read_paused
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._begun = self.conn.their_state is h11.IDLE and bool(
            self.conn.trailing_data[0]
        )  # of the next request, which came with the one before
        self._look()

    def eof_received(self) -> None:
        """Nothing more will come. Who shut only its own side learns that the request was not whole."""
        if self._half():
            self._refuse(CallerError("InvalidParameter.Format", "HTTP request", "It ended before it was complete."))

    def send_400_response(self, msg: str) -> None:
        """uvicorn calls this for what is no HTTP, or out of bounds."""
        most = self.config.h11_max_incomplete_event_size or 0
        if isinstance(self.conn, bounds.Connection) and self.conn.problem:
            self._refuse(self.conn.problem)
        elif len(self.conn.trailing_data[0]) > most:
            self._refuse(CallerError("RequestEntityTooLarge", str(most), "Send long parameters in a form body."))
        else:
            self._refuse(CallerError("InvalidParameter.Format", "HTTP request", "It cannot be understood as HTTP/1.1."))

    def _half(self) -> str:
        """What of a request has begun and not ended: its "head", its "body" or nothing."""
        if self._refused or self.transport.is_closing():
            return ""
        return "body" if self.conn.their_state is h11.SEND_BODY else "head" if self._begun else ""

    def _look(self) -> None:
        """Start the clock when the client's turn begins, stop it when it ends."""
        awaited = self._half() or (
            "head" if self.cycle is None and not self._refused else ""
        )  # a new connection owes its first request
        if awaited != self._awaited:
            self._stop()
            self._awaited = awaited
            self._start()

    def _start(self) -> None:
        self._came, self._held = 0, self.flow.read_paused
        if self._awaited:
            self._clock = self.loop.call_later(self._limit(), self._late)

    def _limit(self) -> float:
        return self._patience.head if self._awaited == "head" else self._patience.body

    def _stop(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None

    def _late(self) -> None:
        self._clock = None
        if self._awaited == "body" and (
            self._held or self.cycle.waiting_for_100_continue or self._came >= MIN_RATE * self._patience.body
        ):
            self._start()
        elif self._half():
            self._refuse(CallerError("RequestTimeout", f"{self._limit():g}"))
        else:
            self.transport.close()  # it never said a word

    def _refuse(self, error: CallerError) -> None:
        """Answer, unless the application has begun to, and hang up once the client had time to read it."""
        self._stop()
        self._unset_keepalive_if_required()
        self._refused = True
        if self.cycle is not None:
            self.cycle.disconnected = True  # the application need not go on with this request
            self.cycle.message_event.set()
        if self.conn.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.close()
            return
        form = "JSON" if self._speaks_json() else "XML"
        body = render.failure(error, clock.new_request_id(), self._host, form)
        self.transport.write(
            f"HTTP/1.1 {error.status} {HTTPStatus(error.status).phrase}\r\nContent-Type: "
            f"{render.JSON if form == 'JSON' else render.XML}\r\n"
            f"Content-Length: {len(body)}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n".encode()
            + body
        )
        self.transport.write_eof()
        self.flow.resume_reading()
        self.loop.call_later(_LINGER, self.transport.close)

    def _speaks_json(self) -> bool:
        """As the API answers when no Format is known: XML, unless the head came whole and says otherwise."""
        if self.conn.their_state is not h11.SEND_BODY:
            return False
        said = dict(self.headers)
        return (
            said.get(b"authorization", b"").startswith(b"ACS3-")
            or b"json" in said.get(b"accept", b"")
            or self.scope["path"].startswith("/-/")
        )
