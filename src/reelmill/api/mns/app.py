"""The message service before everything else: its requests go here, all others go on to the application behind it."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from reelmill.api.mns import queues, topics
from reelmill.api.mns.answer import Answer
from reelmill.api.mns.request import MAX_BODY, Request, caller_of, is_ours, key_id_of, read, session_token, version_ok
from reelmill.api.mns.service import Service
from reelmill.core import clock, mns
from reelmill.core.errors import CallerError, TryAgain
from reelmill.core.mns import MnsError
from reelmill.core.mns_xml import render
from reelmill.core.model import Caller
from reelmill.engine import signer
from reelmill.services import sessions
from reelmill.services.context import AppContext
from reelmill.store import accounts

log = logging.getLogger(__name__)
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]
CERTIFICATES = "certificates"  # `/-/mns/certificates/FINGERPRINT.pem`


def before(inner: App, service: Service) -> App:
    """An application that answers requests of the message service and hands all others to `inner`."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_ours(scope):
            await inner(scope, receive, send)
        else:
            await _serve(service, scope, receive, send)

    return application


async def _serve(service: Service, scope: Scope, receive: Receive, send: Send) -> None:
    request_id = clock.new_id().upper()
    body, whole = await _body(receive)
    if not whole:
        return  # whoever hung up reads no answer
    if scope["method"] != "GET":
        await _send(send, await _answer(service, scope, body, request_id), request_id)
        return
    work = asyncio.create_task(_answer(service, scope, body, request_id))
    gone = asyncio.create_task(_hung_up(receive))
    await asyncio.wait((work, gone), return_when=asyncio.FIRST_COMPLETED)
    if not work.done():  # a consumer that has gone must not be given a message
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        return
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await _send(send, work.result(), request_id)


async def _answer(service: Service, scope: Scope, body: bytes, request_id: str) -> Answer:
    try:
        if len(body) > MAX_BODY:
            raise MnsError("RequestEntityTooLarge", f"A request may have {MAX_BODY} bytes.")
        return await _routed(service, read(scope, body))
    except MnsError as error:
        return _refusal(service, error, request_id)
    except TryAgain as error:  # a full disk, a database that does not answer: nothing has changed
        return _refusal(service, MnsError("ServiceUnavailable", error.failure.message), request_id)
    except Exception:
        bug = clock.new_id()[:12]
        log.exception("bug %s in message request %s", bug, request_id)
        return _refusal(service, MnsError("InternalError", f"The server's log tells more under {bug}."), request_id)


async def _routed(service: Service, request: Request) -> Answer:
    if request.prefix and request.parts[:1] == (CERTIFICATES,):
        return await _certificate(service, request)
    version_ok(request)
    ctx = service.ctx
    token = session_token(request, ctx.cookie)
    if token:
        caller = await asyncio.to_thread(_signed_in, ctx, token, request.headers.get(sessions.CSRF_HEADER, ""))
    else:
        key_id = key_id_of(request)
        key = await service.questions.ask(key_id, lambda tx: accounts.find(tx, key_id))
        caller = caller_of(request, key, ctx.region, ctx.all_regions())
    family = {"queues": queues.answer, "topics": topics.answer}.get(request.parts[0] if request.parts else "")
    if family is None:
        raise MnsError("ResourceNotFound", "There is no such address.")
    return await family(service, caller, request)


def _signed_in(ctx: AppContext, token: str, csrf: str) -> Caller:
    """Who has this session of the console. Each request needs its secret, for a GET may take a message away."""
    try:
        return sessions.require(ctx, token, "POST", csrf).caller
    except CallerError as error:
        raise MnsError("SessionEnded" if error.code == "SessionEnded" else "AccessDenied", error.message) from error


async def _certificate(service: Service, request: Request) -> Answer:
    """What receivers check the signature of a push by; everybody may read it."""
    name = request.parts[1] if len(request.parts) == 2 else ""
    text = await asyncio.to_thread(signer.certificate_text, service.ctx.database, name.removesuffix(".pem"))
    if text is None:
        raise MnsError("ResourceNotFound", "There is no such certificate.")
    return Answer(200, text, kind="application/x-pem-file")


def _refusal(service: Service, error: MnsError, request_id: str) -> Answer:
    told = [
        ("Code", error.code),
        ("Message", error.message),
        ("RequestId", request_id),
        ("HostId", f"{urlsplit(service.ctx.base_url).scheme}://{urlsplit(service.ctx.base_url).netloc}"),
    ]
    return Answer(error.status, render("Error", told))


async def _body(receive: Receive) -> tuple[bytes, bool]:
    """The body, as far as it is worth reading, and whether the client stayed to its end."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return bytes(body), False
        body += message.get("body", b"")
        if not message.get("more_body") or len(body) > MAX_BODY:
            return bytes(body), True


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _send(send: Send, answer: Answer, request_id: str) -> None:
    content = answer.body.encode()
    headers = {
        "x-mns-request-id": request_id,
        "x-mns-version": mns.VERSION,
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
        **({"content-type": answer.kind} if content else {}),
        **({} if answer.status == 204 else {"content-length": str(len(content))}),
        **answer.headers,
    }
    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    with contextlib.suppress(OSError):
        await send({"type": "http.response.start", "status": answer.status, "headers": raw})
        await send({"type": "http.response.body", "body": content})
