"""How the text of a setting becomes its value; ValueError tells the remedy."""

import glob
import ipaddress
import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reelmill.core.matching import extensions
from reelmill.media import providers as media_providers
from reelmill.media.fonts import system_font

REGION = r"[a-z]{2}-[a-z0-9-]{1,40}"


@dataclass(frozen=True, slots=True)
class About:
    """What the table knows about one setting. `read` turns text into the value and raises ValueError with the remedy as
    its message. `shown` is the default as the documentation tells it; `secret` values are never printed."""

    meaning: str
    read: Callable[[str], Any]
    unit: str = ""
    shown: str = ""
    secret: bool = False


def number(kind: type, low: float, high: float) -> Callable[[str], Any]:
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


def flag(text: str) -> bool:
    try:
        return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
    except KeyError as error:
        raise ValueError("it must be true or false") from error


def pattern(pattern: str, remedy: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if not re.fullmatch(pattern, text):
            raise ValueError(remedy)
        return text

    return read


def http(text: str) -> str:
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


def base_url(text: str) -> str:
    if urlsplit(http(text)).path.strip("/") or urlsplit(text).query:
        raise ValueError("it must be an address without a path: the API is served at /")
    return http(text)


def database(text: str) -> str:
    if not re.fullmatch(r"postgres(ql)?://[^/?#]*/[^/?#]+(\?[^#]*)?", text):
        raise ValueError("it must be an address like postgresql://user:password@host:5432/database")
    return "postgresql://" + text.partition("://")[2]


def program(text: str) -> str:
    path = Path(text).expanduser()
    if not path.is_file() or not os.access(path, os.X_OK):
        raise ValueError(
            "there is no program at this path; give the full path of an executable file, or leave the setting out"
        )
    return str(path.absolute())


def font(text: str) -> str:
    path = Path(text).expanduser()
    found = str(path.absolute()) if path.is_file() else "" if "/" in text else system_font(glob.escape(text))
    if not found:
        raise ValueError("there is no such file, and no font of this name where the system keeps its fonts")
    return found


def providers(text: str) -> Path:
    path = Path(text).expanduser().absolute()
    media_providers.read(path)
    return path


def folder(text: str) -> Path:
    if not text or "\0" in text:
        raise ValueError("it must be the path of a folder")
    return Path(text).expanduser().absolute()


def regions(text: str) -> str:
    names = [name.strip() for name in text.split(",")]
    if not all(re.fullmatch(REGION, name) for name in names):
        raise ValueError("it must be names like cn-hangzhou, separated by commas")
    return ",".join(names)


def networks(text: str) -> str:
    for part in text.split(","):
        try:
            ipaddress.ip_network(part.strip(), strict=False)
        except ValueError as error:
            raise ValueError(
                "it must be IP addresses or networks like 127.0.0.1 or 10.0.0.0/8, separated by commas"
            ) from error
    return ",".join(part.strip() for part in text.split(","))


def origins(text: str) -> str:
    parts = [part.strip().rstrip("/").lower() for part in text.split(",")]
    if parts not in (["*"], ["none"]) and not all(re.fullmatch(r"https?://[a-z0-9.\[\]:-]+", part) for part in parts):
        raise ValueError("it must be *, none, or sites like https://www.example.com, separated by commas")
    return ",".join(parts)


def weights(text: str) -> str:
    account_weights(text)
    return ",".join(part.strip() for part in text.split(","))


def account_weights(text: str | None) -> dict[str, float]:
    """Account -> weight, of a text like "news=3,archive=0.5". ValueError when it is none."""
    found = {}
    for part in text.split(",") if text else ():
        name, _, value = part.strip().partition("=")
        if not name or not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value) or not 0.01 <= float(value) <= 100:
            raise ValueError("it must be accounts with weights from 0.01 to 100, like news=3,archive=0.5")
        found[name] = float(value)
    return found


def extension_list(text: str) -> str:
    return ",".join(extensions(text))


def choice(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError(f"it must be one of: {', '.join(words)}")
        return text.lower()

    return read


def setting(
    default: Any, meaning: str, read: Callable[[str], Any], unit: str = "", shown: str = "", secret: bool = False
) -> Any:
    return field(
        default=default,
        repr=not secret,
        metadata={"about": About(meaning, read, unit, shown or ("none" if default is None else str(default)), secret)},
    )
