"""The HTTP front: `/` speaks MPS, `/BUCKET/OBJECT` serves objects, everything of our own stands under `/-/`."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from reelmill import __version__
from reelmill.api import keys, openapi, render, wire
from reelmill.api.dispatch import Dispatcher, Reply
from reelmill.api.serve import Objects
from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.services.context import AppContext

Handler = Callable[[Request], Awaitable[Response]]
ExceptionHandler = Callable[[Request, Exception], Awaitable[Response]]
_PAGE = {
    # scripts and styles only from our own files; hls.js plays from blob: addresses and decodes in a worker made of one
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; "
    "worker-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def make_app(ctx: AppContext, more: Sequence[BaseRoute] = (), *, page: str = "", strict: bool = False) -> Starlette:
    """The ASGI application. The server in front of it must let request lines of `wire.MAX_LINE` bytes through.
    `more` are further routes, `page` is where a browser that opens `/` is led.
    `strict`: an answer that does not fit the operation table is an error (for tests)."""
    dispatcher, objects = Dispatcher(ctx, strict=strict), Objects(ctx)

    async def rpc(request: Request) -> Response:
        if page and request.method == "GET" and _is_visitor(request):
            return RedirectResponse(page, 302, {"Vary": "Accept"})
        return _response(await _answer(dispatcher, request))

    async def alias(request: Request) -> Response:
        return _response(await _answer(dispatcher, request, request.path_params["action"]))

    routes: list[BaseRoute] = [
        Route("/", rpc, methods=["GET", "POST"]),
        Route("/-/healthz", _health(ctx)),
        Route("/-/openapi.json", _description()),
        Route("/-/rpc/{action}", alias, methods=["POST"]),
        Route("/-/s/{token}/{bucket}/{key:path}", objects.signed, methods=["GET", "OPTIONS"]),
        Route(keys.PATH, objects.key, methods=["GET", "POST", "OPTIONS"]),
        *more,
        *_pages(),
        Route("/{bucket}/{key:path}", objects.plain, methods=["GET", "OPTIONS"]),
    ]
    app = Starlette(routes=routes, exception_handlers=_refusals(dispatcher))
    app.router.redirect_slashes = False  # it would answer any `/NAME` with a redirect to whatever the Host header says
    return app


def _health(ctx: AppContext) -> Handler:
    async def health(request: Request) -> Response:
        ready, problems = ctx.ready(), await asyncio.to_thread(ctx.problems)  # the disk is asked
        return JSONResponse(
            {
                "status": ("troubled" if problems else "ok") if ready else "starting",
                "version": __version__,
                "problems": problems,
            },
            200 if ready else 503,
        )

    return health


def _description() -> Handler:
    @functools.cache  # by whoever asks first: few do, and it takes as long as a twentieth of the server's start
    def described() -> bytes:
        return render.to_json(openapi.published())

    async def describe(request: Request) -> Response:
        return Response(
            await asyncio.to_thread(described),
            headers={
                "Content-Type": "application/json",
                "Access-Control-Allow-Origin": "*",
                "Cache-Control": "no-cache",
            },
        )

    return describe


def _refusals(dispatcher: Dispatcher) -> dict[Any, ExceptionHandler]:
    """What is answered when something outside of the operations goes wrong."""

    async def refused(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, CallerError) else CallerError("InvalidAction.NotFound")
        status = (
            error.status_code
            if isinstance(error, HTTPException)
            else 404
            if known.code == "InvalidParameter.ResourceNotFound"
            else None
        )
        form = "JSON" if "json" in request.headers.get("accept", "") else "XML"
        answer = _response(dispatcher.refuse(known, clock.new_request_id(), form, status))
        answer.headers.update(
            (isinstance(error, HTTPException) and error.headers) or {}
        )  # the methods that are allowed
        return answer

    async def broken(request: Request, error: Exception) -> Response:
        """A bug outside of the operations; the server in front logs it."""
        return _response(dispatcher.refuse(CallerError("InternalError"), clock.new_request_id(), "JSON"))

    return {CallerError: refused, HTTPException: refused, ClientDisconnect: _gone, Exception: broken}


async def _gone(request: Request, error: Exception) -> Response:
    """Whoever sent half a request and hung up reads no answer, and is no news for the log."""
    return Response(status_code=400)


def _is_visitor(request: Request) -> bool:
    """A browser that opens the bare address, not a program that calls an operation."""
    return (
        "text/html" in request.headers.get("accept", "")
        and not request.url.query
        and "x-acs-action" not in request.headers
    )


async def _answer(dispatcher: Dispatcher, request: Request, action: str | None = None) -> Reply:
    scope = request.scope
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > wire.MAX_BODY:
            break  # wire.read refuses it; the rest is not worth reading
    form = "JSON" if action or request.headers.get("authorization", "").startswith("ACS3-") else "XML"
    return await dispatcher.answer(
        lambda: wire.read(
            scope["method"], scope["path"], scope["query_string"], scope["headers"], bytes(body), rpc=action is not None
        ),
        len(scope["query_string"]) + len(body),
        action,
        form,
    )


def _response(reply: Reply) -> Response:
    return Response(
        reply.body,
        reply.status,
        headers={"Content-Type": reply.kind, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
    )


def _pages() -> list[BaseRoute]:
    """The bundled pages; none when this copy of the program came without them."""
    folder = Path(str(resources.files("reelmill"))) / "console" / "static"
    if not folder.is_dir():
        return []

    async def player(request: Request) -> Response:
        return Response(
            (folder / "player.html").read_bytes(), headers={"Content-Type": "text/html; charset=utf-8", **_PAGE}
        )

    async def nothing(request: Request) -> Response:
        raise CallerError("InvalidParameter.ResourceNotFound", "Page")

    return [
        Route("/-/player", player),
        Mount("/-/static", StaticFiles(directory=folder)),
        Route("/-/{rest:path}", nothing),  # /-/ is never a bucket
    ]
