"""Every setting, in one table: the fields of `Settings`. Flags win over the environment (`REELMILL_NAME`), the
environment over the TOML file.

Read by app and cli only; everything below gets plain values handed in. docs/reference/settings.md is made from this
table.
"""

import difflib
import glob
import ipaddress
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reelmill.core.errors import SettingError
from reelmill.core.matching import EXTENSIONS, TEMPORARY, extensions
from reelmill.media.tools import system_font

PREFIX = "REELMILL_"
NOT_SETTINGS = frozenset(
    {
        "REELMILL_FAILPOINT",
        "REELMILL_FAULTS",
        "REELMILL_FAULTS_TURN",
        "REELMILL_FAULTS_SHARE",
        "REELMILL_CHECKS",
        "REELMILL_CONFIG",
    }
)  # our own names in the environment that are no settings
_REGION = r"[a-z]{2}-[a-z0-9-]{1,40}"
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class About:
    """What the table knows about one setting. `read` turns text into the value and raises ValueError with the remedy as
    its message. `shown` is the default as the documentation tells it; `secret` values are never printed."""

    meaning: str
    read: Callable[[str], Any]
    unit: str = ""
    shown: str = ""
    secret: bool = False


def _number(kind: type, low: float, high: float) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        try:
            value = kind(text)
        except ValueError as error:
            raise ValueError(
                f"it must be a {'whole ' if kind is int else ''}number from {low:g} to {high:g}"
            ) from error
        if not low <= value <= high:  # NaN ends here too
            raise ValueError(f"it must be from {low:g} to {high:g}")
        return value

    return read


def _flag(text: str) -> bool:
    try:
        return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
    except KeyError as error:
        raise ValueError("it must be true or false") from error


def _pattern(pattern: str, remedy: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(remedy)
        return text

    return read


def _http(text: str) -> str:
    try:
        parts = urlsplit(text)
        fine = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and "@" not in parts.netloc
            and not parts.fragment
        )
    except ValueError:
        fine = False
    if not fine:
        raise ValueError("it must be an address like http://host:port without user name or fragment")
    return text.rstrip("/")


def _base_url(text: str) -> str:
    if urlsplit(_http(text)).path.strip("/") or urlsplit(text).query:
        raise ValueError("it must be an address without a path: the API is served at /")
    return _http(text)


def _database(text: str) -> str:
    if not re.fullmatch(r"postgres(ql)?://[^/?#]*/[^/?#]+(\?[^#]*)?", text):
        raise ValueError("it must be an address like postgresql://user:password@host:5432/database")
    return "postgresql://" + text.partition("://")[2]


def _program(text: str) -> str:
    path = Path(text).expanduser()
    if not path.is_file() or not os.access(path, os.X_OK):
        raise ValueError(
            "there is no program at this path; give the full path of an executable file, or leave the setting out"
        )
    return str(path.absolute())


def _font(text: str) -> str:
    path = Path(text).expanduser()
    found = str(path.absolute()) if path.is_file() else "" if "/" in text else system_font(glob.escape(text))
    if not found:
        raise ValueError("there is no such file, and no font of this name where the system keeps its fonts")
    return found


