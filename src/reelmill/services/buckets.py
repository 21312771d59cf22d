"""Media buckets: which folders are inputs (a new file starts workflows) and which are outputs."""

from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.core.urls import BUCKET_NAME
from reelmill.engine.signals import Signal
from reelmill.services import paging
from reelmill.services.context import AppContext
from reelmill.store import buckets, seen
from reelmill.store.database import Database, Row


def bind_input(ctx: AppContext, caller: Caller, name: str, referer: str | None = None) -> None:
    """Bind a bucket as input. What lies in it already counts as seen and starts nothing. Binding it again is a
    success."""
    _bind(ctx, caller, name, "Input", referer)


def bind_output(ctx: AppContext, caller: Caller, name: str) -> None:
    """Bind a bucket as output. Binding it again is a success."""
    _bind(ctx, caller, name, "Output", None)


def unbind_input(ctx: AppContext, caller: Caller, name: str) -> None:
    """New files in it start nothing any more. CallerError InvalidParameter.ResourceNotFound when it was not bound."""
    with ctx.database.write(alone="buckets") as tx:
        if not buckets.unbind(tx, caller, name, "Input"):
            raise CallerError("InvalidParameter.ResourceNotFound", "Bucket", f'"{name}" is not bound as input.')
        seen.forget(tx, name)
    ctx.signal(Signal.WATCH)


def unbind_output(ctx: AppContext, caller: Caller, name: str) -> None:
    """Its objects stay. CallerError InvalidParameter.ResourceNotFound when it was not bound."""
    with ctx.database.write(alone="buckets") as tx:
        if not buckets.unbind(tx, caller, name, "Output"):
            raise CallerError("InvalidParameter.ResourceNotFound", "Bucket", f'"{name}" is not bound as output.')


def list_all(ctx: AppContext, caller: Caller, token: str | None, size: int) -> tuple[list[Row], str | None]:
    """Bindings, newest first, and the token of the next page (None on the last one)."""
    with ctx.database.read() as tx:
        rows = buckets.page(tx, caller, paging.below(token), size)
    return rows[:size], paging.token(rows, size)


def release(database: Database, name: str) -> None:
    """Let any account bind a bucket that nobody has bound now, with the files that lie in it. CallerError when somebody
    has, or nobody ever did."""
    with database.write(alone="buckets") as tx:
        if buckets.named(tx, name):
            raise CallerError(
                "InvalidParameter.InvalidState", name, "It is bound; whoever has bound it must unbind it first."
            )
        if not buckets.release(tx, name):
            raise CallerError(
                "InvalidParameter.ResourceNotFound", name, "No account has left files in a bucket of this name."
            )


def _bind(ctx: AppContext, caller: Caller, name: str, kind: str, referer: str | None) -> None:
    if not BUCKET_NAME.fullmatch(name):
        raise CallerError(
            "InvalidParameter.BucketNameInvalid",
            name,
            "3 to 64 lower-case letters, digits, - and _; a letter or digit at both ends.",
        )
    with ctx.database.read() as tx:
        known, owner = _known(buckets.named(tx, name), caller, name, kind), buckets.last_owner(tx, name)
    if not known:
        if owner not in (None, caller.account) and ctx.objects[name].holds_anything():
            raise CallerError(
                "PermissionDenied.ResourceAccess",
                name,
                "Its folder holds files of another account. The administrator of this server can release "
                f"it, files and all: ./mill admin release {name}",
            )
        ctx.objects[name].create()
        if kind == "Input":
            ctx.engine.baseline(
                name
            )  # before the row: nobody watches the bucket until all that lies in it counts as seen
    with ctx.database.write(alone="buckets") as tx:
        if not _known(buckets.named(tx, name), caller, name, kind):
            buckets.bind(tx, caller, name, kind, referer or "", clock.now_ms())
        elif referer is not None:
            buckets.set_referer(tx, caller, name, referer)
    ctx.objects[name].remember(anew=not known)
    if kind == "Input":
        ctx.signal(Signal.WATCH)


def _known(rows: list[Row], caller: Caller, name: str, kind: str) -> bool:
    """Whether the caller has bound it as this already; CallerError when it cannot be."""
    for row in rows:
        if (row["account"], row["region"]) != (caller.account, caller.region):
            raise CallerError("PermissionDenied.ResourceAccess", name, "Another account has bound this bucket.")
        if row["type"] != kind:
            raise CallerError(
                "InvalidParameter",
                "Bucket",
                f'"{name}" is bound as {row["type"].lower()}; input and output must be different buckets.',
            )
    return bool(rows)
