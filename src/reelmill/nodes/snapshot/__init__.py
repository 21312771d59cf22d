"""Snapshot (workflow.md 4.5): one picture or a series of pictures of the source, and the media's cover.

Spec of a job: `Config.to_json()` with `object` filled except {Count} and {SnapshotTime}, plus "cover" and "request"
(echoed by the API). Outcome.result: {"bucket", "object": the key, of a series the template with {Count}, "first": key
of the first picture, "count", "type": "Single" | "Sequence", "cover": whether it becomes the media's cover}; with a
list of moments "times" and "last"; with an index "index": its key; with sheets "sheets": {"bucket", "object", "count",
"cell"}.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core import declare, placeholders, urls
from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.fields import Checked
from reelmill.core.model import JobSpec, MediaInfo, Outcome, Part, Probe, Publication, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media import snapshot_commands, snapshots
from reelmill.media.colours import refuse_unknown
from reelmill.media.diagnose import bad_content
from reelmill.media.probe import parse
from reelmill.media.snapshots import Config, Picture
from reelmill.nodes.base import PICTURES, Env, Needs, NodeType, Outputs, job_states, refs_of
from reelmill.nodes.snapshot import sheeting
from reelmill.nodes.snapshot.sheeting import Sheets, Taken


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """config is None when it was refused; raw is the SnapshotConfig as it was sent, for the echo."""

    config: Config | None
    cover: bool
    raw: Any


PARAMETERS = declare.record(
    "Snapshot",
    "截图",
    {
        "SnapshotConfig": snapshots.CONFIG,
        "MediaCover": declare.flag(
            "Use as cover",
            "设为封面",
            "The first picture becomes the cover of the media.",
            "第一张图片设为媒体封面。",
            default=False,
            wrong="MediaCover must be true or false.",
        ),
    },
    unknown='"{name}" is not a parameter of Snapshot; it has SnapshotConfig and MediaCover.',
    make=lambda given: Params(given["SnapshotConfig"], given["MediaCover"], None),
)


def check(raw: Mapping[str, Any], problems: Problems, path: str) -> Params:
    """Parameters of the activity. See NodeType.check."""
    return replace(PARAMETERS.check(raw, problems, path), raw=raw.get("SnapshotConfig"))


def config_params(raw: Any, problems: Problems, path: str) -> Params:
    """Parameters of SubmitSnapshotJob: the SnapshotConfig alone."""
    config = snapshots.check_config(raw, problems, path)
    return Params(config, False, raw, refs=config.refs if config else {})


def cover(result: Mapping[str, Any]) -> str:
    """The first picture, when it shall be the cover."""
    return str(result.get("first") or result["object"]) if result.get("cover") and result.get("count") else ""


def told(result: Mapping[str, Any], address: Callable[[str, str], str]) -> dict[str, Any]:
    """What the message of a job with a list of moments tells besides (workflow.md 10.2)."""
    if "times" not in result:
        return {}
    bucket = str(result["bucket"])
    return {
        "UrlPattern": address(bucket, str(result["object"])).replace("%7BCount%7D", "{Count}"),
        "LastUrl": address(bucket, str(result["last"])),
        "Count": result["count"],
        "TimeArray": result["times"],
    }


def job(params: Params, env: Env) -> dict[str, Any]:
    """The spec: names that depend on the run are filled in here. MediaError when the key that comes out cannot be
    used."""
    assert params.config is not None  # refused configurations never come here
    key = placeholders.fill(params.config.object, env.names)
    if missing := sorted((placeholders.names(params.config.object) & placeholders.WORKFLOW) - set(env.names)):
        raise MediaError(
            Failure(
                "InvalidParameter.ObjectKeyInvalid",
                f"The placeholder {{{missing[0]}}} has no value here.",
                "It belongs to workflows; leave it out of SubmitSnapshotJob.",
            )
        )
    if problem := urls.key_problem(_named(key, params.config.time_ms, 1)):
        raise MediaError(
            Failure(
                "InvalidParameter.ObjectKeyInvalid",
                f"The pictures cannot be named {key!r}: {problem}.",
                "Choose another OutputFile.Object.",
            )
        )
    told = params.config.to_json() | {"object": key, "sheets": _sheets(params.config, env)}
    return {**told, "cover": params.cover, "request": {"SnapshotConfig": params.raw}}


def _sheets(config: Config, env: Env) -> dict[str, str] | None:
    """Where sheets go, with the names that depend on the run filled in."""
    if config.sheets is None:
        return None
    key = placeholders.fill(config.sheets["Object"], env.names)
    if problem := urls.key_problem(sheeting.named(key, config.time_ms, 1)):
        raise MediaError(
            Failure(
                "InvalidParameter.ObjectKeyInvalid",
                f"The pictures cannot be named {key!r}: {problem}.",
                "Choose another TileOutputFile.Object.",
            )
        )
    return {**config.sheets, "Object": key}


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Look, choose the frames, take them, publish them."""
    return {one.id: await _one(one, io) for one in jobs}


