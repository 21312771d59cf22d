"""The key server of encrypted streams: `/-/keys?Ciphertext=...&MediaId=...&MtsHlsUriToken=...` answers 16 bytes, to
POST a licence with clear keys (EME), as players ask for with common encryption.

A playlist names its key without a token. Served at a signed address it gets one, as long as the address is good; a
token that a player brings itself (`?MtsHlsUriToken=...` at the playlist, as with MPS's CDN) is handed on to whatever
key server the playlist names.
"""

import base64
import html
import json
import re
from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from reelmill.core import clock, links
from reelmill.media.locks import key_id
from reelmill.services import library
from reelmill.services.context import AppContext

PATH = "/-/keys"
TOKEN = "MtsHlsUriToken"
_KEY = re.compile(r'(#EXT-X-KEY:[^\n]*?URI=")([^"]*)(")')
_LICENSE = re.compile(r'(<dashif:Laurl licenseType="EME-1.0">)([^<]*)(<)')
_MARKS = ("#EXT-X-KEY:", "<dashif:Laurl")
MAX_PLAYLIST = 16 << 20  # bytes of a playlist that is read for its keys


def with_tokens(ctx: AppContext, text: str, place: tuple[str, str], link: str, brought: str) -> str:
    """The playlist at a place (bucket, key) whose keys can be had by whoever holds this signed address (`link`: its
    token, "" for none)."""

    def told(found: re.Match[str]) -> str:
        uri = urlsplit(found[2])
        media = parse_qs(uri.query).get("MediaId", [""])[0]
        expires = links.expiry(link)
        may = expires and uri.path == PATH and media and library.made_for(ctx, *place, media)
        ours = links.media_token(ctx.signing_key, media, expires) if may else ""
        token = ours or quote(brought, safe="")
        return f"{found[1]}{found[2]}{f'&{TOKEN}={token}' if token else ''}{found[3]}"

    return _LICENSE.sub(lambda found: _escaped(told, found), _KEY.sub(told, text))


def _escaped(told: Callable[[re.Match[str]], str], found: re.Match[str]) -> str:
    """In XML, & has another spelling."""
    plain = re.match(r"(.*?)(http.*)(<)", html.unescape(found[1] + found[2]) + found[3], re.S)
    if plain is None:
        return found[0]
    said = told(plain)
    return found[1] + html.escape(said[len(plain[1]) : -1], quote=False) + found[3]


def named(text: str) -> bool:
    """Whether a playlist or manifest names a key."""
    return any(mark in text for mark in _MARKS)


async def answer(ctx: AppContext, request: Request, shared: Callable[[Request], dict[str, str]]) -> Response:
    """GET or POST /-/keys. Nobody learns whether a ciphertext is good who holds no token for its medium."""
    asked = request.query_params
    media, headers = asked.get("MediaId", ""), {**shared(request), "Cache-Control": "no-store"}
    if not links.opens_media(ctx.signing_key, asked.get(TOKEN, ""), media, clock.now_ms()):
        return PlainTextResponse("The key is given to who holds a signed address of the film.\n", 403, headers)
    key = ctx.vault.open(asked.get("Ciphertext", ""), media)
    if key is None:
        return PlainTextResponse("This is no key of this medium.\n", 403, headers)
    if request.method == "POST":  # a player with the clear keys of EME (W3C Encrypted Media Extensions, 9.1.4)
        one = {"kty": "oct", "kid": _base64(bytes.fromhex(key_id(media))), "k": _base64(key)}
        return Response(
            json.dumps({"keys": [one], "type": "temporary"}), headers=headers, media_type="application/json"
        )
    return Response(key, headers=headers, media_type="application/octet-stream")


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
