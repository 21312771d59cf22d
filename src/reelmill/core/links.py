"""Signed addresses: `/-/s/TOKEN/BUCKET/OBJECT` opens an object until a moment. Pure.

TOKEN is EXPIRY.SIGNATURE for exactly this object, or EXPIRY.LENGTH.SIGNATURE for a package (a playlist with what it
refers to): everything whose key begins with the first LENGTH characters of it, which are the playlist's folder. What is
a playlist, and what a part of a stream, says whoever knows the types of objects. The token stands in the path, so that
a playlist's relative addresses carry it by themselves. A signature counts for one holder of the bucket (whose it is,
since when): when its name changes hands, it opens nothing.
"""

import hashlib
import hmac
import re
from collections.abc import Callable
from urllib.parse import quote

PREFIX = "/-/s"
_TOKEN = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,4}))?\.([0-9a-f]{64})", re.ASCII)


def signed_path(key: bytes, holder: str, bucket: str, object_key: str, expires_s: int, *, playlist: bool) -> str:
    """The path that opens an object, and what belongs to it when it is a playlist, until `expires_s` (seconds since
    1970). Prepend the base address."""
    scope = _scope(object_key) if playlist else None
    length = "" if scope is None else f".{len(scope)}"
    token = f"{expires_s}{length}.{_signature(key, holder, bucket, object_key if scope is None else scope, f'{expires_s}{length}')}"  # noqa: E501
    return f"{PREFIX}/{token}/{bucket}/{quote(object_key, safe='/-_.~')}"


def _scope(playlist: str) -> str | None:
    """What the keys of a package begin with: its playlist's folder, or, where that would be the whole bucket, the
    playlist's own name without extension. None where nothing is left of that: such a playlist opens itself alone."""
    folder, slash, _ = playlist.rpartition("/")
    return folder + slash or playlist.rpartition(".")[0] or None


def opens(
    key: bytes, holder: str, token: str, bucket: str, object_key: str, now_ms: int, *, streamed: Callable[[], bool]
) -> bool:
    """Whether the token opens this object now. `holder` is who holds the bucket now, "" nobody. `streamed` tells
    whether the object is of a type that streams are made of."""
    read = _TOKEN.fullmatch(token)
    if not read or not key or not holder or int(read[1]) * 1000 <= now_ms:
        return False
    scope, terms = object_key, read[1]
    if read[2]:
        scope, terms = object_key[: int(read[2])], f"{read[1]}.{read[2]}"
        if not scope.endswith("/") and not (_bears_the_name(scope, object_key) and streamed()):
            return False
    return hmac.compare_digest(_signature(key, holder, bucket, scope, terms).encode(), read[3].encode())


def _bears_the_name(stem: str, object_key: str) -> bool:
    return "/" not in stem and object_key[len(stem) : len(stem) + 1] in ("-", ".", "_", "/")


def _signature(key: bytes, holder: str, bucket: str, scope: str, terms: str) -> str:
    return hmac.new(
        key, "\n".join((holder, bucket, terms, scope)).encode("utf-8", "surrogatepass"), hashlib.sha256
    ).hexdigest()


def media_token(key: bytes, media: str, expires_s: int) -> str:
    """What opens the data key of a medium until a moment; a playlist that is served at a signed address holds it."""
    return f"{expires_s}.{_signature(key, 'key', media, '', str(expires_s))}"


def opens_media(key: bytes, token: str, media: str, now_ms: int) -> bool:
    """Whether the token opens the data key of this medium now."""
    read = _TOKEN.fullmatch(token)
    if not read or read[2] or not key or not media or int(read[1]) * 1000 <= now_ms:
        return False
    return hmac.compare_digest(media_token(key, media, int(read[1])).encode(), token.encode())


def expiry(token: str) -> int:
    """When the token of a signed address ends, seconds since 1970; 0 when it is none."""
    read = _TOKEN.fullmatch(token)
    return int(read[1]) if read else 0
