"""Requests signed by hand, for what no SDK would send."""

import base64
import hashlib
import hmac
import uuid
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlencode

import httpx

from contract.conftest import KEYS, Site

LINK = httpx.Client(trust_env=False, timeout=30)  # one for all: each new one reads the list of authorities first


def now(minutes: int = 0, form: str = "%Y-%m-%dT%H:%M:%SZ") -> str:
    return (datetime.now(UTC) + timedelta(minutes=minutes)).strftime(form)


def v1(
    site: Site,
    action: str,
    method: str = "GET",
    secret: str | None = None,
    body: bool = False,
    headers: dict[str, str] | None = None,
    key: str = "LTAIalice",
    **changes: str,
) -> httpx.Response:
    """A request signed by HMAC-SHA1, made by hand; `changes` are parameters."""
    secret = secret or KEYS[key][0]
    pairs = {
        "Action": action,
        "Version": "2014-06-18",
        "AccessKeyId": key,
        "SignatureMethod": "HMAC-SHA1",
        "SignatureVersion": "1.0",
        "SignatureNonce": uuid.uuid4().hex,
        "Timestamp": now(),
        "Format": "JSON",
    } | changes
    canonical = "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(pairs.items()))
    to_sign = f"{method}&%2F&{quote(canonical, safe='~')}"
    pairs["Signature"] = base64.b64encode(
        hmac.new(f"{secret}&".encode(), to_sign.encode(), hashlib.sha1).digest()
    ).decode()
    if body:
        return LINK.request(method, site.url, data=pairs)
    return LINK.request(method, f"{site.url}/?{urlencode(pairs)}", headers=headers)


def acs3(
    site: Site,
    action: str,
    path: str = "/",
    body: bytes = b"",
    secret: str | None = None,
    leave: str = "",
    key: str = "LTAIalice",
    **changes: str,
) -> httpx.Response:
    """A request signed by ACS3, made by hand. `changes` are header values (underscores for hyphens), `leave` a header
    that is not signed."""
    headers = {
        "host": f"127.0.0.1:{site.port}",
        "x-acs-action": action,
        "x-acs-version": "2014-06-18",
        "x-acs-date": now(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
    }
    headers |= {k.replace("_", "-"): v for k, v in changes.items()}
    signed = sorted(h for h in headers if h != leave)
    request = "\n".join(
        [
            "POST",
            path,
            "",
            "".join(f"{h}:{headers[h]}\n" for h in signed),
            ";".join(signed),
            headers["x-acs-content-sha256"],
        ]
    )
    digest = hashlib.sha256(request.encode()).hexdigest()
    signature = hmac.new(
        (secret or KEYS[key][0]).encode(), f"ACS3-HMAC-SHA256\n{digest}".encode(), hashlib.sha256
    ).hexdigest()
    headers["Authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={';'.join(signed)},Signature={signature}"
    )
    return LINK.post(f"{site.url}{path}", headers=headers, content=body)


def signed_body(port: int, action: str, path: str, body: bytes, key: str, secret: str) -> dict[str, str]:
    """Headers that sign a POST of this body to a path without a query, by ACS3."""
    digest = hashlib.sha256(body).hexdigest()
    headers = {
        "host": f"127.0.0.1:{port}",
        "x-acs-action": action,
        "x-acs-content-sha256": digest,
        "x-acs-date": now(),
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-version": "2014-06-18",
    }
    request = "\n".join(
        ["POST", path, "", "".join(f"{n}:{v}\n" for n, v in headers.items()), ";".join(headers), digest]
    )
    signature = hmac.new(
        secret.encode(), f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}".encode(), hashlib.sha256
    ).hexdigest()
    return headers | {
        "authorization": f"ACS3-HMAC-SHA256 Credential={key},SignedHeaders={';'.join(headers)},Signature={signature}"
    }


def code(answer: httpx.Response) -> str:
    return str(answer.json().get("Code"))
