"""What all use cases share: the doors to the world, the quotas and the house's own address. Made by `app`, handed to
every service."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from reelmill.core.errors import UserText
from reelmill.core.in_flight import InFlight
from reelmill.core.matching import EXTENSIONS, extensions
from reelmill.core.model import ObjectRef
from reelmill.engine.context import Options
from reelmill.engine.rehearsal import Rehearsed
from reelmill.engine.signals import Signal
from reelmill.media.locks import Vault
from reelmill.nodes.base import Needs
from reelmill.notify.guard import Networks
from reelmill.objects.buckets import Buckets
from reelmill.objects.incoming import Incoming
from reelmill.services.thumbnails import Thumbnails
from reelmill.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Quotas:
    """Limits of one account. How many of a thing (None: no limit; `queued_jobs`: waiting in one pipeline), and sizes in
    bytes of UTF-8 as MPS has them (api.md)."""

    workflows: int | None = None
    templates: int | None = None
    watermarks: int | None = None
    queued_jobs: int | None = None
    title_bytes: int = 128
    description_bytes: int = 1024
    user_data_bytes: int = 1024
    cover_url_bytes: int = 3200
    tags: int = 16
    tag_bytes: int = 32


class Engine(Protocol):
    """What use cases ask of the engine (`engine.engine.Engine`). Methods may be called from any thread."""

    @property
    def options(self) -> Options:
        """Figures from the settings."""
        ...

    def baseline(self, bucket: str) -> None:
        """Note what lies in a bucket now, silently: it will never start a workflow by itself."""
        ...

    def tails(self, batch_id: str, attempt: int) -> Mapping[str, str]:
        """Running task -> what its tool wrote so far, and how far it is."""
        ...

    def cancel_batch(self, batch_id: str) -> bool:
        """Returns when our row says so; False when publishing has begun or it has ended."""
        ...

    def stop_work(self, owners: Sequence[tuple[str, int]]) -> None:
        """After a transaction that put batches (id, attempt) to Cancelling: end their work."""
        ...

    def look_ahead(self, ref: ObjectRef) -> None:
        """A run of this object has begun: what it will ask first may be found out before it asks."""
        ...

    async def forget_receiver(self, receiver: str) -> None:
        """A webhook (its id) or a subscription (its seq) is gone: nothing more arrives there."""
        ...

    async def look_at_address(self, url: str) -> tuple[UserText, str]:
        """(why Apprise takes no such address, "" when it does; the address without its secrets)."""
        ...

    async def rehearse(self, execution: Row) -> Sequence[Rehearsed]:
        """What a run would do, by its row as if it was there; nothing is written or started."""
        ...

    async def answer_now(self, batch_id: str, limit: float | None) -> None:
        """Run a batch of lane `request` inside the caller's request and record its end, within `limit` seconds."""
        ...


@dataclass
class AppContext:
    """What use cases share.

    region       the region of requests that name none, e.g. "cn-hangzhou"     regions   all that are served ((): only
                 that one)
    rates        requests per second of an account by operation, "" for all others; none: no limit
    own_key      id of the AccessKey pair that comes from the home or its settings
    base_url     `http://HOST:PORT`, the head of every address that we hand out
    own_hosts    `host:port` values under which we are known, lower-case
    signal       wakes a loop of the engine; may be called from any thread
    objects      the buckets
    engine       what use cases ask of the engine
    signing_key  key of the signed addresses `/-/s/...`     cookie  name of the session's cookie
    ready        whether the engine takes work      troubled   parts of the server that tell what keeps them from their
                 work
    update_active_workflows   whether UpdateMediaWorkflow may change a workflow that is Active
    ai_on_standard   whether Standard pipelines may be named for jobs of AI
    slots        lane -> how many tasks of it run at once on this server
    thumbnails   small pictures of pictures
    incoming     bytes of unfinished uploads; upload_limit: most bytes of one,
                 upload_keep_ms: how long they are kept
    extensions   of files that start workflows by themselves
    lacks        of what an activity needs, what this server has not, as sentences with the remedy
    callback_networks   inner networks that webhooks and subscribers may live in
    link_hours   how long signed addresses are good     cors_origins  sites whose pages may read objects; "*": all
    account_weights           account -> how large its share of the slots is, 1 if it is not named
    answering                 true while calls of the API are being answered
    pipeline_concurrency      batches that a pipeline without a limit of its own may have under way
    """

    database: Database
    region: str
    base_url: str
    own_hosts: frozenset[str]
    objects: Buckets
    engine: Engine
    incoming: Incoming
    thumbnails: Thumbnails
    quotas: Quotas = field(default_factory=Quotas)
    signal: Callable[[Signal], None] = lambda signal: None
    signing_key: bytes = b""
    ready: Callable[[], bool] = lambda: True
    troubled: Sequence[Callable[[], Sequence[str]]] = ()
    update_active_workflows: bool = False
    ai_on_standard: bool = False
    pipeline_concurrency: int = 10
    account_weights: Mapping[str, float] = field(default_factory=dict)
    slots: Mapping[str, int] = field(default_factory=lambda: {"heavy": 2, "light": 2})
    link_hours: float = 24.0
    upload_limit: int = 1 << 40
    upload_keep_ms: int = 7 * 86_400_000
    regions: tuple[str, ...] = ()
    own_key: str = ""
    rates: Mapping[str, int] = field(default_factory=dict)
    cookie: str = "reelmill_session"
    cors_origins: frozenset[str] = frozenset({"*"})
    extensions: frozenset[str] = frozenset(extensions(EXTENSIONS))
    callback_networks: Networks = ()
    lacks: Callable[[Needs], Sequence[str]] = lambda needs: ()
    vault: Vault = field(default_factory=lambda: Vault({}))
    answering: InFlight = field(default_factory=InFlight)

    def problems(self) -> list[str]:
        """What keeps the server from its work, as sentences; [] when nothing does."""
        return [one for part in self.troubled for one in part()]

    def all_regions(self) -> tuple[str, ...]:
        """The regions that are served; the default first."""
        return tuple(dict.fromkeys((self.region, *self.regions)))
