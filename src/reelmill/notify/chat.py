"""E-mail and chat: what a message says there, and how the program that sends it is asked (`notify.chat_program`, which
alone loads Apprise). Pure."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reelmill.core import jsonx
from reelmill.core.errors import UserText

FORMAT = "Apprise"
_TITLES = {
    "execution.started": "A run has begun",
    "execution.finished": "A run has ended",
    "execution.waiting": "An activity waits for a decision",
    "activity.started": "An activity has begun",
    "activity.finished": "An activity has ended",
    "job.finished": "A job has ended",
    "media.published": "A media was published",
    "media.deleted": "A media was deleted",
    "webhook.test": "A test",
}
_START = "import sys; sys.path.insert(0, sys.argv[1]); from reelmill.notify.chat_program import main; sys.exit(main())"
PROGRAM = ("-P", "-c", _START, str(Path(__file__).parents[2]))  # words behind the Python
ANSWER_BYTES = 64 * 1024
_LONGEST = 4000  # characters of a text: services cut or refuse what is longer


def text(type: str, data: Mapping[str, Any]) -> str:
    """A message for people: its title, an empty line, one line for each thing that is known."""
    state = data.get("State")
    title = f"ReelMill: {_TITLES.get(type, type)}" + (f": {state}" if state else "")
    lines = [f"{name}: {_one_line(value)}" for name, value in _flat(data) if name != "State"]
    return "\n".join([title, "", *lines])[:_LONGEST]


def asked(command: str, url: str, networks: str, text: str = "") -> bytes:
    """What the program is given: `look` whether an address is one, or `send` a text there. It may reach public
    addresses and these networks (a comma list)."""
    title, _, body = text.partition("\n\n")
    values = {"command": command, "url": url, "networks": networks, "title": title, "body": body or title}
    return json.dumps(values, ensure_ascii=False).encode()


def answer(said: bytes) -> dict[str, str]:
    """Its answer: {"shown"} or {"error"}, a sentence of `problem`; {} when it fell."""
    try:
        return {str(name): str(value) for name, value in jsonx.loads(said.decode()).items()}
    except (ValueError, AttributeError):
        return {}


def problem(said: Mapping[str, str]) -> UserText:
    """Why it was not sent, or why the address is none; "" when all is well."""
    kind, detail = said.get("error", "fell"), said.get("detail", "")
    if kind == "":
        return ""
    if kind == "scheme":
        return f'Apprise addresses of the kind "{detail}" are not taken.'
    if kind == "parameter":
        return f'The parameter "{detail}" of the address would read a file of this server.'
    if kind == "address":
        return "Apprise cannot read the address."
    if kind == "refused":
        return f"The connection is refused: {detail} is no public address."
    if kind == "missing":
        return "Apprise is not installed: start the server by ./mill, or install reelmill[apprise]."
    if kind == "service":
        return f"The service did not take the message: {detail}."
    return "The program that sends e-mail and chat messages fell, or took too long."


def _flat(data: Mapping[str, Any], before: str = "") -> list[tuple[str, Any]]:
    return [
        found
        for name, value in data.items()
        for found in (_flat(value, f"{before}{name}.") if isinstance(value, Mapping) else [(before + name, value)])
    ]


def _one_line(value: Any) -> str:
    return " ".join(str(value).split())
