"""The request path, step by step: who, what, with which parameters, the use case, the answer. One of the few nets under
everything."""

import asyncio
import contextlib
import inspect
import logging
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from reelmill.api import auth, ops, parse, render, table
from reelmill.api.ops.registry import Call
from reelmill.api.throttle import Throttle
from reelmill.api.wire import Wire, opened
from reelmill.core import clock
from reelmill.core.errors import CallerError, TryAgain
from reelmill.core.model import Caller
from reelmill.services import accounts, sessions
from reelmill.services.context import AppContext

log = logging.getLogger(__name__)
_LARGE = 32 * 1024  # bytes of a request that is not read beside another such one
Waiting = Callable[[Call], Awaitable[Mapping[str, Any]]]
_REGIONAL_HOST = re.compile(r"mts\.([a-z]{2}-[a-z0-9-]+)\.")


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: HTTP status, content type, bytes."""

    status: int
    kind: str
    body: bytes


class Dispatcher:
    """Answers every request, also the hopeless ones. With `strict`, an answer that holds a field unknown to the table
    is a bug (tests)."""

    def __init__(self, ctx: AppContext, *, strict: bool = False):
        self._ctx, self._strict = ctx, strict
        self._nonces, self._throttle = auth.Nonces(), Throttle(ctx.rates)
        self._host = urlsplit(ctx.base_url).netloc
        self._large = asyncio.Semaphore(1)

    async def answer(self, read: Callable[[], Wire], size: int, action: str | None = None, form: str = "XML") -> Reply:
        """`read` takes the request, of `size` bytes, apart; it may refuse it. `action` comes from the address of the
        RPC alias. `form` of the answer when the request does not say."""
        request_id, asked = clock.new_request_id(), [form]
        try:
            # Large ones one after the other: each holds the interpreter for a while, and so many of them would keep the
            # loop from its turn.
            async with self._large if size > _LARGE else contextlib.nullcontext():
                with self._ctx.answering:
                    made = await asyncio.to_thread(self._work, read, action, request_id, asked)
            if isinstance(made, Reply):
                return made
            operation, call, slow = made
            return await asyncio.to_thread(self._good, operation, request_id, await slow(call), asked[0])
        except CallerError as error:
            return self.refuse(error, request_id, asked[0])
        except (
            TryAgain
        ) as error:  # a full disk, a database that does not answer: nobody's fault, and nothing has changed
            return self.refuse(
                CallerError(error.failure.code, message=error.failure.message, detail=error.failure.advice),
                request_id,
                asked[0],
            )
        except Exception:
            bug = clock.new_id()[:12]
            log.exception("bug %s in request %s", bug, request_id)
            return self.refuse(
                CallerError("InternalError", detail=f"The server's log tells more under {bug}."), request_id, asked[0]
            )

    def refuse(self, error: CallerError, request_id: str, form: str, status: int | None = None) -> Reply:
        """A refusal in MPS's form. `status` where HTTP has a better one than the table."""
        return Reply(
            status or error.status,
            render.JSON if form == "JSON" else render.XML,
            render.failure(error, request_id, self._host, form),
        )

    def _admit(
        self, read: Callable[[], Wire], action: str | None, request_id: str, asked: list[str]
    ) -> tuple[table.Operation, Call]:
        """Who asks, and what: the operation and its checked parameters. Bounds, then the signature, then work; in a
        thread, because it reads the database and long texts. `asked` holds the form of the answer, also of a
        refusal."""
        wire = read()
        asked[0] = answer_form(wire, asked[0])
        caller = self._caller(wire, action)
        wire = opened(wire)
        asked[0] = answer_form(wire, asked[0])
        caller = replace(caller, region=asked_region(wire, self._ctx.all_regions(), caller.region))
        operation = asked_operation(wire, action)
        accounts.check(caller, operation.access, f"mts:{operation.name}")
        self._throttle.take(caller.account, operation.name)
        values = parse.parse(operation, own_parameters(wire, operation, action))
        return operation, Call(self._ctx, caller, request_id, values)

    def _caller(self, wire: Wire, action: str | None) -> Caller:
        """Who signed the request; on the RPC alias also who has a session of the console."""
        if action and auth.has_session(wire, self._ctx.cookie):
            return sessions.require(
                self._ctx, auth.session_token(wire, self._ctx.cookie), wire.method, wire.header(sessions.CSRF_HEADER)
            ).caller
        key = auth.authenticate(wire, lambda key_id: accounts.find_key(self._ctx.database, key_id), self._nonces)
        return Caller(key["account"], self._ctx.region, key["role"], key["id"])

    def _work(
        self, read: Callable[[], Wire], action: str | None, request_id: str, asked: list[str]
    ) -> Reply | tuple[table.Operation, Call, Waiting]:
        """The whole way of a request in one thread: each change of threads waits for the interpreter. An operation that
        waits is given back."""
        operation, call = self._admit(read, action, request_id, asked)
        function = ops.registered()[operation.name]
        if inspect.iscoroutinefunction(function):
            return operation, call, function
        body = self._ctx.database.repeated(lambda: function(call))
        return self._good(operation, request_id, body, asked[0])

    def _good(self, operation: table.Operation, request_id: str, body: Mapping[str, Any], form: str) -> Reply:
        strange: list[str] = []
        made = render.success(operation, request_id, body, form, strange)
        if strange:
            log.error("%s answers fields that the table does not know: %s", operation.name, ", ".join(strange))
            if self._strict:
                raise LookupError(f"{operation.name}: {strange}")
        return Reply(200, render.JSON if form == "JSON" else render.XML, made)


