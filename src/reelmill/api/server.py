"""The web server in which the application runs."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn

_DATE_SECONDS = 1.0  # between looks at the clock for the `Date` of answers


class Server(uvicorn.Server):
    """uvicorn without its own idea of signals: the house closes in order. `listening`: it takes connections."""

    def __init__(self, config: uvicorn.Config):
        super().__init__(config)
        self.listening, self._over = asyncio.Event(), asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        """Until `stop`. uvicorn would ask ten times a second whether it is over."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), _DATE_SECONDS)

    def stop(self) -> None:
        """Take no more connections, answer what is asked, and end."""
        self.should_exit = True
        self._over.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield
