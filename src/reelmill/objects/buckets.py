"""What a bucket can do, whatever it is made of. Everything above `objects/` sees these protocols alone: a film has a
bucket and a key, and a path only once it was copied to this machine.

Folders of this machine (`folders`) are the kind that is served; `memory` holds everything in this process, for tests.
`tests/unit/test_bucket_kinds.py` says for all kinds what they owe.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from reelmill.core.errors import CallerError, TryAgain, UserText
from reelmill.core.troubles import trouble
from reelmill.core.urls import BUCKET_NAME, key_problem

_BLOCK = 1 << 20
_SAMPLES, _SAMPLE = 8, 16 << 10

Place = tuple[bool, str]  # of a page of `level`: whether it is an object, its key without a slash at the end


@dataclass(frozen=True, slots=True)
class Stat:
    """What is known of an object without reading it.

    size          bytes      mtime_ns  when its content changed, nanoseconds since 1970
    version       differs when the content is another
    completed_ms  when it was complete in its place (closed, renamed or linked there), milliseconds since 1970
    identity      stays when a writer goes on in the same object, differs when another object took its name
    """

    size: int
    mtime_ns: int
    version: str
    completed_ms: int = field(default=0, compare=False)
    identity: str = field(default="", compare=False)


class Reader(Protocol):
    """An object that was opened: what is read belongs to `stat`, whatever becomes of its name. Calls block; close it,
    or use it as a context."""

    @property
    def stat(self) -> Stat:
        """What it was when it was opened."""
        ...

    def read(self, start: int, size: int) -> bytes:
        """A range of bytes; fewer only at the object's end."""
        ...

    def close(self) -> None:
        """No more will be read."""
        ...

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class Bucket(Protocol):
    """One bucket, there or not. Methods block and are safe to call from any thread.

    A key that could lead out of the bucket names nothing: it is not found, and CallerError
    InvalidParameter.ObjectKeyInvalid where something should be written.
    """

    @property
    def name(self) -> str:
        """How callers of the API know it."""
        ...

    def exists(self) -> bool:
        """Whether there is such a bucket."""
        ...

    def create(self) -> None:
        """Make it if it is not there. CallerError InvalidParameter.BucketNameInvalid or
        PermissionDenied.ResourceAccess."""
        ...

    def holds_anything(self) -> bool:
        """Whether anything lies in it. What cannot be looked into holds something."""
        ...

    def remember(self, *, anew: bool = False) -> None:
        """Note where its storage is now, so that `away` can tell when that is missing. What is known stays unless
        `anew`."""
        ...

    def away(self) -> UserText:
        """Why nothing must be written into it now, "" when it is there."""
        ...

    def whereabouts(self) -> str:
        """Where it lies, or where its storage is missing, for an administrator."""
        ...

    def stat(self, key: str) -> Stat | None:
        """What is known of an object, None when there is none."""
        ...

    def open(self, key: str) -> Reader | None:
        """Open an object to read ranges of it; None when there is none. OSError when it may not be read."""
        ...

    def find(self, key: str) -> str:
        """The key of the object that somebody means by `key`: names that look the same may be stored in two ways
        (core.matching). `key` itself when there is none."""
        ...

    def obstacle(self, key: str) -> UserText:
        """Why an object could not be written now, "" when nothing stands in its way. CallerError for a key that cannot
        be, and for a bucket that is not there."""
        ...

    def level(self, prefix: str, after: Place | None, limit: int) -> list[tuple[str, Stat | None]]:
        """One folder: what in it begins with `prefix` (a folder with its slash, or that and the head of a name),
        folders first, each kind by name; `after` is the last of the page before. Keys of folders end with a slash and
        have no Stat. CallerError for a prefix that names nothing that could be."""
        ...

    def listing(
        self, below: str = "", skipped: Callable[[str, str], None] = lambda _key, _why: None
    ) -> Iterator[tuple[str, Stat]]:
        """Every object, or every one of the folder `below` ("a/b/"), in no particular order, found while the caller
        reads on. Names that begin with a dot (writers' temporaries) and keys that the API could not name are left out,
        and so is what vanishes meanwhile. `skipped` hears of what will never be an object: (key, why)."""
        ...

    def copy(self, key: str, target: Path) -> None:
        """A local copy of an object under the name `target` of this machine, with its time; a second name for the same
        bytes where that can be. Nothing may be written into it. FileNotFoundError when there is no such object, OSError
        as usual."""
        ...

    def put(self, files: Sequence[tuple[Path, str]], attempt: str) -> None:
        """Put each (local file, key) into the bucket, whole or not at all, one after the other; what was there is
        replaced in one step.

        `attempt` tells tries apart: a second call with the same one overwrites its own leftovers. The local files must
        stay as they are until the end and may be deleted afterwards, but never written to again (object and local file
        may share their bytes). Raises MediaError (no permission, a name that cannot be) or TryAgain (the bucket is
        away, disk full, machine trouble).
        """
        ...

    def forget(self, key: str, attempt: str) -> None:
        """Remove what an attempt to put that object left when it died; no matter whether there is anything."""
        ...

    def sweep(self) -> int:
        """Remove what interrupted attempts left long ago; how many files."""
        ...


