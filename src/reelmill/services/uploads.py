"""Uploads through the console: bytes come in pieces, the object appears whole. The rows know what is coming,
objects.incoming holds the bytes."""

import re

from reelmill.core import clock
from reelmill.core.errors import CallerError, MediaError, TryAgain
from reelmill.core.urls import key_problem
from reelmill.services import accounts, sessions
from reelmill.services.context import AppContext
from reelmill.services.sessions import Session
from reelmill.store import buckets, uploads
from reelmill.store.database import Row

MOST_OPEN = 2000  # unfinished uploads of one person
_SPARE = 64 * 1024 * 1024  # bytes of the disk that uploads leave alone
_ORPHAN_SECONDS = 3600.0
_SAME_MS = 1000  # two moments at which an upload is worked on that count as one
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{32}")


def begin(ctx: AppContext, session: Session, *, size: int, bucket: str, key: str, sha256: str = "") -> Row:
    """Expect `size` bytes for an object of a bound input bucket. CallerError for what cannot be, StorageFull when there
    is no room."""
    accounts.check(session.caller, "write", "Upload")
    if not 0 <= size <= ctx.upload_limit:
        raise CallerError("RequestEntityTooLarge", str(ctx.upload_limit))
    if sha256 and not _SHA256.fullmatch(sha256.lower()):
        raise CallerError("InvalidParameter.Format", "sha256", "It has 64 hexadecimal digits.")
    _check_key(ctx, bucket, key)
    upload, now, caller = clock.new_id(), clock.now_ms(), session.caller
    arrived = ctx.incoming.arrived()  # before the others wait for us; what comes meanwhile errs on the safe side
    with ctx.database.write(alone="uploads") as tx:
        if not buckets.bound(tx, caller.account, caller.region, bucket, "Input"):
            raise CallerError(
                "InvalidParameter.ResourceNotFound", "bucket", f'"{bucket}" is not bound as an input bucket.'
            )
        free = ctx.incoming.free() - (uploads.promised(tx) - arrived)  # what others have begun has its room already
        if size + _SPARE > free:
            raise CallerError(
                "StorageFull",
                detail=f"{size} bytes are coming and {max(0, free)} are free, without what unfinished uploads need. "
                f"Free some space on the server.",
            )
        ctx.incoming.create(
            upload
        )  # before the row: a row without a file would look like an upload that lost its bytes
        if uploads.count_open(tx, caller.account, caller.region, session.user) >= MOST_OPEN:
            raise CallerError("Throttling", detail=f"{MOST_OPEN} uploads are unfinished; finish or remove some.")
        uploads.add(
            tx,
            id=upload,
            account=caller.account,
            region=caller.region,
            owner=session.user,
            bucket=bucket,
            object=key,
            size=size,
            sha256=sha256.lower(),
            created_ms=now,
            expires_ms=now + ctx.upload_keep_ms,
        )
    return find(ctx, session, upload)


def _check_key(ctx: AppContext, bucket: str, key: str) -> None:
    if problem := key_problem(key):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", key, f"The object key cannot be used: {problem}.")
    if any(part.startswith(".") for part in key.split("/")):
        raise CallerError(
            "InvalidParameter.ObjectKeyInvalid",
            key,
            "Names that begin with a dot are for files in the making; they would never start anything.",
        )
    if any(len(part.encode()) > 255 for part in key.split("/")):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", key, "Between two slashes it may have 255 bytes.")
    if reason := ctx.objects[bucket].obstacle(key):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", key, f"It cannot be written: {reason}.")


def find(ctx: AppContext, session: Session, upload: str) -> Row:
    """The upload with `offset`, the bytes that have come. CallerError when this person has none of this id."""
    row = None
    if _ID.fullmatch(upload):
        with ctx.database.read() as tx:
            row = uploads.find(tx, upload)
    caller = session.caller
    if (
        row is None
        or (row["account"], row["region"], row["owner"]) != (caller.account, caller.region, session.user)
        or row["expires_ms"] < clock.now_ms()
    ):
        raise CallerError(
            "InvalidParameter.ResourceNotFound",
            "Upload",
            "There is no such upload; it may have ended or been too old. Begin again.",
        )
    return row | {"offset": row["size"] if row["state"] == "Done" else ctx.incoming.offset(upload)}


