"""The trigger rule (workflow.md 7): plain prefix, extension white-list. Pure.

A name may be written in two ways that look the same: é as one character (NFC, as people type it) or as e and an accent (NFD, as a Mac stores it). Keys
keep their bytes; where they are compared with what somebody typed, both are the same.
"""

import fnmatch
import unicodedata
from collections.abc import Sequence

# Names that browsers, downloaders and copy programs give to what is not complete. Their last name comes by a rename.
TEMPORARY = (
    "*.part,*.partial,*.crdownload,*.download,*.opdownload,*.filepart,*.!qb,*.!ut,*.bc!,*.aria2,*.ytdl,*.part-frag*,*.tmp,*.temp,~*,*.temp.*,"
    "*.f[0-9][0-9].*,*.f[0-9][0-9][0-9].*,*.f[0-9][0-9][0-9]-*.*,*.fhls*.*,*.fdash*.*"
)
_BESIDE = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".filepart", ".!qB", ".!ut", ".aria2")  # what a downloader adds to a name that it holds

EXTENSIONS = frozenset(
    "3gp asf avi dat dv flv f4v gif m2t m3u8 m4v mj2 mjpeg mkv mov mp4 mpe mpg mpeg mts ogg qt rm rmvb swf ts vob wmv webm "
    "aac ac3 acm amr ape caf flac m4a mp3 ra wav wma aiff".split()
)


def extension_allowed(key: str) -> bool:
    """No dot in the file name, or an extension (case does not matter) of the list."""
    base = key.rpartition("/")[2]
    return "." not in base or base.rpartition(".")[2].lower() in EXTENSIONS


def starts_run(key: str, prefix: str) -> bool:
    """Whether a new object under this input path starts the workflow by itself. Hidden files (`.name`) are writers' temporaries: never."""
    return lies_under(key, prefix) and not key.rpartition("/")[2].startswith(".") and extension_allowed(key)


def lies_under(key: str, prefix: str) -> bool:
    """Whether a key begins with a prefix, however either is written."""
    return key.startswith(prefix) or same_form(key).startswith(same_form(prefix))


def same_form(text: str) -> str:
    """The form in which names are compared."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def written_forms(text: str) -> set[str]:
    """The ways in which a name may be stored that looks like this."""
    return {text} if text.isascii() else {unicodedata.normalize(form, text) for form in ("NFC", "NFD")}


def is_temporary(key: str, patterns: Sequence[str]) -> bool:
    """Whether the name of an object is one that is given to what is not complete."""
    name = key.rpartition("/")[2].lower()
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns)


def placeholders_of(name: str) -> list[str]:
    """Names beside an empty file that show that a downloader only holds its name."""
    return [name + ending for ending in _BESIDE]
