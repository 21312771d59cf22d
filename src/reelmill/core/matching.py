"""The trigger rule (workflow.md 7): plain prefix, list of extensions. Pure.

A name may be written in two ways that look the same: é as one character (NFC, as people type it) or as e and an accent
(NFD, as a Mac stores it). Keys keep their bytes; where they are compared with what somebody typed, both are the same.
"""

import fnmatch
import re
import unicodedata
from collections.abc import Collection, Sequence

# Names that browsers, downloaders and copy programs give to what is not complete. Their last name comes by a rename.
TEMPORARY = (
    "*.part,*.partial,*.crdownload,*.download,*.opdownload,*.filepart,*.!qb,*.!ut,*.bc!,*.aria2,*.ytdl,*.part-frag*,*.tmp,*.temp,~*,*.temp.*,"
    "*.f[0-9][0-9].*,*.f[0-9][0-9][0-9].*,*.f[0-9][0-9][0-9]-*.*,*.fhls*.*,*.fdash*.*"
)
_BESIDE = (
    ".part",
    ".partial",
    ".crdownload",
    ".download",
    ".opdownload",
    ".filepart",
    ".!qB",
    ".!ut",
    ".aria2",
)  # what a downloader adds to a name that it holds

# Those of MPS (workflow.md 7.4), then what else people call files of formats that are opened here
# (media.probe.SAFE_FORMATS).
EXTENSIONS = ",".join(
    (
        "3gp asf avi dat dv flv f4v gif m2t m3u8 m4v mj2 mjpeg mkv mov mp4 mpe mpg mpeg mts ogg qt rm rmvb swf ts "
        "vob wmv webm "
        "aac ac3 acm amr ape caf flac m4a mp3 ra wav wma aiff "
        "3g2 3gpp amv apng dif divx evo gxf ismv ivf m1v m2p m2ts m2v mk3d mod mp4v mpv mxf nsv nut ogm ogv ogx tod tp "
        "trp vro wtv xvid "
        "ac4 aif aifc au awb dsf dts dtshd eac3 ec3 f4a isma m4b mka mp2 mpa mpc oga opus snd spx tak thd tta w64 "
        "weba wv"
    ).split()
)
EVERY = "*"
_EXTENSION = re.compile(r"[a-z0-9][a-z0-9_+-]{0,15}")


def extensions(text: str) -> tuple[str, ...]:
    """A list of extensions as it is written: separated by commas, case and a dot in front do not matter; `*` is every
    one. ValueError when it is none."""
    names = tuple(dict.fromkeys(name.strip().lower().removeprefix(".") for name in text.split(",")))
    if names == (EVERY,) or all(_EXTENSION.fullmatch(name) for name in names):
        return names
    raise ValueError("it must be extensions like mp4,mov,mxf, separated by commas, or * for every one")


def extension_allowed(key: str, allowed: Collection[str]) -> bool:
    """No dot in the file name, or an extension (case does not matter) of the list."""
    base = key.rpartition("/")[2]
    return "." not in base or EVERY in allowed or base.rpartition(".")[2].lower() in allowed


def starts_run(key: str, prefix: str, allowed: Collection[str]) -> bool:
    """Whether a new object under this input path starts the workflow by itself. Hidden files (`.name`) are writers'
    temporaries: never."""
    return lies_under(key, prefix) and not key.rpartition("/")[2].startswith(".") and extension_allowed(key, allowed)


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
