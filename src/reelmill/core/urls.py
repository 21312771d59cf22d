"""Object addresses: `http://HOST:PORT/BUCKET/OBJECT` (ours) and `http://BUCKET.oss-REGION.aliyuncs.com/OBJECT` (the
vendor's form)."""

import re
from urllib.parse import quote, unquote, urlsplit

from reelmill.core.errors import CallerError, UserText
from reelmill.core.model import ObjectRef

_VENDOR = re.compile(r"(?P<bucket>[a-z0-9][a-z0-9_-]*)\.(?P<location>oss-[a-z0-9-]+)\.aliyuncs\.com")
BUCKET_NAME = re.compile(
    r"[a-z0-9][a-z0-9_-]{1,62}[a-z0-9]"
)  # for fullmatch: "$" would let a line feed through. 3 to 64 bytes, no hyphen at the ends
MAX_KEY = 1023
MAX_PART = 255  # what Linux file systems allow
MAX_URL = 3200


def location_of(region: str) -> str:
    """`oss-cn-hangzhou` of `cn-hangzhou`."""
    return f"oss-{region}"


def key_problem(key: str) -> UserText:
    """Why a decoded object key cannot be used ("" when it can): 1 to 1023 bytes of UTF-8, none of its parts longer than
    a file's name, no control characters, no way out of the bucket."""
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "it is not UTF-8"
    if not 1 <= size <= MAX_KEY:
        return f"it has {size} bytes; 1 to {MAX_KEY} are allowed"
    if (longest := max(len(part.encode()) for part in key.split("/"))) > MAX_PART:
        return f"a part of it has {longest} bytes; a file's name may have {MAX_PART}"
    if any(ord(c) < 32 or ord(c) == 127 for c in key):
        return "it contains control characters"
    if (
        key.startswith(("/", "\\"))
        or any(part in ("", ".", "..") for part in key.split("/")[:-1])
        or key.split("/")[-1] in (".", "..")
    ):
        return "it must be a plain path without empty, '.' or '..' parts"
    if key.endswith("/"):
        return "it names a folder"
    return ""


def object_url(base: str, ref: ObjectRef) -> str:
    """Canonical unsigned address of an object under our own base (`http://HOST:PORT`)."""
    return f"{base}/{ref.bucket}/{quote(ref.key, safe='/-_.~')}"


def parse_file_url(url: str, own_hosts: frozenset[str], region: str, name: str = "FileURL") -> ObjectRef:
    """The object that a FileURL names. `own_hosts` are the `host:port` values under which this server is known.

    Raises CallerError InvalidParameter.Format or .ObjectKeyInvalid. Only http, and https for this server; other hosts
    are refused, so nothing is ever fetched from outside.
    """
    if len(url.encode()) > MAX_URL:
        raise CallerError("InvalidParameter.OutOfRange", name, f"It is longer than {MAX_URL} bytes.")
    try:
        parts = urlsplit(url)
        host = (parts.netloc or "").lower()
        path = unquote(parts.path, errors="strict")
    except ValueError as error:
        raise CallerError("InvalidParameter.Format", name, "It is not an http address of an object.") from error
    if (
        not (parts.scheme == "http" or (parts.scheme == "https" and host in own_hosts))
        or not host
        or parts.query
        or parts.fragment
        or "@" in host
    ):
        raise CallerError(
            "InvalidParameter.Format",
            name,
            "It must look like http://BUCKET.oss-REGION.aliyuncs.com/OBJECT or http://HOST:PORT/BUCKET/OBJECT.",
        )
    vendor = _VENDOR.fullmatch(host)
    if vendor:
        bucket, location, key = vendor["bucket"], vendor["location"], path[1:]
    elif host in own_hosts:
        bucket, _, key = path[1:].partition("/")
        location = location_of(region)
    else:
        raise CallerError(
            "InvalidParameter.Format",
            name,
            f"The host {host!r} is neither this server nor BUCKET.oss-REGION.aliyuncs.com.",
        )
    if not BUCKET_NAME.fullmatch(bucket):
        raise CallerError(
            "InvalidParameter.Format", name, f"{bucket!r} is no name of a bucket."
        )  # our own pages under /-/ are none either
    if problem := key_problem(key):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", key, f"The key in {name} cannot be used: {problem}.")
    return ObjectRef(bucket, location, key)


def stored(url: str, home: str = "") -> ObjectRef | None:
    """The object that an address names: in the vendor's form, or under our own base (`http://HOST:PORT`, "" for none).
    None: it leads elsewhere."""
    try:
        parts = urlsplit(url)
        path = unquote(parts.path, errors="strict")
    except ValueError:
        return None
    host = (parts.netloc or "").lower()
    if vendor := _VENDOR.fullmatch(host):
        bucket, location, key = vendor["bucket"], vendor["location"], path[1:]
    elif home and host == urlsplit(home).netloc.lower():
        bucket, _, key = path[1:].partition("/")
        location = ""
    else:
        return None
    if not BUCKET_NAME.fullmatch(bucket) or key_problem(key):
        return None
    return ObjectRef(bucket, location, key)