async def _one(one: JobSpec, io: NodeIO) -> Outcome:
    config = Config.from_json(one.spec)
    found = await io.probe("${source}", near=(config.time_ms / 1000,))
    looked = _look(found)
    if isinstance(looked, Failure):
        return Outcome(failure=looked)
    info, timeline = looked
    wanted = snapshots.points(config, timeline.end)
    if not wanted or (config.times and wanted[-1] >= timeline.end) or (not config.intra and wanted[0] >= timeline.end):
        return Outcome(failure=_too_late(1000 * wanted[-1] if config.times else config.time_ms, timeline.end))
    if config.series:  # the frames that belong to all the moments
        looked = _look(await io.probe("${source}", near=wanted))
        if isinstance(looked, Failure):
            return Outcome(failure=looked)
        info, timeline = looked
    shots = snapshots.pictures(config, timeline)
    taken = await _take(one, config, info, timeline, shots, io)
    if not isinstance(taken, Failure) and config.black and not config.time_ms and not config.times:
        taken = await _brightened(one, config, info, timeline, shots[0], taken, io)
    if isinstance(taken, Failure):
        return Outcome(failure=taken)
    made = await sheeting.make(one.id, config, snapshots.size(config, info.video[0]), taken, io)
    if isinstance(made, Failure):
        return Outcome(failure=made)
    return await _publish(one, config, taken, made, timeline.end, io)


async def _brightened(
    one: JobSpec, config: Config, info: MediaInfo, timeline: Timeline, shot: Picture, taken: list[Taken], io: NodeIO
) -> list[Taken] | Failure:
    """The first picture is one that is not black, when there is one in the first seconds."""
    task = snapshot_commands.bright(config, info, timeline, shot, one.id)
    (made,) = await io.execute((task,))
    if made.failure:
        return made.failure if made.failure.retry or made.failure.code == "JobCancelled" else taken
    if not made.files.get(shot.file):
        return taken
    return [Taken(task.name, shot.file, shot.at), *(other for other in taken if other.file != shot.file)]


def _look(found: Probe | Failure) -> tuple[MediaInfo, Timeline] | Failure:
    if isinstance(found, Failure):
        return found
    info = parse(found.raw)
    if not info.video:
        return Failure(
            "InvalidParameter.ResourceNotSupported",
            'The resource operated "InputFile" is not supported: it has no video stream to take pictures of.',
            "Leave the snapshot out for sound files.",
        )
    if found.timeline is None:
        return bad_content("InputFile", "its video stream is empty")
    try:
        refuse_unknown(info.video[0])
    except MediaError as error:
        return error.failure
    return info, found.timeline


def _too_late(time_ms: float, end: float) -> Failure:
    return Failure(
        "InvalidParameter.TimeArray",
        f"TimeArray greater than video duration: a picture is asked for at {time_ms / 1000:g} s, the video ends at "
        f"{end:.3f} s.",
        "Choose an earlier Time, or FrameType intra for the nearest key frame.",
    )


async def _take(
    one: JobSpec, config: Config, info: MediaInfo, timeline: Timeline, shots: Sequence[Picture], io: NodeIO
) -> list[Taken] | Failure:
    """Every picture that could be taken, in order; one that cannot be taken does not spoil a series."""
    where: dict[str, str] = {}
    if failure := await _take_keys(one, config, info, timeline, shots, where, io):
        return failure
    left = [shot for shot in shots if shot.file not in where]
    waiting = list(snapshot_commands.tasks(config, info, timeline, left, one.id))
    while waiting:
        answers = list(zip(waiting, await io.execute(waiting), strict=True))
        for task, made in answers:
            if made.failure is None:
                where.update({name: task.name for name, size in made.files.items() if size})
        failures = [made.failure for _, made in answers if made.failure]
        told = [failure for failure in failures if failure.code != "JobCancelled"]
        if failures and not told:
            return failures[0]  # somebody cancelled the job
        for failure in told:
            if failure.retry or failure.code.startswith("PermissionDenied"):
                return failure  # the machine's trouble: another way would not help
        waiting = [
            task for task, made in answers if made.failure and made.failure.code == "JobCancelled"
        ]  # stopped only because a sibling failed
    return await _take_missing(one, config, info, timeline, shots, where, io)


