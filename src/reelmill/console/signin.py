"""`/-/session`: sign in, look who is signed in, choose a region, sign out."""

import asyncio
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reelmill import __version__
from reelmill.console.answers import HEADERS, answer, guarded, json_body, signed_in
from reelmill.console.brake import Brake
from reelmill.core.errors import CallerError
from reelmill.nodes.base import Needs
from reelmill.services import sessions
from reelmill.services.context import AppContext
from reelmill.services.sessions import Session


def route(ctx: AppContext) -> list[Route]:
    """The address of the session."""
    brake = Brake()

    async def sign_in(request: Request) -> Response:
        given = await json_body(request)
        name, secret, how = _credentials(given)
        address = request.client.host if request.client else ""
        session = await brake.attempt(address, name, lambda: how(ctx, name, secret))
        reply = answer(_shown(ctx, session))
        reply.set_cookie(
            ctx.cookie, session.token, path="/-/", httponly=True, samesite="strict", secure=_is_https(ctx, request)
        )
        return reply

    async def look(request: Request, session: Session) -> Response:
        return answer(_shown(ctx, session))

    async def choose(request: Request, session: Session) -> Response:
        given = await json_body(request)
        return answer(
            _shown(ctx, await asyncio.to_thread(sessions.choose_region, ctx, session, str(given.get("Region") or "")))
        )

    async def sign_out(request: Request, session: Session) -> Response:
        await asyncio.to_thread(sessions.sign_out, ctx, session.token)
        reply = Response(status_code=204, headers=HEADERS)
        reply.delete_cookie(ctx.cookie, path="/-/", httponly=True, samesite="strict", secure=_is_https(ctx, request))
        return reply

    path = "/-/session"
    return [
        Route(path, guarded(ctx, sign_in), methods=["POST"]),
        Route(path, signed_in(ctx, look), methods=["GET"]),
        Route(path, signed_in(ctx, choose), methods=["PUT"]),
        Route(path, signed_in(ctx, sign_out), methods=["DELETE"]),
    ]


def _credentials(given: dict[str, Any]) -> tuple[str, str, Any]:
    for (who, what), how in (
        (("AccessKeyId", "AccessKeySecret"), sessions.sign_in_key),
        (("User", "Password"), sessions.sign_in_user),
    ):
        if who in given or what in given:
            for name in (who, what):
                if not isinstance(given.get(name), str) or not given[name]:
                    raise CallerError("MissingParameter", name)
            return given[who], given[what], how
    raise CallerError(
        "MissingParameter", "AccessKeyId", "Sign in with AccessKeyId and AccessKeySecret, or with User and Password."
    )


def _shown(ctx: AppContext, session: Session) -> dict[str, Any]:
    caller = session.caller
    return {
        "User": session.user,
        "Account": caller.account,
        "Role": caller.role,
        "Region": caller.region,
        "Regions": list(sessions.regions(ctx)),
        "Csrf": session.csrf,
        "Version": __version__,
        "AI": not ctx.lacks(Needs(tools=frozenset({"infer"}))),  # whether it looks at pictures and sounds
    }


def _is_https(ctx: AppContext, request: Request) -> bool:
    return request.url.scheme == "https" or ctx.base_url.startswith("https:")
