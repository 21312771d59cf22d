"""The source cache: a local file for every object that is being worked on, keyed by what the object was when work
began."""

import contextlib
import errno
import os
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote

from reelmill.core import clock, faults, jsonx
from reelmill.core.errors import Failure, MediaError, TryAgain, UserText
from reelmill.core.failpoints import failpoint
from reelmill.core.model import ObjectRef
from reelmill.objects.buckets import Bucket, Buckets, Reader, Stat, blocks, only_retimed, sample, sample_of
from reelmill.objects.disk_errors import translated
from reelmill.objects.folder import opened, stat_of

_EXTENSION = re.compile(r"[a-z0-9]{1,5}")
_SEGMENT = re.compile(r"[^/\\:?#\x00-\x1f\x7f]+\.ts")  # as it stands in the playlist: no address, no folder
_NAME = re.compile(r"[^./\\\x00-\x1f\x7f][^/\\\x00-\x1f\x7f]*")  # decoded
_TRIES = 5
_MAX_PLAYLIST = 1 << 20
_AGAIN, _AGAIN_FREE = 2, 64 << 20  # how much a playlist may grow by segments that it lists more than once
_VERSION = "version"
_ORIGIN = "origin"
_RETIRED = ".old-"
_READ_ADVICE: UserText = "Check the owner and permissions of the file."


def fetch(buckets: Buckets, ref: ObjectRef, cache: Path) -> Path:
    """A local copy of an object, made once per version: `cache/ENTRY/source.EXT`, a hard link where the file system
    can.

    A playlist (`.m3u8`) becomes its `.ts` segments joined into one `source.ts`. A link shares its bytes with the
    object: a writer that overwrites the object in place (instead of replacing it) spoils it; `intact` tells.
    Raises MediaError InvalidParameter.ResourceNotFound or .ResourceNotSupported, PermissionDenied.ResourceAccess;
    TryAgain when the disk is full or the object keeps changing. Blocks while it copies.
    """
    bucket = buckets[ref.bucket]
    for _ in range(_TRIES):
        found = bucket.stat(ref.key)
        if found is None:
            raise _refused(
                "InvalidParameter.ResourceNotFound",
                f'The object "{ref.bucket}/{ref.key}" cannot be found.',
                "Upload it again.",
            )
        parts = _segments(bucket, ref) if ref.key.lower().endswith(".m3u8") else [(ref.key, found)]
        target = cache / entry(ref, [found.version, *(s.version for _, s in parts)]) / ("source" + _extension(ref.key))
        if intact(target):
            return target
        with translated(f"{ref.bucket}/{ref.key}", "read", _READ_ADVICE):
            try:
                if _make(bucket, parts, target):
                    return target
            except FileNotFoundError:
                continue  # it was replaced or removed in this moment: look again
    raise TryAgain(
        Failure(
            "ServiceUnavailable",
            f'The object "{ref.bucket}/{ref.key}" keeps changing while it is read.',
            "Wait until the upload is complete.",
            retry=True,
        )
    )


def intact(source: Path) -> bool:
    """Whether a file that `fetch` made is there and still holds what it held then. A link shows it when the object's
    time is set."""
    try:
        now = stat_of(source.stat())
        if now.version == (source.parent / _VERSION).read_text():
            return True
        origin = _origin(source)
        return origin is not None and only_retimed(origin.completed_ms, origin.digest, *sample_of(opened(source), now))
    except OSError:
        return False


def written_into(buckets: Buckets, ref: ObjectRef, source: Path) -> bool:
    """Whether the object is still the very file of which `source` was made, with other content: its writer had not
    done."""
    found, origin = buckets[ref.bucket].stat(ref.key), _origin(source)
    if found is None or origin is None or found.identity != origin.identity or found.version == origin.version:
        return False
    now = sample(buckets[ref.bucket], ref.key)
    return now is not None and not only_retimed(origin.completed_ms, origin.digest, *now)


@dataclass(frozen=True, slots=True)
class _Origin:
    """What the object was that was copied; the digest as in `buckets.sample`."""

    identity: str
    version: str
    completed_ms: int
    digest: str


