"""A small MPS client: requests signed by ACS3-HMAC-SHA256 (protocol.md 2.1), answers as plain JSON. Used by `mill call`
and by the demo."""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from reelmill.core import clock, jsonx
from reelmill.core.errors import ReelMillError

VERSION = "2014-06-18"
_ALGORITHM = "ACS3-HMAC-SHA256"
_LONGEST_QUERY = 8_000  # characters that stand in an address; more of them go as a form


class Refused(ReelMillError):
    """The server answered with an error. `answer` is its body, with Code, Message and RequestId."""

    def __init__(self, action: str, answer: Mapping[str, Any]):
        super().__init__(f"{action}: {answer.get('Code', 'unknown code')}: {answer.get('Message', 'no message')}")
        self.answer = answer


class Unreachable(ReelMillError):
    """No server answers there, or something else than a ReelMill does."""


class Client:
    """Calls operations of one server as one AccessKey. Not for several threads at once."""

    def __init__(self, base_url: str, key_id: str, secret: str, timeout: float = 60.0):
        self._base, self._id, self._secret = base_url.rstrip("/"), key_id, secret
        self._http = httpx.Client(
            timeout=timeout, trust_env=False
        )  # a proxy of the environment must not see a call to this machine

    def call(self, action: str, **parameters: object) -> dict[str, Any]:
        """The answer of one operation. Lists and dicts go as JSON text, True and False as MPS writes them; None is left
        out.

        Raises Refused for an error answer and Unreachable when there is no proper one.
        """
        whole = canonical_query(texts(parameters))
        query, form = (whole, b"") if len(whole) <= _LONGEST_QUERY else ("", whole.encode())
        headers = signed_headers(
            action,
            urlsplit(self._base).netloc,
            query,
            self._id,
            self._secret,
            clock.iso(clock.now_ms()) or "",
            clock.new_id(),
            form,
        )
        if form:
            headers["content-type"] = "application/x-www-form-urlencoded"
        try:
            response = self._http.post(f"{self._base}/?{query}", headers=headers, content=form)
            answer = jsonx.loads(response.text, nul=True)  # an answer may quote what was wrong
        except httpx.HTTPError as error:
            raise Unreachable(
                f"No server answers at {self._base} ({error}). Start one with ./mill serve, or correct --host and "
                f"--port."
            ) from error
        except ValueError as error:
            raise Unreachable(
                f"What answers at {self._base} is not a ReelMill: HTTP {response.status_code}, not JSON."
            ) from error
        if response.status_code >= 400:
            raise Refused(action, answer)
        return answer

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()


def canonical_query(parameters: Mapping[str, str]) -> str:
    """Sorted and percent-encoded as the signature wants it; also valid as the query of the address."""
    return "&".join(f"{quote(k, safe='~')}={quote(v, safe='~')}" for k, v in sorted(parameters.items()))


def signed_headers(
    action: str, host: str, query: str, key_id: str, secret: str, date: str, nonce: str, form: bytes = b""
) -> dict[str, str]:
    """Headers of one POST to `/` with this body. `date` is ISO 8601 in UTC, `nonce` never used before. Pure."""
    body = hashlib.sha256(form).hexdigest()
    headers = {
        "accept": "application/json",
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body,
        "x-acs-date": date,
        "x-acs-signature-nonce": nonce,
        "x-acs-version": VERSION,
    }
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    request = "\n".join(["POST", "/", query, lines, names, body])
    to_sign = f"{_ALGORITHM}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    return headers | {"authorization": f"{_ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={signature}"}


def texts(parameters: Mapping[str, object]) -> dict[str, str]:
    """Parameters as they go over the wire."""
    return {name: _text(value) for name, value in parameters.items() if value is not None}


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return jsonx.dumps(value) if isinstance(value, dict | list) else str(value)
