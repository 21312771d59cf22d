"""Composition root: settings -> objects wired together, opened in order and closed in the opposite one."""

import asyncio
import contextlib
import gc
import logging
import os
import resource
import secrets
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import uvicorn

from reelmill.api import event_stream, front
from reelmill.api.asgi import make_app
from reelmill.api.connections import Connections
from reelmill.api.mns import app as mns
from reelmill.api.mns.service import Service
from reelmill.api.server import Server
from reelmill.api.throttle import MPS_RATES
from reelmill.console import site
from reelmill.console.bundle import ROOT
from reelmill.console.events import Feed
from reelmill.core.errors import SettingError, TryAgain
from reelmill.core.matching import extensions
from reelmill.engine import context
from reelmill.engine.engine import Engine
from reelmill.engine.lanes import Lane
from reelmill.engine.process import ProcessState
from reelmill.engine.signals import Signal, Signals
from reelmill.engine.task_log import TaskLog
from reelmill.media.locks import Vault
from reelmill.media.run import Runner
from reelmill.media.tools import Tools
from reelmill.notify.guard import networks_of
from reelmill.notify.http import HttpCallback
from reelmill.objects.folders import Folders
from reelmill.objects.incoming import Incoming
from reelmill.services import accounts, sessions
from reelmill.services.backfill_work import BackfillLoops
from reelmill.services.commits import Commits, Questions
from reelmill.services.context import AppContext, Quotas
from reelmill.services.intake_loops import IntakeLoops
from reelmill.services.listeners import Listeners
from reelmill.services.thumbnails import Thumbnails
from reelmill.settings import Settings
from reelmill.settings.values import account_weights
from reelmill.store import migrate
from reelmill.store.database import Database

log = logging.getLogger(__name__)
_FILES = 65_536  # that this process may have open, if the system lets it
_THREADS = (
    64  # asyncio's own pool has cores + 4: a few uploads that flush to the disk would keep everybody else waiting
)
_CLAIM_SECONDS = 15.0  # that a database may still seem to belong to a server that has just ended
_MAX_TARGET = 300 * 1024  # a Topology of 20 KB already makes a request line of more than 20 KB (protocol.md 1)


