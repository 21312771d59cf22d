"""The page itself: the files that Vite built, under `/-/console/`. Every path without a file is a place inside the
page."""

import os
from pathlib import Path

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ROOT = "/-/console"
FOLDER = Path(__file__).parent / "dist"
GUARD = {
    # no inline script; styles may be inline because components set them; players make blob: addresses and workers of
    # their own
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src "
    "'self' data: blob:; media-src 'self' blob:; "
    "connect-src 'self'; font-src 'self' data:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
# WebAssembly may be compiled by the worker that hashes files and by nothing else, the page included. The word allows no
# eval of scripts; a worker's policy is the one that its own file came with.
_HASHER = "assets" + os.sep + "hash.worker-"
_HASHER_GUARD = {
    **GUARD,
    "Content-Security-Policy": GUARD["Content-Security-Policy"].replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    ),
}
_MISSING = """<!doctype html><html lang="en"><meta charset="utf-8"><title>ReelMill</title>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem">
<h1>The console is not built yet</h1>
<p>The server works: its API, its workflows and the <code>./mill</code> commands do not need the console.</p>
<p>To have it, start the server once with <code>./mill serve</code> while the npm registry can be reached: it builds the console with Node 20.19 or newer
from your PATH, or with the Node that it installs by itself. Released packages bring the console along.</p>
<p>Then load this page again.</p></body></html>"""  # noqa: E501


class _Bundle(StaticFiles):
    """Files of the folder; index.html for every other path, but not for a missing asset: a script that is gone must not
    be answered with a page."""

    async def check_config(self) -> None:
        """The folder may appear while the server runs."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        asset = path.startswith("assets" + os.sep)
        try:
            caching = "public, max-age=31536000, immutable" if asset else "no-cache"
            return _with(
                await super().get_response(path, scope), caching, _HASHER_GUARD if path.startswith(_HASHER) else GUARD
            )
        except HTTPException as error:
            if error.status_code != 404 or asset:
                raise
        try:
            return _with(await super().get_response("index.html", scope), "no-cache")
        except HTTPException:
            return _with(HTMLResponse(_MISSING, 503), "no-store")


def _with(response: Response, caching: str, guard: dict[str, str] = GUARD) -> Response:
    response.headers.update({**guard, "Cache-Control": caching})
    return response


def routes(folder: Path = FOLDER) -> list[BaseRoute]:
    """The page and its files, compressed on the way."""

    async def enter(request: Request) -> Response:
        return RedirectResponse(f"{ROOT}/", 308)

    return [
        Route(ROOT, enter),
        Mount(
            ROOT, _Bundle(directory=folder, check_dir=False), middleware=[Middleware(GZipMiddleware, minimum_size=1000)]
        ),
    ]