def _folder(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError("it must be the path of a folder")
    return Path(text).expanduser().absolute()


def _regions(text: str) -> str:
    names = [name.strip() for name in text.split(",")]
    if not all(re.fullmatch(_REGION, name) for name in names):
        raise ValueError("it must be names like cn-hangzhou, separated by commas")
    return ",".join(names)


def _networks(text: str) -> str:
    for part in text.split(","):
        try:
            ipaddress.ip_network(part.strip(), strict=False)
        except ValueError as error:
            raise ValueError(
                "it must be IP addresses or networks like 127.0.0.1 or 10.0.0.0/8, separated by commas"
            ) from error
    return ",".join(part.strip() for part in text.split(","))


def _origins(text: str) -> str:
    parts = [part.strip().rstrip("/").lower() for part in text.split(",")]
    if parts not in (["*"], ["none"]) and not all(re.fullmatch(r"https?://[a-z0-9.\[\]:-]+", part) for part in parts):
        raise ValueError("it must be *, none, or sites like https://www.example.com, separated by commas")
    return ",".join(parts)


def _extensions(text: str) -> str:
    return ",".join(extensions(text))


def _choice(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"it must be one of: {', '.join(words)}")
        return text.lower()

    return read


def _s(
    default: Any, meaning: str, read: Callable[[str], Any], unit: str = "", shown: str = "", secret: bool = False
) -> Any:
    return field(
        default=default,
        repr=not secret,
        metadata={"about": About(meaning, read, unit, shown or ("none" if default is None else str(default)), secret)},
    )


_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the administrator chose. Made by `load`; `sources` tells where each value that is not a default came
    from."""

    home: Path = _s(
        Path("~/.reelmill").expanduser(),
        "Folder of everything that ReelMill keeps: databases, buckets, work, cache, logs.",
        _folder,
        shown="~/.reelmill",
    )
    database_url: str | None = _s(
        None,
        "Address of a PostgreSQL database, e.g. postgresql://user:password@host/reelmill, that keeps what SQLite files "
        "in the home keep else. One server at a time uses it.",
        _database,
        shown="SQLite files in the home",
        secret=True,
    )
    host: str = _s(
        "127.0.0.1",
        "Address to listen on. Anything but a loopback address lets other machines in.",
        _pattern(r"[A-Za-z0-9_.:-]{1,253}", "it must be an IP address or a host name, without port"),
    )
    port: int = _s(8600, "TCP port to listen on; 0 takes a free one.", _number(int, 0, 65535))
    public_url: str | None = _s(
        None,
        "Address under which clients reach this server, when it differs from http://HOST:PORT (behind a proxy). "
        "Used in every object "
        "address that the API answers.",
        _base_url,
        shown="http://HOST:PORT",
    )
    trusted_proxies: str | None = _s(
        None,
        "Addresses or networks of the proxies in front of this server, separated by commas, e.g. 127.0.0.1. Only "
        "they are believed when they "
        "say, by X-Forwarded-For and X-Forwarded-Proto, from whom a request comes and whether it came over TLS.",
        _networks,
    )
    cors_origins: str = _s(
        "*",
        "Sites whose pages may read objects (published ones, and others by signed addresses), separated by commas, "
        "e.g. https://www.example.com; "
        "`*` for all, `none` for no site but this one.",
        _origins,
    )
    region: str = _s(
        "cn-hangzhou",
        "Region that this server plays; bucket locations are `oss-REGION`.",
        _pattern(_REGION, "it must look like cn-hangzhou"),
    )
    regions: str | None = _s(
        None,
        "Regions that this server plays beside that one, separated by commas. Each account has things of its own in "
        "each; a request chooses by "
        "RegionId or by a host like mts.REGION.example.com.",
        _regions,
        shown="only `region`",
    )
    access_key_id: str | None = _s(
        None,
        "AccessKey id of the administrator. Without it a pair is made on the first start and shown once.",
        _pattern(r"[A-Za-z0-9._-]{4,128}", "it must be 4 to 128 letters, digits, '.', '_' or '-'"),
    )
    access_key_secret: str | None = _s(
        None,
        "Secret that belongs to the AccessKey id.",
        _pattern(r"[!-~]{8,256}", "it must be 8 to 256 printable ASCII characters without spaces"),
        secret=True,
    )
    piece_seconds: float = _s(
        60.0,
        "Shortest span of a source that is encoded as a piece of its own: a crash costs at most the pieces under way.",
        _number(float, 2, 86400),
        "s",
        "60",
    )
    heavy_slots: int = _s(
        max(2, _CORES // 2),
        "How many encodes run at the same time. One x264 encode uses several cores by itself; two keep them busy "
        "while one begins or ends.",
        _number(int, 1, 1024),
        shown="half the cores, at least 2",
    )
    light_slots: int = _s(
        _CORES,
        "How many light tasks (probing, snapshots, packaging, delivery) run at the same time.",
        _number(int, 1, 1024),
        shown="number of cores",
    )
    pipeline_concurrency: int = _s(
        10,
        "How many batches of one pipeline are under way at the same time, unless the pipeline has a MaxConcurrency "
        "of its own.",
        _number(int, 1, 1000),
    )
    hold_hours: float = _s(
        24.0,
        "How long work waits that nothing is wrong with but the machine (a full disk, an output bucket whose "
        "storage is away) before it fails. "
        "What was encoded is kept meanwhile.",
        _number(float, 0.001, 8760),
        "h",
        "24",
    )
    settle_seconds: float = _s(
        20.0,
        "How long a file must stay unchanged, as the server itself sees it, before it counts as complete, where "
        "neither its closing nor who has it "
        "open can be seen (files of other users found by a listing, network mounts).",
        _number(float, 0.1, 86400),
        "s",
        "20",
    )
    ignore_names: str = _s(
        TEMPORARY,
        "File names that are not taken yet, because whoever makes them renames them when they are complete: "
        "patterns with * and ?, separated by "
        "commas, in which case does not matter. An empty file waits as long as one of a downloader lies beside it.",
        _pattern(r"[^/]{0,4000}", "it must be patterns like *.part, separated by commas, without slashes"),
    )
    trigger_extensions: str = _s(
        EXTENSIONS,
        "Extensions of the files that start workflows by themselves, separated by commas, in which case does not "
        "matter; `*` for every one. "
        "The list replaces the default: what MPS takes, and what else is opened here. A name without a dot always "
        "passes, and AddMedia does not ask.",
        _extensions,
    )
    rescan_seconds: float = _s(
        600.0,
        "How often input buckets are listed to find files whose notice was lost.",
        _number(float, 1, 86400),
        "s",
        "600",
    )
    callback_url: str | None = _s(None, "Address to which workflow and job messages are posted.", _http)
    callback_secret: str | None = _s(
        None,
        "Key of the HMAC-SHA256 signature of each message.",
        _pattern(r"[!-~]{8,256}", "it must be 8 to 256 printable ASCII characters without spaces"),
        secret=True,
    )
    callback_private_networks: str | None = _s(
        None,
        "Private networks that webhooks and the subscribers of topics may live in, such as `10.0.0.0/8,127.0.0.1/32`; "
        "all other addresses that are not public are refused.",
        _networks,
    )
    limits: str = _s(
        "none",
        "Limits of each account, unless a setting below gives another figure: `mps` takes those of MPS (10 "
        "workflows, 10 templates and 10 watermark templates "
        "in a region, 10,000 waiting jobs in a pipeline, 100 requests per second of an operation, for some less or "
        "more).",
        _choice("none", "mps"),
    )
    workflow_quota: int | None = _s(
        None, "Most workflows an account may have in a region.", _number(int, 1, 1_000_000), shown="no limit"
    )
    template_quota: int | None = _s(
        None, "Most custom templates an account may have in a region.", _number(int, 1, 1_000_000), shown="no limit"
    )
    watermark_quota: int | None = _s(
        None, "Most watermark templates an account may have in a region.", _number(int, 1, 1_000_000), shown="no limit"
    )
    queue_quota: int | None = _s(
        None,
        "Most jobs that may wait in one pipeline; further ones that the API submits are refused. Runs of workflows "
        "are never refused.",
        _number(int, 1, 100_000_000),
        shown="no limit",
    )
    request_rate: int | None = _s(
        None,
        "Most requests per second that an account may send of one operation.",
        _number(int, 1, 1_000_000),
        shown="no limit",
    )
    head_seconds: float = _s(
        30.0,
        "How long a client may take to send the head of a request; then it is hung up on.",
        _number(float, 0.1, 3600),
        "s",
        "30",
    )
    stall_seconds: float = _s(
        60.0,
        "How long the body of a request, an upload too, may come slower than 500 bytes per second; then the client "
        "is hung up on.",
        _number(float, 0.1, 3600),
        "s",
        "60",
    )
    connections: int | None = _s(
        None,
        "Most clients that may be connected at the same time. One more is taken when there is an older one that "
        "never sent a request: that one is hung up on.",
        _number(int, 16, 1_000_000),
        shown="half of the files that the server may have open",
    )
    connections_per_address: int | None = _s(
        None,
        "Most of them from one address. Behind a proxy all have the proxy's.",
        _number(int, 1, 1_000_000),
        shown="no limit of its own",
    )
    update_active_workflows: bool = _s(
        False, "Let UpdateMediaWorkflow change a workflow while it is Active; MPS refuses that.", _flag, shown="false"
    )
    skip_unchanged: bool = _s(
        False,
        "Do not start a run for an object whose content is the same as that of its last run.",
        _flag,
        shown="false",
    )
    ffmpeg: str | None = _s(
        None, "Path of the ffmpeg to use.", _program, shown="the bundled one, else the first in PATH"
    )
    ffprobe: str | None = _s(
        None, "Path of the ffprobe to use.", _program, shown="the bundled one, else the first in PATH"
    )
    font_file: str | None = _s(
        None,
        "Font file (TTF, OTF or TTC) with which text watermarks are drawn, or the name of one of the system's, such "
        "as DejaVuSans.ttf.",
        _font,
        shown="the bundled one, WenQuanYi Micro Hei: Latin, Greek, Cyrillic, Chinese, Japanese, Korean",
    )
    log_level: str = _s(
        "info", "Least important kind of log line that is written.", _choice("debug", "info", "warning", "error")
    )
    keep_engine_days: int = _s(
        7, "How long the engine's own records of finished work are kept.", _number(int, 1, 36500), "d"
    )
    upload_limit_gib: float = _s(
        1024.0, "Largest file that the console takes.", _number(float, 0.001, 8388608), "GiB", "1024"
    )
    upload_keep_days: int = _s(
        7, "How long an unfinished upload is kept after its last byte.", _number(int, 1, 365), "d"
    )
    object_url_hours: float = _s(
        24.0, "How long a signed object address stays valid.", _number(float, 0.01, 87600), "h", "24"
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


def load(
    flags: Mapping[str, object] | None = None, environ: Mapping[str, str] | None = None, config: Path | None = None
) -> Settings:
    """The settings of this start. `flags` holds command-line values (None: not given); `config` is the TOML file, by
    default HOME/reelmill.toml.

    Raises SettingError for a wrong value, an unknown `REELMILL_` variable or an unknown key: it tells the setting, its
    source and the remedy.
    """
    environ = os.environ if environ is None else environ
    given: dict[str, tuple[str, str]] = {}  # name -> (text, source)
    env = _from_environment(environ)
    flag = {
        name: (_text(value), f"flag --{name.replace('_', '-')}")
        for name, value in (flags or {}).items()
        if value is not None
    }
    explicit = config or (Path(environ["REELMILL_CONFIG"]).expanduser() if environ.get("REELMILL_CONFIG") else None)
    home = flag.get("home") or env.get("home")
    path = explicit or (_value("home", *home) if home else Settings().home) / "reelmill.toml"
    given.update(_from_file(path, must_exist=explicit is not None))
    if "home" in given and explicit is None:
        raise SettingError(
            f"home ({given['home'][1]}): the file inside the home cannot move it. Set REELMILL_HOME or use --config "
            f"with a file elsewhere."
        )
    given.update(env)
    given.update(flag)
    values = {name: _value(name, text, source) for name, (text, source) in given.items()}
    settings = Settings(**values, sources={name: source for name, (_, source) in given.items()})
    _check_together(settings)
    return settings


def _from_environment(environ: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    known = table()
    found: dict[str, tuple[str, str]] = {}
    for variable, text in environ.items():
        if not variable.startswith(PREFIX) or variable in NOT_SETTINGS:
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in known or variable != variable.upper():
            raise SettingError(
                f"{variable}: there is no such setting{_near(name, known)}. See docs/reference/settings.md; unset "
                f"it or correct its name."
            )
        if text:  # an empty variable is an unset one, as shells and compose files have it
            found[name] = (text, f"environment variable {variable}")
    return found


def _from_file(path: Path, must_exist: bool) -> dict[str, tuple[str, str]]:
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except FileNotFoundError as error:
        if must_exist:
            raise SettingError(f"config: there is no file {path}. Correct --config or REELMILL_CONFIG.") from error
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingError(f"config: {path} cannot be read: {error}. Correct the file or remove it.") from error
    known = table()
    for name, value in document.items():
        if name not in known:
            raise SettingError(
                f"{name} (in {path}): there is no such setting{_near(name, known)}. See docs/reference/settings.md."
            )
        if not isinstance(value, str | int | float | bool):
            raise SettingError(
                f"{name} (in {path}): it must be one text, number or true/false, not {type(value).__name__}."
            )
    return {name: (_text(value), f"in {path}") for name, value in document.items()}


def _value(name: str, text: str, source: str) -> Any:
    about = table()[name]
    try:
        return about.read(text)
    except ValueError as error:
        shown = "" if about.secret else f" {text!r}"
        raise SettingError(f"{name} ({source}): the value{shown} is refused: {error}.") from error


def _check_together(settings: Settings) -> None:
    if (settings.access_key_id is None) != (settings.access_key_secret is None):
        lacking = "access_key_secret" if settings.access_key_id else "access_key_id"
        raise SettingError(
            f"{lacking}: access_key_id and access_key_secret belong together. Set both, or neither: then a pair is "
            f"made."
        )
    if settings.callback_secret and not settings.callback_url:
        raise SettingError(
            "callback_url: callback_secret is set but there is no address to send to. Set callback_url or remove "
            "callback_secret."
        )


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _near(name: str, known: Mapping[str, About]) -> str:
    close = difflib.get_close_matches(name, known, 1)
    return f"; did you mean {close[0]}" if close else ""