def unfinished(ctx: AppContext, session: Session) -> list[Row]:
    """What this person began and did not finish, oldest first."""
    caller = session.caller
    with ctx.database.read() as tx:
        rows = uploads.open_of(tx, caller.account, caller.region, session.user, MOST_OPEN)
    return [row | {"offset": ctx.incoming.offset(row["id"])} for row in rows if row["expires_ms"] >= clock.now_ms()]


def touch(ctx: AppContext, upload: str) -> int:
    """It is being worked on: it is kept that much longer; until when (ms)."""
    until = clock.now_ms() + ctx.upload_keep_ms
    with ctx.database.write(alone="uploads") as tx:
        uploads.change(tx, upload, expires_ms=until)
    return until


def keep(ctx: AppContext, row: Row, size: int) -> int:
    """So many bytes of this upload, as it was found, have come and are on the disk now; until when they are kept (ms).
    Pieces that come one upon the other do not each write a row."""
    ctx.incoming.keep(row["id"], size)
    until: int = row["expires_ms"]
    return until if clock.now_ms() + ctx.upload_keep_ms - until < _SAME_MS else touch(ctx, row["id"])


def go_on(ctx: AppContext, session: Session, upload: str) -> None:
    """Bytes are coming: the upload is kept, and the session does not end for want of use. CallerError SessionEnded when
    it has ended otherwise."""
    if sessions.find(ctx, session.token) is None:
        raise CallerError("SessionEnded")
    touch(ctx, upload)


def finish(ctx: AppContext, row: Row) -> None:
    """All bytes are there: check them, and let the object appear. Again after a crash: the same object appears, which
    is no news to anybody.

    CallerError ChecksumMismatch (the upload is forgotten), StorageFull, or why the object cannot be."""
    if row["state"] == "Done":
        return
    if row["sha256"] and ctx.incoming.sha256(row["id"]) != row["sha256"]:
        _forget(ctx, row)
        raise CallerError(
            "ChecksumMismatch", detail="The file was damaged on its way or changed while it was sent. Upload it again."
        )
    with ctx.database.read() as tx:
        if not buckets.bound(
            tx, row["account"], row["region"], row["bucket"], "Input"
        ):  # it may be somebody else's by now
            raise CallerError(
                "InvalidParameter.ResourceNotFound", "bucket", f'"{row["bucket"]}" is not bound as an input bucket.'
            )
    try:
        ctx.objects[row["bucket"]].put([(ctx.incoming.path(row["id"]), row["object"])], row["id"])
    except MediaError as error:
        raise CallerError(error.failure.code, message=error.failure.message, detail=error.failure.advice) from error
    except TryAgain as error:
        raise CallerError(
            "StorageFull", detail=f"{error.failure.message} The upload goes on where it stopped."
        ) from error
    with ctx.database.write(alone="uploads") as tx:
        uploads.change(tx, row["id"], state="Done")
    ctx.incoming.remove(row["id"])


def remove(ctx: AppContext, session: Session, upload: str) -> None:
    """Nobody wants it any more. CallerError when there is none."""
    _forget(ctx, find(ctx, session, upload))


def _forget(ctx: AppContext, row: Row) -> None:
    with ctx.database.write(alone="uploads") as tx:
        uploads.remove(tx, row["id"])
    ctx.incoming.remove(row["id"])
    ctx.objects[row["bucket"]].forget(row["object"], row["id"])


def sweep(ctx: AppContext) -> int:
    """Forget uploads that nobody went on with for too long, and bytes that belong to none; how many."""
    with ctx.database.read() as tx:
        old = [
            row
            for row in uploads.expired(tx, clock.now_ms())
            if not ctx.incoming.grew_within(row["id"], ctx.upload_keep_ms / 1000)
        ]
        orphans = [upload for upload in ctx.incoming.resting(_ORPHAN_SECONDS) if uploads.find(tx, upload) is None]
    for row in old:
        _forget(ctx, row)
    for upload in orphans:
        ctx.incoming.remove(upload)
    return len(old) + len(orphans)
