"""Who asks: ACS3-HMAC-SHA256 (protocol.md 2.1) and the older V1 HMAC-SHA1 in the query (3.1). Only permanent AccessKey
pairs."""

import base64
import hashlib
import hmac
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from reelmill.api.wire import Wire
from reelmill.core import clock
from reelmill.core.errors import CallerError, UserText
from reelmill.services.sessions import token_in

SKEW_MS = 15 * 60 * 1000
SCHEME = "ACS3-HMAC-SHA256"
_TOKEN_HEADERS = ("x-acs-security-token", "x-acs-bearer-token")  # what clients add with temporary credentials
_SHOWN = 1000  # characters of our string to sign that an error tells


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about its signature, and the signature that the secret would give."""

    key_id: str
    signature: str
    time_ms: int
    nonce: str
    to_sign: str
    sign: Callable[[str], str]  # secret -> signature


class Nonces:
    """Nonces that were used, kept until their time stamp is refused anyway. In memory: after a restart a replay within
    the skew is possible; nothing of this API hurts by that more than a repeat by the caller would."""

    def __init__(self) -> None:
        self._used: dict[tuple[str, str], int] = {}
        self._lock = threading.Lock()
        self._swept_ms = 0

    def use(self, key_id: str, nonce: str, until_ms: int) -> bool:
        """Take a nonce; False when somebody did before."""
        now = clock.now_ms()
        with self._lock:
            if now - self._swept_ms > 60_000:
                self._used = {pair: until for pair, until in self._used.items() if until > now}
                self._swept_ms = now
            if self._used.get((key_id, nonce), 0) > now:
                return False
            self._used[key_id, nonce] = until_ms
            return True


def is_acs3(wire: Wire) -> bool:
    """Whether the request is signed in a header (then JSON is the default form of the answer)."""
    return wire.header("authorization").startswith("ACS3-")


def session_token(wire: Wire, cookie: str) -> str:
    """The session cookie of the console, "" when there is none."""
    return token_in(wire.headers.get("cookie", ()), cookie)


def has_session(wire: Wire, cookie: str) -> bool:
    """Whether the request comes from a page of the console: it has the cookie and no signature."""
    return not wire.header("authorization") and "Signature" not in wire.query and bool(session_token(wire, cookie))


def authenticate(wire: Wire, find_key: Callable[[str], Mapping[str, Any] | None], nonces: Nonces) -> Mapping[str, Any]:
    """The row of the access key that signed the request. CallerError when anything about the signature is wrong."""
    if any(wire.header(name) for name in _TOKEN_HEADERS) or any(
        wire.params.get(name) for name in ("SecurityToken", "BearerToken")
    ):
        raise _incomplete("temporary credentials (STS, bearer tokens) are not supported; use an AccessKey pair.")
    if is_acs3(wire):
        claim = acs3_claim(wire)
    elif "Signature" in wire.params:
        claim = v1_claim(wire)
    else:
        raise CallerError(
            "MissingAccessKeyId",
            message="The request is not signed: it has neither an ACS3 Authorization header nor a Signature parameter.",
        )
    if abs(clock.now_ms() - claim.time_ms) > SKEW_MS:
        raise CallerError(
            "InvalidTimeStamp.Expired",
            detail=f"The server's clock says {clock.iso(clock.now_ms())}; 15 minutes of difference are allowed.",
        )
    key = find_key(claim.key_id)
    if key is None:
        raise CallerError("InvalidAccessKeyId.NotFound")
    if not hmac.compare_digest(claim.sign(key["secret"]).encode(), claim.signature.encode()):
        raise CallerError("SignatureDoesNotMatch", detail=f"Server string to sign is: {claim.to_sign[:_SHOWN]}")
    if key["state"] != "Active":
        raise CallerError("InvalidAccessKeyId.Inactive")
    if not nonces.use(claim.key_id, claim.nonce, claim.time_ms + SKEW_MS):
        raise CallerError("SignatureNonceUsed")
    return key


def encode(text: str) -> str:
    """Percent-encoding of both signatures: RFC 3986, unreserved characters stay."""
    return quote(text, safe="~")


def canonical(pairs: Mapping[str, str]) -> str:
    """Sorted, encoded `k=v&k=v`."""
    return "&".join(f"{encode(k)}={encode(v)}" for k, v in sorted(pairs.items()))


def acs3_claim(wire: Wire) -> Claim:
    """Read an `Authorization: ACS3-HMAC-SHA256 ...` header. What steers the request must be among the signed
    headers."""
    scheme, _, rest = wire.header("authorization").partition(" ")
    if scheme != SCHEME:
        raise _incomplete(f"only {SCHEME} is supported, not {scheme[:40]!r}.")
    pairs = [part.strip().partition("=")[::2] for part in rest.split(",")]
    parts = dict(pairs)
    if len(parts) < len(pairs):
        raise _incomplete("a part of the Authorization header was given more than once.")
    names = parts.get("SignedHeaders", "").split(";")
    if not parts.get("Credential") or not parts.get("Signature") or not all(names):
        raise _incomplete("the Authorization header needs Credential, SignedHeaders and Signature.")
    needed = {"host", "x-acs-date", "x-acs-signature-nonce"} | ({"x-acs-action", "x-acs-version"} & wire.headers.keys())
    if lacking := sorted(needed - set(names)) or sorted(set(names) - wire.headers.keys()):
        raise _incomplete(f"these headers must be sent and signed: {', '.join(lacking)}.")
    digest = hashlib.sha256(wire.body).hexdigest()
    if not hmac.compare_digest(digest, wire.header("x-acs-content-sha256").lower()):
        raise _incomplete("x-acs-content-sha256 is not the SHA-256 of the body.")
    heads = "".join(f"{name}:{','.join(sorted(wire.headers[name]))}\n" for name in names)
    path = quote(wire.path or "/", safe="/~")
    request = "\n".join(
        [wire.method, path, canonical(wire.query), heads, parts["SignedHeaders"], wire.header("x-acs-content-sha256")]
    )
    to_sign = (
        f"{SCHEME}\n{hashlib.sha256(request.encode('latin-1')).hexdigest()}"  # header values are the bytes that came
    )
    return Claim(
        parts["Credential"],
        parts["Signature"],
        _time(wire.header("x-acs-date")),
        _nonce(wire.header("x-acs-signature-nonce")),
        f"{to_sign} of the canonical request: {request}",
        lambda secret: _hex(secret, to_sign),
    )


def v1_claim(wire: Wire) -> Claim:
    """Read a signature in the parameters. Only method and parameters are signed, so nothing else of the request is
    listened to; where the address or a JSON body steers, this signature would cover nothing that matters."""
    if wire.path not in ("", "/"):
        raise _incomplete(
            f"requests to this address are signed by {SCHEME}; HMAC-SHA1 covers neither the address nor a JSON body."
        )
    pairs = {**wire.query, **wire.form}
    signature = pairs.pop("Signature", "")
    for name in ("AccessKeyId", "Timestamp", "SignatureNonce"):
        if not pairs.get(name):
            raise CallerError("MissingAccessKeyId" if name == "AccessKeyId" else "MissingParameter", name)
    if (
        pairs.get("SignatureMethod", "").upper() != "HMAC-SHA1"
        or pairs.get("SignatureVersion") != "1.0"
        or pairs.get("SignatureType")
    ):
        raise _incomplete("SignatureMethod must be HMAC-SHA1, SignatureVersion 1.0 and SignatureType empty.")
    to_sign = f"{wire.method}&%2F&{encode(canonical(pairs))}"

    def sign(secret: str) -> str:
        return base64.b64encode(hmac.new(f"{secret}&".encode(), to_sign.encode(), hashlib.sha1).digest()).decode()

    return Claim(
        pairs["AccessKeyId"], signature, _time(pairs["Timestamp"]), _nonce(pairs["SignatureNonce"]), to_sign, sign
    )


def _hex(secret: str, text: str) -> str:
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _time(text: str) -> int:
    try:
        return clock.from_iso(text)
    except ValueError as error:
        raise CallerError("InvalidTimeStamp.Format", detail="It must look like 2026-11-23T06:10:25Z.") from error


def _nonce(text: str) -> str:
    if not 1 <= len(text) <= 256:
        raise _incomplete("the nonce must have 1 to 256 characters.")
    return text


def _incomplete(why: UserText) -> CallerError:
    return CallerError("IncompleteSignature", why)