class App:
    """A running server."""

    def __init__(self, settings: Settings, sock: socket.socket):
        self.settings, self.sock = settings, sock
        host, port = (
            {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host),
            sock.getsockname()[1],
        )  # an address that one can call
        self.base_url = settings.public_url or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        self.loop = asyncio.get_running_loop()
        self.signals = Signals(self.loop)
        self.is_ready = False
        self._stop = asyncio.Event()

    def stop(self) -> None:
        """End the server; what is in flight goes on at the next start."""
        self._stop.set()

    async def run(self, on_ready: Callable[["App"], Awaitable[None]] | None) -> int:
        """Open everything, serve until `stop` or a signal, close everything. The exit code."""
        for number in (signal.SIGINT, signal.SIGTERM):
            self.loop.add_signal_handler(number, self.stop)
        # seconds; with the usual 5 ms the loop waits that long for each thread that computes
        sys.setswitchinterval(0.001)
        self.loop.set_default_executor(ThreadPoolExecutor(_THREADS, "reelmill"))
        home = self.settings.home
        database = await asyncio.to_thread(self._database)
        callback = self._callback()
        host = self._host(database, home, callback)
        engine = Engine(host, home, self.settings.engine_url)
        self.ctx = self._ctx(database, host, engine)
        accounts.ensure_key(database, self.settings.access_key_id or "", self.settings.access_key_secret or "")
        intake = self._intake(self.ctx)
        self.ctx.troubled = (engine.problems, intake.watch.problems)
        feed, listeners = Feed(self.loop), Listeners(self.loop)
        database.on_commit = partial(self._committed, feed, listeners)
        server = self._server(self.ctx, feed, listeners)
        tasks: list[asyncio.Task[None]] = []
        serving: asyncio.Task[None] | None = None
        try:
            await engine.start()
            await asyncio.to_thread(intake.tidy)
            loops = (*intake.all(), *BackfillLoops(self.ctx, self.signals, intake.watch).all())
            tasks = [asyncio.create_task(engine.keep(loop.__name__, loop)) for loop in loops]
            serving = asyncio.create_task(server.serve([self.sock]))
            await server.listening.wait()
            gc.collect()
            # what stays for ever need not be looked through again: full collections made every hundredth ListJob take
            # 110 ms, not 22
            gc.freeze()
            self.is_ready = True
            return await self._until_stopped(serving, on_ready)
        finally:
            self.is_ready = False
            feed.close()  # else the server would wait for tabs that are open
            listeners.close()  # ... and for consumers that wait for a message
            server.stop()
            if serving:
                await asyncio.wait([serving], timeout=6)
                tasks.append(serving)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await asyncio.to_thread(intake.close)
            if callback:
                await callback.close()
            await engine.stop()

    def _database(self) -> Database:
        """At the newest schema, and listened to, so that we hear what other processes change in it. SettingError when a
        database elsewhere cannot be reached, or another server has it."""
        url = self.settings.library_url
        database = Database(url)

        def heard(tables: frozenset[str]) -> None:
            self.signals.changed(tables)
            if database.on_commit:
                database.on_commit(tables)

        try:
            migrate.upgrade(url)
            listener = database.listen(heard)
        except TryAgain as error:
            if not self.settings.database_url:
                raise
            raise SettingError(f"database_url: {migrate.cause(error)}. See ./mill doctor.") from error
        if listener and not listener.claim(_CLAIM_SECONDS):
            raise SettingError("database_url: another ReelMill serves this database. Stop that one, or choose another.")
        if listener:
            listener.start()
        return database

    async def _until_stopped(
        self, serving: "asyncio.Task[None]", on_ready: Callable[["App"], Awaitable[None]] | None
    ) -> int:
        stopped = asyncio.create_task(self._stop.wait())
        ready_task = asyncio.ensure_future(on_ready(self)) if on_ready else None
        waiting: set[asyncio.Future[Any]] = {stopped, serving, *([ready_task] if ready_task else [])}
        try:
            while not stopped.done() and not serving.done():
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                if ready_task in done and ready_task is not None:
                    ready_task.result()  # its errors are the caller's
            return 0 if stopped.done() else 1
        finally:
            for task in (stopped, ready_task):
                if task and not task.done():
                    task.cancel()
                    await asyncio.gather(task, return_exceptions=True)

    def _intake(self, ctx: AppContext) -> IntakeLoops:
        s = self.settings
        return IntakeLoops(
            ctx,
            self.signals,
            settle_seconds=s.settle_seconds,
            rescan_seconds=s.rescan_seconds,
            ignore=[p.strip().lower() for p in s.ignore_names.split(",") if p.strip()],
        )

    def _committed(self, feed: Feed, listeners: Listeners, tables: frozenset[str]) -> None:
        """Tell whoever waits for a change; from any thread."""
        feed.changed(tables)
        listeners.changed(tables)
        if "deliveries" in tables:
            self.signals.send(Signal.DELIVER)

    def _server(self, ctx: AppContext, feed: Feed, listeners: Listeners) -> Server:
        s = self.settings
        inner = make_app(ctx, site.routes(ctx, feed), page=f"{ROOT}/")
        service = Service(ctx, Commits(ctx.database), Questions(ctx.database), listeners)
        return Server(
            uvicorn.Config(
                mns.before(event_stream.before(inner, ctx, listeners), service),
                loop="none",
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                proxy_headers=bool(s.trusted_proxies),
                forwarded_allow_ips=s.trusted_proxies or "",
                http=front.protocol(
                    urlsplit(self.base_url).netloc, front.Patience(s.head_seconds, s.stall_seconds), _connections(s)
                ),
                h11_max_incomplete_event_size=_MAX_TARGET,
                timeout_graceful_shutdown=5,
                ws="none",
                backlog=128,  # also how many are accepted before any of them is looked at
            )
        )

    def _callback(self) -> HttpCallback | None:
        s = self.settings
        return HttpCallback(s.callback_url, s.callback_secret or "", allow_private=True) if s.callback_url else None

    def _host(self, database: Database, home: Path, callback: HttpCallback | None) -> context.HostContext:
        s = self.settings
        tools = Tools(s.ffmpeg or "", s.ffprobe or "", s.font_file or "", ai=s.looks, speech=s.speech)
        options = context.Options(
            base_url=self.base_url,
            piece_seconds=s.piece_seconds,
            heavy_slots=s.heavy_slots,
            light_slots=s.light_slots,
            pipeline_concurrency=s.pipeline_concurrency,
            account_weights=account_weights(s.account_weights),
            hold_seconds=s.hold_hours * 3600,
            keep_engine_days=s.keep_engine_days,
            skip_unchanged=s.skip_unchanged,
            tool_versions=lambda: tools.makers() | {"master key": vault.newest},
            vmaf=s.vmaf,
            deliver=callback.deliver if callback else None,
            providers=s.review_providers,
            callback_networks=networks_of(s.callback_private_networks or ""),
            apprise=s.apprise,
        )
        task_log, vault = TaskLog(), Vault(master_keys(s.home))
        return context.HostContext(
            options=options,
            database=database,
            buckets=Folders(home / "buckets"),
            tools=tools,
            work=home / "work",
            cache=home / "cache",
            process=ProcessState(
                runner=Runner(task_log.begin, task_log.ran),
                signals=self.signals,
                lanes={
                    "heavy": Lane(s.heavy_slots, options.account_weights),
                    "light": Lane(s.light_slots, options.account_weights),
                },
                task_log=task_log,
            ),
            vault=vault,
        )

    def _ctx(self, database: Database, host: context.HostContext, engine: Engine) -> AppContext:
        s, port = self.settings, self.sock.getsockname()[1]
        key = signing_key(s.home)
        hosts = {urlsplit(self.base_url).netloc.lower(), f"{s.host}:{port}", f"127.0.0.1:{port}", f"localhost:{port}"}
        return AppContext(
            database=database,
            region=s.region,
            base_url=self.base_url,
            own_hosts=frozenset(hosts),
            quotas=quotas(s),
            rates=rates(s),
            signal=self.signals.send,
            objects=host.buckets,
            engine=engine,
            signing_key=key,
            cookie=sessions.cookie_name(key),
            ready=lambda: self.is_ready,
            update_active_workflows=s.update_active_workflows,
            ai_on_standard=s.ai_on_standard_pipelines,
            pipeline_concurrency=s.pipeline_concurrency,
            account_weights=account_weights(s.account_weights),
            regions=tuple((s.regions or s.region).split(",")),
            own_key=s.access_key_id or "",
            slots={"heavy": s.heavy_slots, "light": s.light_slots},
            link_hours=s.object_url_hours,
            cors_origins=frozenset(s.cors_origins.split(",")),
            extensions=frozenset(extensions(s.trigger_extensions)),
            thumbnails=Thumbnails(s.home / "thumbnails", host.tools),
            incoming=Incoming(s.home / "uploads"),
            upload_limit=int(s.upload_limit_gib * 1024**3),
            upload_keep_ms=s.upload_keep_days * 86_400_000,
            callback_networks=host.options.callback_networks,
            vault=host.vault,
            lacks=lambda needs: host.tools.without(needs.tools, needs.encoders | needs.filters),
        )


