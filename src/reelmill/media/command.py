"""Commands as templates: `${source}`, `${out}` and `${TASK}` become folders of this machine only when a command is run.
Pure."""

import re
from collections.abc import Mapping

_PLACE = re.compile(r"\$\{([a-z0-9-]+)\}")


def literal(text: str) -> str:
    """A text that holds what somebody wrote, for `Task.files`: what looks like a place in it is none, but for
    `${ciphertext}`. Else a watermark or a name in a playlist would show where the server keeps its files."""
    return re.sub(r"\$\{(?!ciphertext\})", "${dollar}{", text)


def substitute(text: str, folders: Mapping[str, str]) -> str:
    """Replace `${NAME}` by `folders[NAME]` in one pass: what a path contains is never replaced again, unknown names
    stay as they are."""
    return _PLACE.sub(lambda found: folders.get(found.group(1), found.group(0)), text)
