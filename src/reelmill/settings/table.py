"""The table of settings: one line each, with its default, meaning and reader."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from reelmill.core.matching import EXTENSIONS, TEMPORARY
from reelmill.settings.values import (
    REGION,
    About,
    base_url,
    choice,
    database,
    extension_list,
    flag,
    folder,
    font,
    http,
    networks,
    number,
    origins,
    pattern,
    program,
    providers,
    regions,
    setting,
    weights,
)

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the administrator chose. Made by `load`; `sources` tells where each value that is not a default came
    from."""

    home: Path = setting(
        Path("~/.reelmill").expanduser(),
        "Folder of everything that ReelMill keeps: databases, buckets, work, cache, logs.",
        folder,
        shown="~/.reelmill",
    )
    database_url: str | None = setting(
        None,
        "Address of a PostgreSQL database, e.g. postgresql://user:password@host/reelmill, that keeps what SQLite files "
        "in the home keep else. One server at a time uses it.",
        database,
        shown="SQLite files in the home",
        secret=True,
    )
    host: str = setting(
        "127.0.0.1",
        "Address to listen on. Anything but a loopback address lets other machines in.",
        pattern(r"[A-Za-z0-9_.:-]{1,253}", "it must be an IP address or a host name, without port"),
    )
    port: int = setting(8600, "TCP port to listen on; 0 takes a free one.", number(int, 0, 65535))
    public_url: str | None = setting(
        None,
        "Address under which clients reach this server, when it differs from http://HOST:PORT (behind a proxy). "
        "Used in every object "
        "address that the API answers.",
        base_url,
        shown="http://HOST:PORT",
    )
    trusted_proxies: str | None = setting(
        None,
        "Addresses or networks of the proxies in front of this server, separated by commas, e.g. 127.0.0.1. Only "
        "they are believed when they "
        "say, by X-Forwarded-For and X-Forwarded-Proto, from whom a request comes and whether it came over TLS.",
        networks,
    )
    cors_origins: str = setting(
        "*",
        "Sites whose pages may read objects (published ones, and others by signed addresses), separated by commas, "
        "e.g. https://www.example.com; "
        "`*` for all, `none` for no site but this one.",
        origins,
    )
    region: str = setting(
        "cn-hangzhou",
        "Region that this server plays; bucket locations are `oss-REGION`.",
        pattern(REGION, "it must look like cn-hangzhou"),
    )
    regions: str | None = setting(
        None,
        "Regions that this server plays beside that one, separated by commas. Each account has things of its own in "
        "each; a request chooses by "
        "RegionId or by a host like mts.REGION.example.com.",
        regions,
        shown="only `region`",
    )
    access_key_id: str | None = setting(
        None,
        "AccessKey id of the administrator. Without it a pair is made on the first start and shown once.",
        pattern(r"[A-Za-z0-9._-]{4,128}", "it must be 4 to 128 letters, digits, '.', '_' or '-'"),
    )
    access_key_secret: str | None = setting(
        None,
        "Secret that belongs to the AccessKey id.",
        pattern(r"[!-~]{8,256}", "it must be 8 to 256 printable ASCII characters without spaces"),
        secret=True,
    )
    piece_seconds: float = setting(
        60.0,
        "Shortest span of a source that is encoded as a piece of its own: a crash costs at most the pieces under way.",
        number(float, 2, 86400),
        "s",
        "60",
    )
    vmaf: float = setting(
        93.0,
        "Quality that an Analysis aims at: VMAF, 0 to 100, where RateQuality is 25 or not told.",
        number(float, 60, 98),
    )
    heavy_slots: int = setting(
        max(2, _CORES // 2),
        "How many encodes run at the same time. One x264 encode uses several cores by itself; two keep them busy "
        "while one begins or ends.",
        number(int, 1, 1024),
        shown="half the cores, at least 2",
    )
    light_slots: int = setting(
        _CORES,
        "How many light tasks (probing, snapshots, packaging, delivery) run at the same time.",
        number(int, 1, 1024),
        shown="number of cores",
    )
    pipeline_concurrency: int = setting(
        10,
        "How many batches of one pipeline are under way at the same time, unless the pipeline has a MaxConcurrency "
        "of its own.",
        number(int, 1, 1000),
    )
    account_weights: str | None = setting(
        None,
        "How large the shares of accounts are while work of several waits, e.g. news=3,archive=0.5; who is not named "
        "has 1. By default all have the same.",
        weights,
    )
    hold_hours: float = setting(
        24.0,
        "How long work waits that nothing is wrong with but the machine (a full disk, an output bucket whose "
        "storage is away) before it fails. "
        "What was encoded is kept meanwhile.",
        number(float, 0.001, 8760),
        "h",
        "24",
    )
    settle_seconds: float = setting(
        20.0,
        "How long a file must stay unchanged, as the server itself sees it, before it counts as complete, where "
        "neither its closing nor who has it "
        "open can be seen (files of other users found by a listing, network mounts).",
        number(float, 0.1, 86400),
        "s",
        "20",
    )
    ignore_names: str = setting(
        TEMPORARY,
        "File names that are not taken yet, because whoever makes them renames them when they are complete: "
        "patterns with * and ?, separated by "
        "commas, in which case does not matter. An empty file waits as long as one of a downloader lies beside it.",
        pattern(r"[^/]{0,4000}", "it must be patterns like *.part, separated by commas, without slashes"),
    )
    trigger_extensions: str = setting(
        EXTENSIONS,
        "Extensions of the files that start workflows by themselves, separated by commas, in which case does not "
        "matter; `*` for every one. "
        "The list replaces the default: what MPS takes, and what else is opened here. A name without a dot always "
        "passes, and AddMedia does not ask.",
        extension_list,
    )
    rescan_seconds: float = setting(
        600.0,
        "How often input buckets are listed to find files whose notice was lost.",
        number(float, 1, 86400),
        "s",
        "600",
    )
    callback_url: str | None = setting(None, "Address to which workflow and job messages are posted.", http)
    callback_secret: str | None = setting(
        None,
        "Key of the HMAC-SHA256 signature of each message.",
        pattern(r"[!-~]{8,256}", "it must be 8 to 256 printable ASCII characters without spaces"),
        secret=True,
    )
    callback_private_networks: str | None = setting(
        None,
        "Private networks that webhooks and the subscribers of topics may live in, such as `10.0.0.0/8,127.0.0.1/32`; "
        "all other addresses that are not public are refused.",
        networks,
    )
    apprise: bool = setting(
        False,
        "Send e-mail and chat messages for webhooks of the format Apprise; `./mill` installs what that needs (10 MB) "
        "before it starts.",
        flag,
        shown="false",
    )
    limits: str = setting(
        "none",
        "Limits of each account, unless a setting below gives another figure: `mps` takes those of MPS (10 "
        "workflows, 10 templates and 10 watermark templates "
        "in a region, 10,000 waiting jobs in a pipeline, 100 requests per second of an operation, for some less or "
        "more).",
        choice("none", "mps"),
    )
    workflow_quota: int | None = setting(
        None, "Most workflows an account may have in a region.", number(int, 1, 1_000_000), shown="no limit"
    )
    template_quota: int | None = setting(
        None, "Most custom templates an account may have in a region.", number(int, 1, 1_000_000), shown="no limit"
    )
    watermark_quota: int | None = setting(
        None, "Most watermark templates an account may have in a region.", number(int, 1, 1_000_000), shown="no limit"
    )
    queue_quota: int | None = setting(
        None,
        "Most jobs that may wait in one pipeline; further ones that the API submits are refused. Runs of workflows "
        "are never refused.",
        number(int, 1, 100_000_000),
        shown="no limit",
    )
    request_rate: int | None = setting(
        None,
        "Most requests per second that an account may send of one operation.",
        number(int, 1, 1_000_000),
        shown="no limit",
    )
    head_seconds: float = setting(
        30.0,
        "How long a client may take to send the head of a request; then it is hung up on.",
        number(float, 0.1, 3600),
        "s",
        "30",
    )
    stall_seconds: float = setting(
        60.0,
        "How long the body of a request, an upload too, may come slower than 500 bytes per second; then the client "
        "is hung up on.",
        number(float, 0.1, 3600),
        "s",
        "60",
    )
    connections: int | None = setting(
        None,
        "Most clients that may be connected at the same time. One more is taken when there is an older one that "
        "never sent a request: that one is hung up on.",
        number(int, 16, 1_000_000),
        shown="half of the files that the server may have open",
    )
    connections_per_address: int | None = setting(
        None,
        "Most of them from one address. Behind a proxy all have the proxy's.",
        number(int, 1, 1_000_000),
        shown="no limit of its own",
    )
    update_active_workflows: bool = setting(
        False, "Let UpdateMediaWorkflow change a workflow while it is Active; MPS refuses that.", flag, shown="false"
    )
    skip_unchanged: bool = setting(
        False,
        "Do not start a run for an object whose content is the same as that of its last run.",
        flag,
        shown="false",
    )
    ffmpeg: str | None = setting(
        None, "Path of the ffmpeg to use.", program, shown="the bundled one, else the first in PATH"
    )
    ffprobe: str | None = setting(
        None, "Path of the ffprobe to use.", program, shown="the bundled one, else the first in PATH"
    )
    ai: bool = setting(
        False,
        "Let the server look at pictures and sounds by itself, for fingerprints, covers and reviews; `./mill` installs "
        "what that needs (200 MB) before it starts.",
        flag,
        shown="false",
    )
    speech: bool = setting(
        False,
        "Let the server write down what is said in films, for reviews; turns `ai` on as well. `./mill` installs what "
        "that needs (220 MB more than `ai`) before it starts.",
        flag,
        shown="false",
    )
    ai_on_standard_pipelines: bool = setting(
        False,
        "Let jobs of fingerprints, covers and reviews name a pipeline of Speed Standard, so that one pipeline does for "
        "everything; MPS refuses that.",
        flag,
        shown="false",
    )
    review_providers: Path | None = setting(
        None,
        "File that says who looks at scenes which no model here can see: models of your own, services asked by HTTP. "
        "It is read for each review.",
        providers,
    )
    font_file: str | None = setting(
        None,
        "Font file (TTF, OTF or TTC) with which text watermarks are drawn, or the name of one of the system's, such "
        "as DejaVuSans.ttf.",
        font,
        shown="the bundled one, WenQuanYi Micro Hei: Latin, Greek, Cyrillic, Chinese, Japanese, Korean",
    )
    log_level: str = setting(
        "info", "Least important kind of log line that is written.", choice("debug", "info", "warning", "error")
    )
    keep_engine_days: int = setting(
        7, "How long the engine's own records of finished work are kept.", number(int, 1, 36500), "d"
    )
    upload_limit_gib: float = setting(
        1024.0, "Largest file that the console takes.", number(float, 0.001, 8388608), "GiB", "1024"
    )
    upload_keep_days: int = setting(
        7, "How long an unfinished upload is kept after its last byte.", number(int, 1, 365), "d"
    )
    object_url_hours: float = setting(
        24.0, "How long a signed object address stays valid.", number(float, 0.01, 87600), "h", "24"
    )
    sources: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def base_url(self) -> str:
        """Address that clients use, without a slash at the end."""
        return self.public_url or self.local_url

    @property
    def local_url(self) -> str:
        """Address under which this machine reaches the server."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(
            self.host, f"[{self.host}]" if ":" in self.host else self.host
        )
        return f"http://{host}:{self.port}"

    @property
    def looks(self) -> bool:
        """Whether it looks at pictures and sounds by itself."""
        return self.ai or self.speech

    @property
    def loopback_only(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in LOOPBACK

    @property
    def library_url(self) -> str:
        """The database of everything but the engine's own tables."""
        return self.database_url or f"sqlite:///{self.home / 'library.db'}"

    @property
    def engine_url(self) -> str:
        """The database of the engine: on PostgreSQL the same, in a schema of its own."""
        return self.database_url or f"sqlite:///{self.home / 'engine.db'}"


def table() -> dict[str, About]:
    """Every setting by its name, in the order of the documentation."""
    return {f.name: f.metadata["about"] for f in fields(Settings) if "about" in f.metadata}
