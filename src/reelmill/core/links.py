"""Signed addresses: `/-/s/TOKEN/BUCKET/OBJECT` opens an object until a moment. Pure.

TOKEN is EXPIRY.SIGNATURE for exactly this object, or EXPIRY.LENGTH.SIGNATURE for a package (a playlist with what it
refers to): everything whose key begins with the first LENGTH characters of it, which are the playlist's folder. The
token stands in the path, so that a playlist's relative addresses carry it by themselves. A signature counts for one
holder of the bucket (whose it is, since when): when its name changes hands, it opens nothing.
"""

import hashlib
import hmac
import re
from urllib.parse import quote

PREFIX = "/-/s"
_TOKEN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,4}))?\.([0-9a-f]{64})", re.ASCII)
_PLAYLISTS = (".m3u8", ".mpd")
_PARTS = (*_PLAYLISTS, ".ts", ".m4s", ".mp4", ".m4a", ".m4v", ".aac", ".vtt")


def signed_path(key: bytes, holder: str, bucket: str, object_key: str, expires_s: int) -> str:
    """The path that opens an object, and what belongs to it when it is a playlist, until `expires_s` (seconds since
    1970). Prepend the base address."""
    scope = scope_of(object_key)
    length = "" if scope is None else f".{len(scope)}"
    token = f"{expires_s}{length}.{_signature(key, holder, bucket, object_key if scope is None else scope, f'{expires_s}{length}')}"  # noqa: E501
    return f"{PREFIX}/{token}/{bucket}/{quote(object_key, safe='/-_.~')}"


def scope_of(object_key: str) -> str | None:
    """What the keys of a package begin with: its playlist's folder, or, where that would be the whole bucket, the
    playlist's own name without extension. None for an object that is no playlist."""
    stem, dot, extension = object_key.rpartition(".")
    if not stem or (dot + extension).lower() not in _PLAYLISTS:
        return None
    folder, slash, _ = object_key.rpartition("/")
    return folder + slash or stem


def opens(key: bytes, holder: str, token: str, bucket: str, object_key: str, now_ms: int) -> bool:
    """Whether the token opens this object now. `holder` is who holds the bucket now, "" nobody."""
    read = _TOKEN.fullmatch(token)
    if not read or not key or not holder or int(read[1]) * 1000 <= now_ms:
        return False
    scope, terms = object_key, read[1]
    if read[2]:
        scope, terms = object_key[: int(read[2])], f"{read[1]}.{read[2]}"
        if not _belongs(scope, object_key):
            return False
    return hmac.compare_digest(_signature(key, holder, bucket, scope, terms).encode(), read[3].encode())


def _belongs(scope: str, object_key: str) -> bool:
    if scope.endswith("/"):
        return True
    rest = object_key[len(scope) :]
    return "/" not in scope and rest[:1] in ("-", ".", "_", "/") and object_key.lower().endswith(_PARTS)


def _signature(key: bytes, holder: str, bucket: str, scope: str, terms: str) -> str:
    return hmac.new(
        key, "\n".join((holder, bucket, terms, scope)).encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()