def quotas(s: Settings) -> Quotas:
    """How much an account may have."""
    mps = s.limits == "mps"
    return Quotas(
        workflows=s.workflow_quota or (10 if mps else None),
        templates=s.template_quota or (10 if mps else None),
        watermarks=s.watermark_quota or (10 if mps else None),
        queued_jobs=s.queue_quota or (10_000 if mps else None),
    )


def rates(s: Settings) -> Mapping[str, int]:
    """Requests per second of an account, by operation."""
    return {"": s.request_rate} if s.request_rate else MPS_RATES if s.limits == "mps" else {}


def _connections(s: Settings) -> Connections:
    """How many clients may be connected: half of the files that may be open, for the other half is needed for work.
    Raises the number of files first, as far as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(hard, _FILES)
    if soft < wanted:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    most = s.connections or max(16, soft // 2)
    return Connections(most, s.connections_per_address or 0)


def signing_key(home: Path) -> bytes:
    """Key of the signed object addresses, made once per home."""
    return _kept(home / "signing.key", secrets.token_bytes(32))


def master_keys(home: Path) -> dict[int, bytes]:
    """The keys under which the data keys of encrypted streams are sealed, by number: lines `NUMBER HEX`. Whoever adds a
    line with a higher number rotates them; older ones open what was sealed under them, as long as they stay. All hosts
    of a library need the same file."""
    lines = _kept(home / "master.keys", f"1 {secrets.token_hex(32)}\n".encode()).decode().splitlines()
    return {int(number): bytes.fromhex(key) for number, key in map(str.split, lines)}


def _kept(path: Path, made: bytes) -> bytes:
    """What a file of secrets holds, which is `made` when it is not there yet."""
    if not path.exists():
        part = path.with_suffix(".part")
        part.touch(mode=0o600)
        part.write_bytes(made)
        part.replace(path)
    return path.read_bytes()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # The protocol is named because asyncio switches Nagle's algorithm off only where it is; with it an answer in two
    # writes waits 40 ms.
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((settings.host, settings.port))
    except OSError as error:
        sock.close()
        raise SettingError(
            f"port: {settings.host}:{settings.port} cannot be used: {error.strerror}. Choose another with --port or "
            f"REELMILL_PORT."
        ) from error
    return sock


async def serve(settings: Settings, *, on_ready: Callable[[App], Awaitable[None]] | None = None) -> int:
    """Run a server until it is stopped; `on_ready` runs beside it once it answers. The home must be locked by the
    caller, who ends the process with `leave(code)` inside the same loop."""
    sock = _listen(settings)
    return await App(settings, sock).run(on_ready)


def leave(code: int) -> NoReturn:
    """End the process as a crash would, at a moment of our choosing: work in flight is safe in its rows and goes on at
    the next start, while an orderly end of the loop would cancel it step by step, and a cancelled step looks like one
    that failed. ffmpeg dies with us."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)
