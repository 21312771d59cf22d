"""What the engine works with on this host."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reelmill.engine.process import ProcessState
from reelmill.media.locks import Vault
from reelmill.media.tools import Tools
from reelmill.notify.guard import Networks
from reelmill.objects.buckets import Buckets
from reelmill.store.database import Database


@dataclass(frozen=True, slots=True)
class Options:
    """Figures from the settings. Times in seconds.

    deliver   sends one message: (key, body) -> None when the receiver has it, else the reason; None: nobody wants
              messages
    """

    base_url: str
    piece_seconds: float = 60.0
    heavy_slots: int = 2
    light_slots: int = 2
    pipeline_concurrency: int = 10
    account_weights: Mapping[str, float] = field(default_factory=dict)
    keep_engine_days: int = 7
    hold_seconds: float = 86_400.0  # how long work waits that the machine keeps from going on
    sync_seconds: float = 6.0  # SnapshotTimeOut (templates.md 5)
    skip_unchanged: bool = False
    tool_versions: Callable[[], Mapping[str, str]] = dict  # of what makes outputs: tools, font, newest master key
    vmaf: float = 93.0  # that an Analysis aims at, where nobody says more
    deliver: Callable[[str, str], Awaitable[str | None]] | None = None
    providers: Path | None = None  # file that says who else looks at pictures (media.providers)
    callback_networks: Networks = ()  # inner ones that webhooks and subscribers may live in
    apprise: bool = False  # whether e-mail and chat messages are sent


@dataclass(frozen=True)
class HostContext:
    """The engine's parts on this host: the database and the buckets that it shares, its tools and folders, and
    `process`, what only this process knows."""

    options: Options
    database: Database
    buckets: Buckets
    tools: Tools
    work: Path
    cache: Path
    process: ProcessState
    vault: Vault = field(default_factory=lambda: Vault({}))


# The durable functions of DBOS take JSON alone, for their arguments are kept in its database. They, and what they call
# (engine/batch, making, publishing, reuse, sources, task_io, holding), reach the host by `get`; all others are handed
# it.
_host: HostContext | None = None


def put(host: HostContext) -> None:
    """From now on the durable functions of this process work on this host."""
    global _host
    _host = host


def get() -> HostContext:
    """The host on which a durable function runs."""
    if _host is None:
        raise RuntimeError("the engine is not running")
    return _host