def _origin(source: Path) -> _Origin | None:
    """None for what was joined from several objects."""
    try:
        return _Origin(**jsonx.loads((source.parent / _ORIGIN).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def retire(cache: Path, entries: Iterable[str]) -> None:
    """Take entries (`fetch(...).parent.name`) out of the cache at once, so that nobody finds one any more who asks for
    it now; `sweep` removes them. The caller makes sure that nobody is just being given one."""
    for name in entries:
        with contextlib.suppress(OSError):
            (cache / name).rename(cache / f"{_RETIRED}{clock.new_id()}")


def sweep(cache: Path) -> None:
    """Remove what was retired, also before a crash."""
    for entry in cache.glob(f"{_RETIRED}*"):
        shutil.rmtree(entry, ignore_errors=True)


def _make(bucket: Bucket, parts: Sequence[tuple[str, Stat]], target: Path) -> bool:
    """Copy or join the parts; False when one of them changed meanwhile. The file appears under its name last."""
    faults.disk()
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{clock.new_id()}.part")  # two tasks may fetch the same object at the same time
    try:
        if target.suffix == ".ts" and len(parts) > 1:
            _join(bucket, [key for key, _ in parts], half)
            newest = max(before.mtime_ns for _, before in parts)
            os.utime(half, ns=(newest, newest))  # whoever joins the same segments makes the same version
        else:
            bucket.copy(parts[0][0], half)
        failpoint("in fetch")
        now = {key: bucket.stat(key) for key, _ in parts}
        if any(now[key] != before for key, before in parts) or half.stat().st_size != sum(s.size for _, s in parts):
            return False
        if len(parts) == 1:
            looked = sample(bucket, parts[0][0])
            if looked is None or looked[0] != parts[0][1]:
                return False
            stat, digest = looked
            origin = _Origin(stat.identity, stat.version, stat.completed_ms, digest)
            half.with_suffix(".origin").write_text(jsonx.dumps(asdict(origin)))
            half.with_suffix(".origin").replace(target.with_name(_ORIGIN))
        version = half.with_suffix(".version")
        version.write_text(stat_of(half.stat()).version)
        version.replace(target.with_name(_VERSION))
        half.replace(target)
        return True
    finally:
        half.unlink(missing_ok=True)  # also when the rename did nothing because both are the same file


def _join(bucket: Bucket, keys: Sequence[str], target: Path) -> None:
    with target.open("wb") as out:
        for key in keys:
            with _opened(bucket, key) as part:
                for block in blocks(part):
                    out.write(block)


def _opened(bucket: Bucket, key: str) -> Reader:
    reader = bucket.open(key)
    if reader is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), key)
    return reader


def _segments(bucket: Bucket, ref: ObjectRef) -> list[tuple[str, Stat]]:
    """The objects that a plain media playlist lists, all in its own folder."""
    with translated(f"{ref.bucket}/{ref.key}", "read", _READ_ADVICE), _opened(bucket, ref.key) as playlist:
        raw = playlist.read(0, _MAX_PLAYLIST + 1)
    folder = ref.key.rpartition("/")[0]
    names, known = segment_names(raw), dict[str, tuple[str, Stat]]()
    for name in dict.fromkeys(names):
        key = f"{folder}/{name}" if folder else name
        segment = bucket.stat(key)
        if segment is None:
            raise _refused(
                "InvalidParameter.ResourceNotFound",
                f'The segment "{ref.bucket}/{key}" of the playlist cannot be found.',
                "Upload it too.",
            )
        known[name] = key, segment
    found = [known[name] for name in names]
    whole, distinct = sum(stat.size for _, stat in found), sum({key: stat.size for key, stat in found}.values())
    if whole > _AGAIN * distinct + _AGAIN_FREE:
        raise _refused(
            "InvalidParameter.ResourceNotSupported",
            f"This playlist cannot be used as a source: its segments have {distinct} bytes, and it repeats them "
            f"until they are {whole}.",
            "List each segment once, or not much more often.",
        )
    return found


def segment_names(raw: bytes) -> list[str]:
    """The segments of a playlist of plain `.ts` files. MediaError InvalidParameter.ResourceNotSupported for anything
    else: addresses, other folders, encryption, byte ranges, initialisation sections, playlists of playlists."""
    lines = [line.strip() for line in raw.decode("utf-8-sig", errors="replace").splitlines()]
    listed = [line for line in lines if line and not line.startswith("#")]
    names = [
        unquote(line, errors="replace") for line in listed
    ]  # as a player does: what we publish ourselves is percent-encoded
    odd = next(
        (
            line
            for line, name in zip(listed, names, strict=True)
            if not _SEGMENT.fullmatch(line) or not _NAME.fullmatch(name)
        ),
        None,
    )
    tag = next(
        (
            line
            for line in lines
            if line.startswith(("#EXT-X-MAP", "#EXT-X-BYTERANGE", "#EXT-X-STREAM-INF"))
            or (line.startswith(("#EXT-X-KEY", "#EXT-X-SESSION-KEY")) and "METHOD=NONE" not in line)
        ),
        None,
    )
    why: UserText = (
        "it is too large"
        if len(raw) > _MAX_PLAYLIST
        else "it does not begin with #EXTM3U"
        if not lines or lines[0] != "#EXTM3U"
        else f"it lists {odd[:80]!r}"
        if odd
        else f"it contains {tag.partition(':')[0]}"
        if tag
        else "it lists no segments"
        if not names
        else ""
    )
    if why:
        raise _refused(
            "InvalidParameter.ResourceNotSupported",
            f"This playlist cannot be used as a source: {why}.",
            "Only unencrypted playlists of .ts files in the playlist's own folder are read.",
        )
    return names


def entry(ref: ObjectRef, versions: Sequence[str]) -> str:
    """Under which name `fetch` keeps an object: by the versions of itself and of the parts that it is read from (itself
    once more, unless it is a playlist)."""
    text = "\n".join([ref.bucket, ref.key, *versions])
    return sha256(text.encode()).hexdigest()[:32]


def _extension(key: str) -> str:
    """The file's extension when it is a plain one: ffmpeg and the file system must not see anything that a stranger
    chose freely."""
    base = key.rpartition("/")[2]
    dotted = base.rpartition(".")[2].lower() if "." in base else ""
    if dotted == "m3u8":
        return ".ts"
    return f".{dotted}" if _EXTENSION.fullmatch(dotted) else ""


def _refused(code: str, message: UserText, advice: UserText) -> MediaError:
    return MediaError(Failure(code, message, advice, source_ok=False))
