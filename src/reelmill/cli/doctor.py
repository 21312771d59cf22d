"""`mill doctor`: looks at everything that a server needs and says what to do about each lack."""

import logging
import os
import shutil
import socket
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
from rich.console import Console
from rich.markup import escape

from reelmill.cli import keys
from reelmill.core import clock
from reelmill.core.errors import SettingError, TryAgain
from reelmill.media.run import ask
from reelmill.media.runtimes import RUNTIMES
from reelmill.media.tools import Tools
from reelmill.objects.folders import Folders
from reelmill.settings import Settings
from reelmill.store import buckets, migrate, work
from reelmill.store.database import Database

_GIB = 1024**3
_BUILT_MS = clock.from_iso("2026-11-01T00:00:00Z")  # no clock that is right shows an earlier time than this


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `state` is ok, lack (something will not work) or broken (the server cannot do its
    job)."""

    what: str
    state: str
    text: str
    remedy: str = ""


def run(settings: Settings) -> int:
    """Print every finding; 1 if something is broken, else 0."""
    console = Console(highlight=False)
    colours = {"ok": "green", "lack": "yellow", "broken": "red"}
    broken = False
    for finding in examine(settings):
        broken |= finding.state == "broken"
        console.print(
            f"[{colours[finding.state]}]{finding.state:8}[/]{finding.what:12} {escape(finding.text)}", soft_wrap=True
        )
        if finding.remedy:
            console.print(f"{'':20} -> {escape(finding.remedy)}", soft_wrap=True)
    console.print("Something is broken; see above." if broken else "Ready to serve.")
    return int(broken)


def examine(settings: Settings) -> Iterator[Finding]:
    """All findings, as they are made."""
    looks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _python,
        _tools,
        _home,
        _database,
        _disk,
        _buckets,
        _clock,
        _watching,
        _network,
        _key,
    )
    for look in looks:
        yield from look(settings)


def _python(settings: Settings) -> Iterator[Finding]:
    yield Finding(
        "python",
        "ok",
        f"{sys.version.split()[0]} on {os.uname().sysname} {os.uname().machine}, {len(os.sched_getaffinity(0))} cores",
    )


def _tools(settings: Settings) -> Iterator[Finding]:
    programs = (settings.ffmpeg or "", settings.ffprobe or "", settings.font_file or "")
    tools = Tools(*programs, ai=settings.looks, speech=settings.speech)
    for name, runtime in RUNTIMES.items():
        try:
            path = tools.path(name)
        except SettingError as error:
            if runtime.lost and tools.on(name):
                yield Finding(name, "broken", "not found", str(error))
            continue
        if version := tools.version(name):
            yield Finding(name, "ok", f"{version} ({tools.origin(name)}: {path})")
        else:
            yield Finding(
                name,
                "broken",
                f"{path} does not run: {ask([path, *runtime.first, runtime.version])[:200].strip() or 'no answer'}",
                f"Reinstall it, or set REELMILL_{name.upper()}.",
            )
    if not settings.looks:
        yield Finding(
            "infer", "ok", "off: no fingerprints, covers and reviews; --ai true or REELMILL_AI=true turns it on"
        )
    if not settings.speech:
        text = "off: reviews do not listen to films; --speech true or REELMILL_SPEECH=true turns it on"
        yield Finding("speech", "ok", text)
    font, origin = tools.font_found()
    if font:
        yield Finding("font", "ok", f"{Path(font).name} ({origin}: {font})")
    for capability, consequence, remedy in tools.lacks():
        if capability not in RUNTIMES:
            yield Finding(capability, "broken" if capability in ("libx264", "aac") else "lack", consequence, remedy)


def _home(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    existing = next(p for p in (home, *home.parents) if p.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        yield Finding(
            "home",
            "broken",
            f"{existing} cannot be written",
            "Correct its rights, or choose another home with --home or REELMILL_HOME.",
        )
        return
    if not home.exists():
        yield Finding("home", "ok", f"{home} will be made on the first start")
        return
    odd = [
        name
        for name in ("buckets", "work", "cache", "logs")
        if (home / name).exists() and not os.access(home / name, os.W_OK | os.X_OK)
    ]
    yield (
        Finding("home", "broken", f"cannot write to {', '.join(odd)} in {home}", f"chown -R {os.getuid()} {home}")
        if odd
        else Finding("home", "ok", str(home))
    )
    if home.stat().st_mode & 0o077:
        yield Finding("home", "lack", f"other users can look into {home}, where secrets are kept", f"chmod 700 {home}")
    devices = {(home / name).stat().st_dev for name in ("buckets", "work", "cache") if (home / name).exists()}
    if len(devices) > 1:
        yield Finding(
            "storage",
            "lack",
            "buckets, work and cache lie on different file systems: files are copied instead of linked",
            "Keep them on one file system if you can.",
        )


def _database(settings: Settings) -> Iterator[Finding]:
    path, elsewhere = settings.home / "library.db", settings.database_url is not None
    if not elsewhere and not path.exists():
        yield Finding("database", "ok", "library.db will be made on the first start")
        return
    name = "the PostgreSQL database" if elsewhere else str(path)
    remedy = (
        "Correct database_url, or start that database; reelmill must be allowed to make schemas in it."
        if elsewhere
        else "Restore library.db from a backup, or move it away to start with an empty one."
    )
    database = Database(settings.library_url)
    try:
        with database.read() as tx:
            verdict = migrate.verdict(tx)
        revision = migrate.current(settings.library_url)
    except (*migrate.DATABASE_ERRORS, TryAgain) as error:
        yield Finding("database", "broken", f"{name} cannot be read: {migrate.cause(error)}", remedy)
        return
    finally:
        database.close()
    shown = verdict.about or "library.db"
    if verdict.damage:
        yield Finding("database", "broken", f"{path} is damaged: {verdict.damage}", "Restore library.db from a backup.")
    elif revision == migrate.HEAD:
        yield Finding("database", "ok", f"{shown} at revision {revision}")
    elif revision is None:
        yield Finding("database", "ok", f"{shown} is empty; the first start makes the tables")
    else:
        yield Finding(
            "database",
            "lack",
            f"{shown} is at revision {revision}, this program has {migrate.HEAD}",
            "./mill migrate, or just start the server.",
        )


def _disk(settings: Settings) -> Iterator[Finding]:
    existing = next(p for p in (settings.home, *settings.home.parents) if p.exists())
    usage = shutil.disk_usage(existing)
    text = f"{usage.free / _GIB:.1f} GiB free of {usage.total / _GIB:.0f} GiB"
    if usage.free < _GIB:
        yield Finding(
            "disk",
            "broken",
            text,
            "Make room: work needs about the size of a source plus its outputs, twice while they are published to "
            "another disk.",
        )
    else:
        yield Finding(
            "disk",
            "lack" if usage.free < 10 * _GIB else "ok",
            text,
            "A film needs several GiB while it is worked on." if usage.free < 10 * _GIB else "",
        )


def _buckets(settings: Settings) -> Iterator[Finding]:
    """Output buckets whose storage is away, and work that waits for the machine."""
    if not settings.database_url and not (settings.home / "library.db").exists():
        return
    database, found = Database(settings.library_url), Folders(settings.home / "buckets")
    try:
        with database.read() as tx:
            names, waiting = sorted(buckets.names(tx, "Output")), work.held(tx)
    except (*migrate.DATABASE_ERRORS, TryAgain):
        return  # told above
    finally:
        database.close()
    away = [name for name in names if found[name].away()]
    for name in away:
        yield Finding(
            "buckets",
            "broken",
            f"the output bucket {name} is away: {found[name].away()} ({found[name].whereabouts()})",
            "Mount its storage again, or make its folder; if it shall stay so, unbind the bucket and bind it again.",
        )
    if not away:
        yield Finding("buckets", "ok", f"output buckets that are where they were bound: {len(names)}")
    for why, count in Counter(row["held"] for row in waiting).items():
        yield Finding(
            "work",
            "lack",
            f"{count} {'piece of work waits' if count == 1 else 'pieces of work wait'}: {why}",
            "They go on by themselves when that is mended.",
        )


def _clock(settings: Settings) -> Iterator[Finding]:
    now = clock.now_ms()
    if now < _BUILT_MS:
        yield Finding(
            "clock",
            "broken",
            f"{clock.iso(now)} lies before this program was made; signed requests will be refused",
            "Set the clock: sudo timedatectl set-ntp true",
        )
        return
    synced = (
        ask(["timedatectl", "show", "--property=NTPSynchronized", "--value"], 3).strip()
        if shutil.which("timedatectl")
        else ""
    )
    if synced == "no":
        yield Finding(
            "clock",
            "lack",
            f"{clock.iso(now)}, not synchronised; clients more than 15 minutes away are refused",
            "sudo timedatectl set-ntp true",
        )
    else:
        yield Finding("clock", "ok", str(clock.iso(now)))


def _watching(settings: Settings) -> Iterator[Finding]:
    try:
        limit = int(Path("/proc/sys/fs/inotify/max_user_watches").read_text())
    except (OSError, ValueError):
        yield Finding(
            "watching",
            "lack",
            "this system has no inotify: new files are found by listing only",
            f"rescan_seconds ({settings.rescan_seconds:g} s) is how long that may take.",
        )
        return
    if limit < 8192:
        yield Finding(
            "watching",
            "lack",
            f"at most {limit} folders can be watched",
            "sudo sysctl fs.inotify.max_user_watches=524288",
        )
    else:
        yield Finding("watching", "ok", f"up to {limit} folders of input buckets")


def _network(settings: Settings) -> Iterator[Finding]:
    where = f"[{settings.host}]:{settings.port}" if ":" in settings.host else f"{settings.host}:{settings.port}"
    logging.getLogger("httpx").setLevel(logging.WARNING)
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            yield Finding("network", "ok", f"{where} is free")
        except OSError as error:
            yield from _taken(settings, where, error)
    if not settings.loopback_only:
        yield Finding(
            "network",
            "lack",
            f"{settings.host} lets other machines in, without encryption",
            "Put a TLS proxy in front and set public_url to its address.",
        )


def _taken(settings: Settings, where: str, error: OSError) -> Iterator[Finding]:
    try:
        told = httpx.get(f"{settings.local_url}/-/healthz", timeout=2, trust_env=False).json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        told = None
    if isinstance(told, dict) and "version" in told:  # else another program has the port, which may answer anything
        yield Finding("network", "ok", f"a ReelMill answers at {where}, version {told['version']}")
        for problem in told.get("problems") or ():
            yield Finding("server", "lack", problem)
        return
    yield Finding(
        "network",
        "broken",
        f"{where} cannot be used: {error.strerror or error}",
        "Stop the program that uses it, or choose another --port or --host.",
    )


def _key(settings: Settings) -> Iterator[Finding]:
    try:
        pair = keys.stored(settings)
    except SettingError as error:
        yield Finding("access key", "broken", str(error))
        return
    yield Finding("access key", "ok", f"{pair.id}" if pair else "a pair will be made on the first start")
