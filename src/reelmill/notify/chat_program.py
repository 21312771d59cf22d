"""The program that speaks to e-mail and chat services by Apprise: JSON in, JSON out (`notify.chat`).

It is a process of its own: Apprise makes its connections by several libraries, follows redirects and asks the name
server again, so the guard stands at the one door of the process, where a connection is made. And it can be killed.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from reelmill.notify import guard

# Services that are told by e-mail or HTTP and by nothing else. Others of Apprise's reach into this machine (desktops,
# syslog, programs), speak protocols of their own, or are general HTTP, for which there are webhooks.
SCHEMES = frozenset(
    "mailto mailtos slack discord tgram workflows gchat mmost mmosts rocket rockets ntfy ntfys gotify gotifys zulip "
    "wxteams pover feishu lark dingtalk wecombot".split()
)
_READS_FILES = {"template", "attach", "keyfile", "subfile", "pgpkey", "pgp"}
_HIDDEN = {"ntfy", "ntfys"}  # who knows the topic may read it
_SHORTEST = 4  # a word of an address that is shorter is no secret


def main() -> int:
    """One question, one answer."""
    said = respond(json.load(sys.stdin))
    json.dump(said, sys.stdout)
    return 0


def respond(asked: Mapping[str, str]) -> dict[str, str]:
    """The answer to a question of `chat.asked`."""
    if find_spec("apprise") is None:
        return {"error": "missing"}
    logging.getLogger("apprise").propagate = False  # it says addresses with their secrets
    url = asked["url"]
    if fault := _unwanted(url):
        return fault
    service = _service(url)
    if service is None:
        return {"error": "address"}
    scheme = url.partition(":")[0].strip().lower()
    known = scheme if scheme in SCHEMES else next((name for name in service.schemas() if name in SCHEMES), "")
    if not known:  # an https address that Apprise takes for another service
        return {"error": "scheme", "detail": service.schemas()[0]}
    shown = _shown(service, known)
    if asked["command"] == "look":
        return {"error": "", "shown": shown}
    return _send(service, asked, shown)


def _unwanted(url: str) -> dict[str, str] | None:
    """What is refused before Apprise sees it."""
    scheme = url.partition(":")[0].strip().lower()
    if scheme not in SCHEMES | {"https"}:
        return {"error": "scheme", "detail": scheme[:32]}
    names = {name.lower().strip("+-: ") for name, _ in parse_qsl(urlsplit(url).query, keep_blank_values=True)}
    found = sorted(names & _READS_FILES)
    return {"error": "parameter", "detail": found[0]} if found else None


def _service(url: str) -> Any:
    import apprise  # only here: see the head

    asset = apprise.AppriseAsset(
        http_redirects=False, app_id="ReelMill", app_desc="ReelMill", app_url="", async_mode=False
    )
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)


def _shown(service: Any, scheme: str) -> str:
    """The address without its secrets, as Apprise hides them, and without its parameters."""
    shown = unquote(str(service.url(privacy=True)).partition("?")[0])
    return (
        f"{scheme}://{service.host if getattr(service, 'mode', '') == 'private' else ''}/..."
        if (scheme in _HIDDEN)
        else shown
    )


def _send(service: Any, asked: Mapping[str, str], shown: str) -> dict[str, str]:
    import apprise

    refused: list[str] = []
    _guard(guard.networks_of(asked["networks"]), refused)
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as log:
        good = service.notify(title=asked["title"], body=asked["body"], body_format=apprise.NotifyFormat.TEXT)
        told = log.getvalue()
    if good:
        return {"error": "", "shown": shown}
    if refused:
        return {"error": "refused", "detail": refused[0]}
    return {
        "error": "service",
        "detail": _scrubbed(" ".join(told.split()), asked["url"], shown)[:300] or "no reason given",
    }


def _guard(networks: guard.Networks, refused: list[str]) -> None:
    """From now on this process connects to public addresses and to these networks alone."""

    def look(event: str, values: tuple[Any, ...]) -> None:
        if event not in ("socket.connect", "socket.sendto"):
            return
        address = values[1]
        host = str(address[0]) if isinstance(address, tuple) else str(address)
        if not guard.reachable(host, networks):
            refused.append(host)
            raise OSError(f"{host} is no public address")

    sys.addaudithook(look)


def _scrubbed(text: str, url: str, shown: str) -> str:
    """A text without the words of an address that are not shown."""
    secret = set(re.findall(r"[\w-]+", unquote(url))) - set(re.findall(r"[\w-]+", shown))
    for word in sorted((one for one in secret if len(one) >= _SHORTEST), key=len, reverse=True):
        text = text.replace(word, "***")
    return text
