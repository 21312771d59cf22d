"""The fonts of this machine by their names: a text that asks for one is drawn in it where it is here."""

import fnmatch
import mmap
import os
import re
import struct
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from reelmill.media.subtitles import font
from reelmill.media.watermarks import FONTS

FOLDERS = ("~/.local/share/fonts", "~/.fonts", "/usr/local/share/fonts", "/usr/share/fonts", "/System/Library/Fonts")
_KINDS = (".ttf", ".ttc", ".otf", ".otc")
_ASKED = re.compile(r"\$\{font-(?:file-|folder-)?([a-z0-9-]+)\}")


def slug(name: str) -> str:
    """A font's name as commands spell it: `${font-simsun}`, `${font-file-simsun}`."""
    return name.lower().replace(" ", "-")


_NAMES = {slug(name): name for name in FONTS}


def asked(text: str) -> frozenset[str]:
    """The fonts that commands ask for, by slug."""
    return frozenset(_ASKED.findall(text)) & _NAMES.keys()


def system_font(pattern: str) -> str:
    """The font file of this name (which may hold `*` and `[]`) in the folders where systems keep their fonts, "" when
    there is none."""
    return next((str(path) for path in _files(pattern)), "")


def _files(pattern: str) -> list[Path]:
    return [path for one in FOLDERS if (found := _folder(one)) for path in sorted(_below(found, pattern))]


def _below(folder: Path, pattern: str) -> Iterator[Path]:
    """Files of this name. `rglob` of early Pythons 3.11 raises what `os.walk` passes over: an entry that may not be
    looked at."""
    for where, _, names in os.walk(folder):
        yield from (path for name in fnmatch.filter(names, pattern) if _read(path := Path(where, name)))


def _folder(name: str) -> Path | None:
    """A folder with fonts; None where there is none, or none that this user may look into."""
    try:
        found = Path(name).expanduser()
        return found if found.is_dir() else None
    except (OSError, RuntimeError):  # RuntimeError: nobody knows a home of this user
        return None


def _read(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # in a folder that may be listed and not entered
        return False


def missing(names: Iterable[str]) -> list[str]:
    """Which of these names of fonts are not on this machine."""
    return sorted(name for name in set(names) if slug(name) not in here())


def named(slugged: str) -> str:
    """The file of a font that may be asked for, "" when it is not here."""
    return here().get(slugged, "")


@cache
def here() -> dict[str, str]:
    """The fonts that may be asked for and are on this machine: slug -> file. Looked for once."""
    found: dict[str, str] = {}
    for path in _files("*"):
        for name in _names(path) & set(FONTS):
            found.setdefault(slug(name), str(path))
    return found


def _names(path: Path) -> frozenset[str]:
    if path.suffix.lower() not in _KINDS:
        return frozenset()
    try:
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return frozenset(name for names in font.names(data) for name in names)
    except (OSError, ValueError, struct.error):
        return frozenset()