async def _take_keys(
    one: JobSpec,
    config: Config,
    info: MediaInfo,
    timeline: Timeline,
    shots: Sequence[Picture],
    where: dict[str, str],
    io: NodeIO,
) -> Failure | None:
    """The pictures that one pass over the key frames gives, where that is the cheapest way; what it does not give is
    taken one by one."""
    quick = snapshot_commands.one_pass(config, info, timeline, shots, one.id)
    answers = await io.execute([task for task, _ in quick]) if quick else []
    failures = [made.failure for made in answers if made.failure]
    told = [failure for failure in failures if failure.code != "JobCancelled"]
    serious = [failure for failure in told if failure.retry or failure.code.startswith("PermissionDenied")]
    if failures and (serious or not told):
        return (serious or failures)[0]  # the machine's trouble, or somebody cancelled the job
    for (task, group), made in zip(quick, answers, strict=True):
        if made.failure is None and {name for name, size in made.files.items() if size} == {
            shot.file for shot in group
        }:
            where.update({shot.file: task.name for shot in group})
    return None


async def _take_missing(
    one: JobSpec,
    config: Config,
    info: MediaInfo,
    timeline: Timeline,
    shots: Sequence[Picture],
    where: dict[str, str],
    io: NodeIO,
) -> list[Taken] | Failure:
    """The slow ways for the pictures that the quick way did not give; then all that there are."""
    failure: Failure | None = None
    for shot in shots:
        for whole in (False, True):
            if shot.file in where:
                break
            task = snapshot_commands.last_resort(config, info, timeline, shot, one.id, whole=whole)
            (made,) = await io.execute((task,))
            if made.failure is None:
                where[shot.file] = task.name
            elif made.failure.code == "JobCancelled":
                return made.failure
            failure = failure or made.failure
    if not where and failure:
        nothing = bad_content("InputFile", "no picture can be decoded at that moment")
        return (
            failure
            if failure.retry or failure.code.startswith("PermissionDenied")
            else replace(nothing, command=failure.command, log=failure.log)
        )
    return [Taken(where[shot.file], shot.file, shot.at) for shot in shots if shot.file in where]


async def _publish(
    one: JobSpec, config: Config, taken: Sequence[Taken], made: Sheets | None, end: float, io: NodeIO
) -> Outcome:
    keys = [_named(config.object, config.time_ms, number) for number in range(1, len(taken) + 1)]
    shown = placeholders.fill(config.object, {"SnapshotTime": str(config.time_ms)}) if config.series else keys[0]
    kept = made is None or made.keep
    objects = [Part(t.task, t.file, key, snapshots.TYPES[config.form]) for t, key in zip(taken, keys, strict=True)]
    index = await sheeting.index(one.id, config, taken, keys, made, end, io) if config.vtt else None
    if isinstance(index, Failure):
        return Outcome(failure=index)
    parts = [*(objects if kept else []), *([index] if index else [])]
    more = made.publications(one.id, config, parts) if made else []
    if parts:
        more.append(Publication(one.id, config.bucket, parts[-1], tuple(parts[:-1]), shown))
    failure = (await io.publish(more))[one.id]
    if failure:
        return Outcome(failure=failure)
    told: dict[str, Any] = {"times": list(config.times), "last": keys[-1]} if config.times else {}
    told |= {"index": index.key} if index else {}
    told |= {"sheets": made.told()} if made else {}
    return Outcome(
        {
            "bucket": config.bucket,
            "object": shown,
            "first": keys[0] if kept else "",
            "count": len(keys),
            "type": "Sequence" if config.series else "Single",
            "cover": bool(one.spec.get("cover")) and kept,
            **told,
        }
    )


def _named(template: str, time_ms: int, number: int) -> str:
    """{SnapshotTime} is the first moment of a series, so that {Count} alone tells its pictures apart, as the answers of
    the API presume."""
    return placeholders.fill(template, {"SnapshotTime": str(time_ms), "Count": placeholders.count(number)})


NODE = NodeType(
    "Snapshot",
    check,
    aliases=("Screenshot",),
    lane="light",
    job=job,
    run=run,
    source="before",
    outputs=Outputs(PICTURES, cover=cover, told=told),
    states=job_states("Snapshoting"),
    refs=refs_of,
    needs=lambda _params, _templates: Needs(
        tools=frozenset({"ffmpeg", "ffprobe"}), encoders=frozenset({"mjpeg"}), filters=frozenset({"scale"})
    ),
    version="5",  # 4 showed earlier pictures of broadcasts with teletext
    places=(("bucket", "object"), ("sheets.Bucket", "sheets.Object")),
    schema=PARAMETERS.schema,
    label_zh="截图",
    help_zh="从视频中截取一张或一组图片；第一张可设为封面。",
    predecessors=frozenset({"Start", "Transcode", "Censor", "FpShot", "Cover"}),
    label="Snapshot",
    help="Takes one picture or a series of pictures of the video; the first can become its cover.",
)
