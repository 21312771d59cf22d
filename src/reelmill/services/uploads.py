"""Uploads through the console: bytes come in pieces, the object appears whole. The rows know what is coming,
objects.incoming holds the bytes."""

import re

from reelmill.core import clock
from reelmill.core.errors import CallerError, MediaError, TryAgain
from reelmill.core.urls import key_problem
from reelmill.objects import publish
from reelmill.services import accounts, sessions
from reelmill.services.context import House
from reelmill.services.sessions import Session
from reelmill.store import buckets, uploads
from reelmill.store.library import Row

MOST_OPEN = 2000  # unfinished uploads of one person
_SPARE = 64 * 1024 * 1024  # bytes of the disk that uploads leave alone
_ORPHAN_SECONDS = 3600.0
_SHA256 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"[0-9a-f]{32}")


def begin(house: House, session: Session, *, size: int, bucket: str, key: str, sha256: str = "") -> Row:
    """Expect `size` bytes for an object of a bound input bucket. CallerError for what cannot be, StorageFull when there
    is no room."""
    accounts.check(session.caller, "write", "Upload")
    if not 0 <= size <= house.upload_limit:
        raise CallerError("RequestEntityTooLarge", str(house.upload_limit))
    if sha256 and not _SHA256.fullmatch(sha256.lower()):
        raise CallerError("InvalidParameter.Format", "sha256", "It has 64 hexadecimal digits.")
    _check_key(house, bucket, key)
    upload, now, caller = clock.new_id(), clock.now_ms(), session.caller
    with house.library.write() as tx:
        if not buckets.bound(tx, caller.account, caller.region, bucket, "Input"):
            raise CallerError(
                "InvalidParameter.ResourceNotFound", "bucket", f'"{bucket}" is not bound as an input bucket.'
            )
        free = house.incoming.free() - (
            uploads.promised(tx) - house.incoming.arrived()
        )  # what others have begun has its room already
        if size + _SPARE > free:
            raise CallerError(
                "StorageFull",
                detail=f"{size} bytes are coming and {max(0, free)} are free, without what unfinished uploads need. "
                f"Free some space on the server.",
            )
        house.incoming.create(
            upload
        )  # before the row: a row without a file would look like an upload that lost its bytes
        if len(uploads.open_of(tx, caller.account, caller.region, session.user, MOST_OPEN)) >= MOST_OPEN:
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
            expires_ms=now + house.upload_keep_ms,
        )
    return find(house, session, upload)


def _check_key(house: House, bucket: str, key: str) -> None:
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
    if reason := house.objects.obstacle(bucket, key):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", key, f"It cannot be written: {reason}.")


def find(house: House, session: Session, upload: str) -> Row:
    """The upload with `offset`, the bytes that have come. CallerError when this person has none of this id."""
    row = None
    if _ID.fullmatch(upload):
        with house.library.read() as tx:
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
    return row | {"offset": row["size"] if row["state"] == "Done" else house.incoming.offset(upload)}


def unfinished(house: House, session: Session) -> list[Row]:
    """What this person began and did not finish, oldest first."""
    caller = session.caller
    with house.library.read() as tx:
        rows = uploads.open_of(tx, caller.account, caller.region, session.user, MOST_OPEN)
    return [row | {"offset": house.incoming.offset(row["id"])} for row in rows if row["expires_ms"] >= clock.now_ms()]


def touch(house: House, upload: str) -> int:
    """It is being worked on: it is kept that much longer; until when (ms)."""
    until = clock.now_ms() + house.upload_keep_ms
    with house.library.write() as tx:
        uploads.change(tx, upload, expires_ms=until)
    return until


def keep(house: House, upload: str, size: int) -> int:
    """So many bytes have come and are on the disk now; until when they are kept (ms)."""
    house.incoming.keep(upload, size)
    return touch(house, upload)


def go_on(house: House, session: Session, upload: str) -> None:
    """Bytes are coming: the upload is kept, and the session does not end for want of use. CallerError SessionEnded when
    it has ended otherwise."""
    if sessions.find(house, session.token) is None:
        raise CallerError("SessionEnded")
    touch(house, upload)


def finish(house: House, row: Row) -> None:
    """All bytes are there: check them, and let the object appear. Again after a crash: the same object appears, which
    is no news to anybody.

    CallerError ChecksumMismatch (the upload is forgotten), StorageFull, or why the object cannot be."""
    if row["state"] == "Done":
        return
    if row["sha256"] and house.incoming.sha256(row["id"]) != row["sha256"]:
        _forget(house, row)
        raise CallerError(
            "ChecksumMismatch", detail="The file was damaged on its way or changed while it was sent. Upload it again."
        )
    with house.library.read() as tx:
        if not buckets.bound(
            tx, row["account"], row["region"], row["bucket"], "Input"
        ):  # it may be somebody else's by now
            raise CallerError(
                "InvalidParameter.ResourceNotFound", "bucket", f'"{row["bucket"]}" is not bound as an input bucket.'
            )
    try:
        publish.publish(house.objects, row["bucket"], [(house.incoming.path(row["id"]), row["object"])], row["id"])
    except MediaError as error:
        raise CallerError(error.failure.code, message=error.failure.message, detail=error.failure.advice) from error
    except TryAgain as error:
        raise CallerError(
            "StorageFull", detail=f"{error.failure.message} The upload goes on where it stopped."
        ) from error
    with house.library.write() as tx:
        uploads.change(tx, row["id"], state="Done")
    house.incoming.remove(row["id"])


def remove(house: House, session: Session, upload: str) -> None:
    """Nobody wants it any more. CallerError when there is none."""
    _forget(house, find(house, session, upload))


def _forget(house: House, row: Row) -> None:
    with house.library.write() as tx:
        uploads.remove(tx, row["id"])
    house.incoming.remove(row["id"])
    publish.forget_part(house.objects, row["bucket"], row["object"], row["id"])


def sweep(house: House) -> int:
    """Forget uploads that nobody went on with for too long, and bytes that belong to none; how many."""
    with house.library.read() as tx:
        old = [
            row
            for row in uploads.expired(tx, clock.now_ms())
            if not house.incoming.grew_within(row["id"], house.upload_keep_ms / 1000)
        ]
        orphans = [upload for upload in house.incoming.resting(_ORPHAN_SECONDS) if uploads.find(tx, upload) is None]
    for row in old:
        _forget(house, row)
    for upload in orphans:
        house.incoming.remove(upload)
    return len(old) + len(orphans)
