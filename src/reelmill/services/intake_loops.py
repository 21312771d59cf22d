"""What runs beside the requests so that media come in: objects that were completed, buckets that must be compared with
the ledger, which buckets are watched, and uploads that nobody goes on with."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

from reelmill.engine.signals import Signal, Signals
from reelmill.objects.buckets import Watch
from reelmill.services import intake, uploads
from reelmill.services.context import AppContext

_AGAIN_SECONDS = 2.0  # after a rescan that an error ended
_TOGETHER = 50  # objects that are taken in by one transaction
_UPKEEP_SECONDS = 3600.0


class IntakeLoops:
    """Made on the server's loop. `watch` watches from then on, `all` are to run until `close`; what one cannot do now
    is found again by a rescan."""

    def __init__(
        self,
        ctx: AppContext,
        signals: Signals,
        *,
        settle_seconds: float = 20.0,
        rescan_seconds: float = 600.0,
        ignore: Sequence[str] = (),
    ):
        self._ctx, self._signals, self._loop = ctx, signals, asyncio.get_running_loop()
        self._found: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._rescans: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        self._asked: set[tuple[str, str]] = set()  # (bucket, folder) in that queue
        self.watch: Watch = ctx.objects.watch(
            lambda bucket, key: self._call(self._found.put_nowait, (bucket, key)),
            lambda bucket, folder: self._call(self._rescan, bucket, folder),
            settle_seconds=settle_seconds,
            rescan_seconds=rescan_seconds,
            ignore=ignore,
        )

    def all(self) -> tuple[Callable[[], Awaitable[None]], ...]:
        """The loops; each goes on for ever, and may be begun again after an error."""
        return self.take_in, self.compare, self.follow, self.upkeep

    def tidy(self) -> None:
        """Remove what interrupted attempts left in output buckets long ago."""
        for name in intake.bound_buckets(self._ctx, "Output"):
            self._ctx.objects[name].remember()
            self._ctx.objects[name].sweep()

    def close(self) -> None:
        """Nothing is noticed any more. Blocks."""
        self.watch.close()

    async def take_in(self) -> None:
        """Completed objects, as many as have come together in one transaction."""
        while True:
            items = [await self._found.get()]
            while not self._found.empty() and len(items) < _TOGETHER:
                items.append(self._found.get_nowait())
            try:
                await asyncio.to_thread(intake.objects_completed, self._ctx, items)
            except (
                BaseException
            ):  # the database is locked, the disk is full, a file vanished: a rescan finds again what is still there
                for bucket in {b for b, _ in items}:
                    self._loop.call_later(_AGAIN_SECONDS, self._rescan, bucket)
                raise

    async def compare(self) -> None:
        """Compare a bucket with the ledger: at start, after lost notices, every now and then; folders that nobody tells
        about every few seconds."""
        while True:
            bucket, folder = await self._rescans.get()
            self._asked.discard((bucket, folder))
            try:
                await asyncio.to_thread(self._look, bucket, folder)
            except BaseException:
                self._loop.call_later(_AGAIN_SECONDS, self._rescan, bucket, folder)
                raise

    async def follow(self) -> None:
        """The buckets that are bound as input are the ones that are watched."""
        while True:
            names = await asyncio.to_thread(intake.bound_buckets, self._ctx, "Input")
            await asyncio.to_thread(self.watch.set, names)
            await self._signals.wait(Signal.WATCH, None)

    async def upkeep(self) -> None:
        """Forget what nobody went on with."""
        while True:
            await asyncio.to_thread(uploads.sweep, self._ctx)
            await asyncio.sleep(_UPKEEP_SECONDS)

    def _look(self, bucket: str, folder: str) -> None:
        for key in intake.unknown(self._ctx, bucket, self.watch.scan(bucket, folder)):
            self.watch.consider(bucket, key)

    def _rescan(self, bucket: str, folder: str = "") -> None:
        """Ask for one; not twice for a bucket, or a folder of it, whose turn has not come."""
        if (bucket, folder) not in self._asked:
            self._asked.add((bucket, folder))
            self._rescans.put_nowait((bucket, folder))

    def _call(self, function: Callable[..., None], *args: object) -> None:
        """From the watch's thread into the loop."""
        with contextlib.suppress(RuntimeError):  # the loop is closing
            self._loop.call_soon_threadsafe(function, *args)
