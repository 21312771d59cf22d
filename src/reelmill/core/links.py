"""Signed addresses: `/-/s/EXPIRY.SIGNATURE/BUCKET/DIR/...` opens a directory of a bucket, with everything below it, until EXPIRY. Pure.

The signature stands in the path, so that a playlist's relative addresses of its segments carry it by themselves.
"""

import hashlib
import hmac
from collections.abc import Iterator
from urllib.parse import quote

PREFIX = "/-/s"


def signed_path(key: bytes, bucket: str, object_key: str, expires_s: int) -> str:
    """The path that opens an object and everything in its directory until `expires_s` (seconds since 1970). Prepend the base address."""
    directory = object_key.rpartition("/")[0]
    return f"{PREFIX}/{expires_s}.{_signature(key, bucket, directory, expires_s)}/{bucket}/{quote(object_key, safe='/-_.~')}"


def opens(key: bytes, token: str, bucket: str, object_key: str, now_ms: int) -> bool:
    """Whether EXPIRY.SIGNATURE opens this object now."""
    expiry, _, signature = token.partition(".")
    if not (expiry.isascii() and expiry.isdigit() and len(expiry) <= 12 and key):
        return False
    # every directory above the object is tried, always all of them: the time taken tells nothing
    good = [hmac.compare_digest(_signature(key, bucket, d, int(expiry)).encode(), signature.encode("utf-8", "replace")) for d in _directories(object_key)]
    return any(good) and int(expiry) * 1000 > now_ms


def _directories(object_key: str) -> Iterator[str]:
    parts = object_key.split("/")[:-1]
    return ("/".join(parts[:depth]) for depth in range(len(parts) + 1))


def _signature(key: bytes, bucket: str, directory: str, expires_s: int) -> str:
    text = "\n".join((bucket, directory, str(expires_s)))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
