"""A request to the message service: taken apart, and who signed it."""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from reelmill.core import clock, mns
from reelmill.core.errors import CallerError
from reelmill.core.mns import MnsError
from reelmill.core.model import Caller
from reelmill.services import accounts
from reelmill.services.sessions import token_in

PREFIX = "/-/mns"
MAX_BODY = 2 * 1024 * 1024  # sixteen messages of 64 KB, as XML
_SKEW_MS = 15 * 60 * 1000
_REGION = re.compile(r"\.mns\.([a-z]{2}-[a-z0-9-]+?)(?:-internal)?(?:-vpc)?\.")


@dataclass(frozen=True, slots=True)
class Request:
    """`parts`: of the path, decoded; `query`: names in lower case, for clients differ; `prefix`: what stands before
    the paths of the service in this client's world; `target`: path and query as they were sent."""

    method: str
    parts: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    prefix: str
    target: str

    def number(self, name: str, least: int, most: int, usual: int) -> int:
        """A number of the query; MnsError InvalidQueryParameter."""
        text = self.query.get(name, "")
        return usual if not text else whole(name, text, least, most, "InvalidQueryParameter")


def whole(name: str, text: str, least: int, most: int, code: str = "InvalidArgument") -> int:
    """A whole number within bounds."""
    if not re.fullmatch(r"-?[0-9]{1,12}", text.strip()) or not least <= int(text) <= most:
        raise MnsError(code, f"{name} must be a number from {least} to {most}.")
    return int(text)


def is_ours(scope: Mapping[str, Any]) -> bool:
    """Whether a request is for the message service: by its address, or by what its clients send to the root."""
    path = scope["path"]
    if path == PREFIX or path.startswith(PREFIX + "/"):
        return True
    return any(
        name == b"x-mns-version" or (name == b"authorization" and value.startswith(b"MNS "))
        for name, value in scope["headers"]
    )


def read(scope: Mapping[str, Any], body: bytes) -> Request:
    """MnsError for what cannot be understood."""
    path = (scope.get("raw_path") or scope["path"].encode()).decode("latin-1")
    query = scope["query_string"].decode("latin-1")
    prefix = PREFIX if scope["path"].startswith(PREFIX) else ""
    heads: dict[str, str] = {}
    for name, value in scope["headers"]:
        key = name.decode("latin-1").lower()
        heads[key] = heads[key] + "," + value.decode("latin-1") if key in heads else value.decode("latin-1").strip()
    pairs = parse_qsl(query, keep_blank_values=True, max_num_fields=50)
    parts = tuple(unquote(part) for part in path.removeprefix(prefix).strip("/").split("/") if part)
    asked = {name.lower(): value for name, value in pairs}
    return Request(scope["method"], parts, asked, heads, body, prefix, path + (f"?{query}" if query else ""))


def session_token(request: Request, cookie: str) -> str:
    """The session of a page of the console that asks under our prefix without a signature; "" when it is none."""
    if not request.prefix or request.headers.get("authorization"):
        return ""
    return token_in([request.headers.get("cookie", "")], cookie)


def key_id_of(request: Request) -> str:
    """Whose key signed the request, as it says; MnsError when it says nothing of the kind, or not now."""
    scheme, _, rest = request.headers.get("authorization", "").partition(" ")
    key_id, _, signature = rest.strip().partition(":")
    if not scheme:
        raise MnsError("AccessDenied", "The request is not signed: it has no Authorization header.")
    if scheme != "MNS" or not key_id or not signature:
        raise MnsError("InvalidAuthorizationHeader", "The Authorization header must be: MNS AccessKeyId:Signature.")
    if request.headers.get("security-token"):
        raise MnsError("AccessDenied", "Temporary credentials are not supported; use an AccessKey pair.")
    _check_time(request.headers.get("date") or request.headers.get("x-mns-date") or "")
    return key_id


def caller_of(request: Request, key: Mapping[str, Any] | None, region: str, regions: tuple[str, ...]) -> Caller:
    """Who signed the request, with the `key` that it names; MnsError when anything about that is wrong."""
    signature = request.headers["authorization"].rpartition(":")[2]
    if key is None:
        raise MnsError("AccessIDAuthError", "The AccessKey Id you provided is not exist.")
    if not any(
        hmac.compare_digest(_sign(key["secret"], text).encode(), signature.encode("latin-1"))
        for text in _to_sign(request)
    ):
        raise MnsError("SignatureDoesNotMatch", "The request signature we calculated does not match your signature.")
    if key["state"] != "Active":
        raise MnsError("AccessDenied", "The AccessKey is disabled.")
    _check_digest(request)
    host = _REGION.search(request.headers.get("host", ""))
    asked = host[1] if host else region
    if asked not in regions:
        raise MnsError("InvalidArgument", f"This server plays {', '.join(regions)}, not {asked}.")
    return Caller(key["account"], asked, key["role"])


def allow(caller: Caller, access: str, what: str) -> None:
    """MnsError AccessDenied unless the caller's role may do this."""
    try:
        accounts.check(caller, access, f"mns:{what}")
    except CallerError as error:
        raise MnsError("AccessDenied", error.message) from error


def _to_sign(request: Request) -> list[str]:
    """The texts that may be under the signature: one client knows of the prefix in its address, the other signs what
    stands behind it."""
    h = request.headers
    ours = "".join(f"{name}:{h[name]}\n" for name in sorted(h) if name.startswith("x-mns-"))
    head = "\n".join([request.method, h.get("content-md5", ""), h.get("content-type", ""), h.get("date", ""), ours])
    return [head + target for target in dict.fromkeys((request.target, request.target.removeprefix(request.prefix)))]


def _sign(secret: str, text: str) -> str:
    # header values are the bytes that came
    return base64.b64encode(hmac.new(secret.encode(), text.encode("latin-1"), hashlib.sha1).digest()).decode()


def _check_time(text: str) -> None:
    try:
        sent = int(parsedate_to_datetime(text).timestamp() * 1000)
    except (ValueError, TypeError, OverflowError) as error:
        raise MnsError("InvalidDateHeader", "The Date header must be there, as HTTP writes times.") from error
    if abs(clock.now_ms() - sent) > _SKEW_MS:
        raise MnsError("TimeExpired", f"The http request you sent is expired: it is {clock.iso(clock.now_ms())} here.")


def _check_digest(request: Request) -> None:
    """Clients send the Base64 of the hex digest, others what HTTP says: of the digest itself."""
    sent = request.headers.get("content-md5")
    if not sent:
        return
    digest = hashlib.md5(request.body, usedforsecurity=False)
    try:
        given = base64.b64decode(sent, validate=True)
    except (binascii.Error, ValueError):
        given = b""
    if given.lower() != digest.hexdigest().encode() and given != digest.digest():
        raise MnsError("InvalidDigest", "The Content-MD5 you specified is not that of the body.")


def version_ok(request: Request) -> None:
    """Another version than ours is told so."""
    if request.headers.get("x-mns-version", mns.VERSION) != mns.VERSION:
        raise MnsError("InvalidVersion", f"The x-mns-version must be {mns.VERSION}.")
