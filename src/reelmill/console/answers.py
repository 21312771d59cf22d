"""How the console's own addresses answer: JSON, refusals in the API's form, and a session where one is needed."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from reelmill.core import clock, jsonx
from reelmill.core.errors import CallerError
from reelmill.services import sessions
from reelmill.services.context import AppContext
from reelmill.services.sessions import Session

log = logging.getLogger(__name__)
Handler = Callable[[Request], Awaitable[Response]]
MAX_BODY = 64 * 1024
HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def answer(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """JSON."""
    return Response(
        jsonx.dumps(value).encode("utf-8", "replace"),
        status,
        {"Content-Type": "application/json", **HEADERS, **(headers or {})},
    )


def refusal(
    ctx: AppContext, error: CallerError, status: int | None = None, headers: Mapping[str, str] | None = None
) -> Response:
    """An error as the API tells it. `status` where a protocol wants another one than the table has."""
    return answer(error.body(clock.new_request_id(), urlsplit(ctx.base_url).netloc), status or error.status, headers)


def guarded(ctx: AppContext, handler: Handler) -> Handler:
    """The handler with refusals and bugs turned into answers."""

    async def safe(request: Request) -> Response:
        try:
            return await handler(request)
        except CallerError as error:
            return refusal(ctx, error)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except Exception:
            bug = clock.new_id()[:12]
            log.exception("bug %s in %s %s", bug, request.method, request.url.path)
            return refusal(ctx, CallerError("InternalError", detail=f"The server's log tells more under {bug}."))

    return safe


def signed_in(ctx: AppContext, handler: Callable[[Request, Session], Awaitable[Response]]) -> Handler:
    """As `guarded`, for those who have a session; what changes something needs its CSRF header."""

    async def checked(request: Request) -> Response:
        return await handler(request, await session_of(ctx, request))

    return guarded(ctx, checked)


async def session_of(
    ctx: AppContext, request: Request, run: Callable[..., Awaitable[Session]] = asyncio.to_thread
) -> Session:
    """The session behind a request; `run` finds a thread to look in. CallerError SessionEnded or Csrf."""
    token, csrf = (
        sessions.token_in(request.headers.getlist("cookie"), ctx.cookie),
        request.headers.get(sessions.CSRF_HEADER, ""),
    )
    return await run(sessions.require, ctx, token, request.method, csrf)


async def json_body(request: Request) -> dict[str, Any]:
    """The JSON object of a request. It must say that it is JSON: forms of other sites cannot."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise CallerError("InvalidParameter.Format", "Content-Type", "It must be application/json.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise CallerError("RequestEntityTooLarge", str(MAX_BODY))
    try:
        value = await asyncio.to_thread(jsonx.loads, body.decode("utf-8"), nul=True)
    except ValueError as error:
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", "Body") from error
    if not isinstance(value, dict):
        raise CallerError("InvalidParameter.JsonObjectFormatInvalid", "Body")
    return value