def asked_region(wire: Wire, regions: Sequence[str], default: str) -> str:
    """The region that a request is for: RegionId, else that of the host `mts.REGION...`, else the default. CallerError
    when it is not served here."""
    host = _REGIONAL_HOST.match(wire.header("host").lower())
    asked = wire.params.get("RegionId") or (host[1] if host else default)
    if asked not in regions:
        raise CallerError(
            "InvalidParameter", "RegionId", f"This server plays {', '.join(regions)}; the setting `regions` names them."
        )
    return str(asked)


def answer_form(wire: Wire, default: str) -> str:
    """JSON or XML: what Format asks for, else JSON for ACS3 and XML for the older signature (protocol.md 4)."""
    asked = str(wire.params.get("Format") or "").upper()
    return asked if asked in ("JSON", "XML") else "JSON" if auth.is_acs3(wire) else default


def api_version(wire: Wire, name: str, action: str | None) -> str:
    """The version of the API that a request is written for, "" when it does not say. Where an operation has a parameter
    of this name too, what stands in a header or in the address has said that already."""
    header = wire.header("x-acs-version") if auth.is_acs3(wire) else ""
    own = (action or header) and table.has_version(name)
    return header if own else str(wire.params.get("Version") or "") or header


def own_parameters(wire: Wire, operation: table.Operation, action: str | None) -> Mapping[str, Any]:
    """What a request says to its operation: without the Version that means the API's."""
    if not table.has_version(operation.name) or action or (auth.is_acs3(wire) and wire.header("x-acs-version")):
        return wire.params
    return {name: value for name, value in wire.params.items() if name != "Version"}


def asked_operation(wire: Wire, action: str | None = None) -> table.Operation:
    """The operation that a signed request names; CallerError when there is none, none of that version, or nobody built
    it yet. Headers count only with ACS3, which signs them."""
    header = wire.header if auth.is_acs3(wire) else lambda name: ""
    name = action or str(wire.params.get("Action") or "") or header("x-acs-action")
    version = api_version(wire, name, action)
    if not name:
        raise CallerError("MissingParameter", "Action")
    if not version and not action:
        raise CallerError("MissingParameter", "Version")
    if version != table.VERSION and not (action and not version):
        raise CallerError("InvalidVersion", version)
    operation = table.operations().get(name)
    if operation is None:
        raise CallerError("InvalidAction.NotFound")
    if name not in ops.registered():
        raise CallerError("UnsupportedOperation", detail=f"ReelMill knows {name} but cannot do it yet.")
    return operation