class Watch(Protocol):
    """Notices completed objects of some buckets. Its methods may be called from any thread."""

    def set(self, names: set[str]) -> None:
        """Watch these buckets and no others. Returns when they are watched."""
        ...

    def scan(self, bucket: str, folder: str = "") -> Iterator[tuple[str, Stat]]:
        """Every object of a bucket, or of a folder of it, complete or not."""
        ...

    def consider(self, bucket: str, key: str) -> None:
        """Report this object as soon as it is complete; at once when it is."""
        ...

    def complete(self, bucket: str, key: str) -> bool:
        """Whether an object would be reported now. Nothing follows from the question."""
        ...

    def problems(self) -> list[str]:
        """What is not watched as it should be, as sentences. It does not block."""
        ...

    def close(self) -> None:
        """Stop; after this returns nothing is reported any more."""
        ...


class Buckets(Protocol):
    """All buckets of a server, by name: `buckets["films"].stat("a.mp4")`."""

    def __getitem__(self, name: str) -> Bucket: ...

    def room(self) -> tuple[int, int]:
        """Free and total bytes of where the buckets lie."""
        ...

    def watch(
        self,
        found: Callable[[str, str], None],
        rescan: Callable[[str, str], None] | None = None,
        *,
        settle_seconds: float = 20.0,
        rescan_seconds: float = 600.0,
        ignore: Sequence[str] = (),
    ) -> Watch:
        """`found(bucket, key)` is called for every object of the watched buckets that became complete, at least once,
        from a thread of the watch.

        `rescan(bucket, "")` is called when the bucket should be compared with what is known, by `scan` and `consider`:
        when its watch stands, after notices were lost, every `rescan_seconds`; `rescan(bucket, folder)` is the same for
        a folder of it ("a/b/") about which nobody tells. Both must return quickly and must not raise: hand the news to
        your own thread or loop. Where nothing tells that a writer has done, an object is complete when it has not
        changed for `settle_seconds`. Names that fit one of `ignore` are no objects yet.
        """
        ...


def check_name(name: str) -> None:
    """CallerError InvalidParameter.BucketNameInvalid for what no bucket may be called."""
    if not BUCKET_NAME.fullmatch(name):
        raise CallerError("InvalidParameter.BucketNameInvalid", name)


def check_key(key: str) -> None:
    """CallerError InvalidParameter.ObjectKeyInvalid for a key that could lead out of a bucket."""
    if problem := key_problem(key):
        raise CallerError("InvalidParameter.ObjectKeyInvalid", key, f"The object key cannot be used: {problem}.")


def not_there(name: str) -> CallerError:
    """The refusal for a bucket that is not there."""
    return CallerError("InvalidParameter.ResourceNotFound", name, "There is no such bucket.")


def is_away(name: str, why: UserText) -> TryAgain:
    """The refusal to write into a bucket that is away."""
    return trouble(
        f'The output bucket "{name}" is away: {why}.',
        "Mount its storage again, or make its folder; if it shall stay so, unbind the bucket and bind it again.",
    )


def blocks(reader: Reader) -> Iterator[bytes]:
    """All bytes of an opened object."""
    start = 0
    while block := reader.read(start, _BLOCK):
        yield block
        start += len(block)


def content_hash(bucket: Bucket, key: str) -> str:
    """SHA-256 of an object in lower-case hexadecimal, "" when there is none."""
    reader = bucket.open(key)
    if reader is None:
        return ""
    digest = sha256()
    with reader:
        for block in blocks(reader):
            digest.update(block)
    return digest.hexdigest()


def sample(bucket: Bucket, key: str) -> tuple[Stat, str] | None:
    """What an object is now, and the digest of its identity, its size and eight blocks spread over its content; None
    when there is none. The digest of one that cannot be read is ""."""
    stat = bucket.stat(key)
    if stat is None:
        return None
    try:
        return sample_of(bucket.open(key), stat)
    except OSError:
        return stat, ""


def sample_of(reader: Reader | None, seen: Stat) -> tuple[Stat, str]:
    """The same of an object that was opened, which this closes; `seen` and no digest when it is gone meanwhile. OSError
    when it cannot be read."""
    if reader is None:
        return seen, ""
    with reader:
        stat = reader.stat
        digest = sha256(f"{stat.identity} {stat.size} ".encode())
        last = max(0, stat.size - _SAMPLE)
        for start in dict.fromkeys(last * number // (_SAMPLES - 1) for number in range(_SAMPLES)):
            digest.update(reader.read(start, _SAMPLE))
        return stat, digest.hexdigest()[:32]


def only_retimed(completed_ms: int, digest: str, now: Stat, digest_now: str) -> bool:
    """Whether an object that was complete at `completed_ms`, with this digest, is the same with another time. A write
    leaves the time of the write, so a time before the object was complete was set; the digest is for those who write
    and then set the time.

    Copying tools set the time of a file after they closed it (`cp -p`, `tar`, Samba, FTP's MFMT): whoever looked in
    between must know it again."""
    return digest != "" and digest == digest_now and now.mtime_ns < completed_ms * 1_000_000
