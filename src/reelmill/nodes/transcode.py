"""Transcode (workflow.md 4.4): one output file, or one stream of an HLS package. Jobs of one batch share one decode.

spec (made by `job`): {"bucket", "key" (may hold {DestMd5} and {DestAvgBitrate}), "template": effective template,
"marks": watermarks, complete, "audio_map": number or None, "part": bool, whether it is a video-only or audio-only
stream of a package, "media": {"name", "language", "group"} or None, "user_data", "priority": 1 to 10}. The engine adds
"piece_seconds": the shortest piece in seconds, 0 or absent: never cut.

Outcome.result: {"bucket", "object", "format", "properties": ffprobe's JSON of the output (for HLS: of the whole),
"width", "height", "fps", "bitrate" (Kbit/s), "duration" (s), "size" (bytes), "codecs" (RFC 6381), "channels",
"segments", "media": as in the spec}.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reelmill.core import jsonx, placeholders, schema
from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.model import JobSpec, Made, MediaInfo, Outcome, Probe, Publication, Task, Timeline
from reelmill.core.ports import NodeIO
from reelmill.media import effort, ladder, pieces, probe, result, watermark_drawing
from reelmill.media.containers import Target, segmented, without_extension
from reelmill.media.encode import refuse, settle
from reelmill.media.output import SCHEMA as SCHEMA_OF_OUTPUT
from reelmill.media.output import OutputParams, check_key, check_output, effective, key_of, marks_of
from reelmill.media.template import wanted
from reelmill.nodes.base import Env, NodeType

_URI = re.compile(r"[a-z][a-z0-9./-]+")
_LATER = ("WebVTTSubtitleURL", "Representation", "InputConfig")
_KNOWN = ("Outputs", "OutputBucket", "OutputLocation", "MultiBitrateVideoStream", "ExtXMedia", *_LATER)
_NEVER = 1e9  # seconds between cuts when pieces are not wanted: the timeline is read all the same


@dataclass(frozen=True, slots=True)
class Params:
    """A checked activity. `uri` is the stream's place in a package ("" outside); `media` tells the audio rendition of a
    package."""

    output: OutputParams
    bucket: str
    location: str
    uri: str = ""
    media: Mapping[str, str] | None = None


def check(raw: Mapping[str, Any], problems: Problems, path: str) -> Params:
    """See NodeType.check."""
    given = {name: value for name, value in raw.items() if value not in (None, "", [], {})}
    for name in given:
        if name in _LATER:
            problems.add(
                f"{path}.{name}",
                "InvalidParameter.NotSupported",
                f"{name} is not available yet: subtitles and DASH come later",
            )
        elif name not in _KNOWN:
            problems.add(
                f"{path}.{name}", "InvalidParameter", f"a Transcode has no parameter {name}; it has {', '.join(_KNOWN)}"
            )
    output = _outputs(given.get("Outputs"), problems, path)
    video = _object(given, "MultiBitrateVideoStream", ("URI",), problems, path)
    audio = _object(given, "ExtXMedia", ("URI", "Name", "Language"), problems, path)
    if video is not None and audio is not None:
        problems.add(
            f"{path}.ExtXMedia",
            "InvalidParameter",
            "a stream of a package is a video (MultiBitrateVideoStream) or an audio (ExtXMedia), not both",
        )
    if audio is not None and not 1 <= len(audio.get("Name", "").encode()) <= 64:
        problems.add(f"{path}.ExtXMedia.Name", "InvalidParameter", "it is required and has at most 64 bytes")
    bucket, location = str(given.get("OutputBucket", "")), str(given.get("OutputLocation", ""))
    stream = video if video is not None else audio
    if stream is None:
        if not bucket:
            problems.add(f"{path}.OutputBucket", "MissingParameter", name="OutputBucket")
        if not output.object:
            problems.add(f"{path}.Outputs[0].OutputObject", "MissingParameter", name="OutputObject")
        return Params(output, bucket, location)
    media = {"name": audio.get("Name", ""), "language": audio.get("Language", "")} if audio is not None else None
    return Params(output, bucket, location, stream.get("URI", ""), media)


def _outputs(raw: Any, problems: Problems, path: str) -> OutputParams:
    try:
        value = jsonx.unwrap(raw)
    except ValueError as error:
        value = None
        problems.add(f"{path}.Outputs", "InvalidParameter.JsonArrayFormatInvalid", f"it is not valid JSON: {error}")
    if raw is None:
        problems.add(f"{path}.Outputs", "MissingParameter", name="Outputs")
    elif not isinstance(value, list) or len(value) != 1:
        problems.add(
            f"{path}.Outputs",
            "InvalidParameter.JsonArrayFormatInvalid",
            "it must be an array of exactly one Output; use one activity per output",
        )
    else:
        return check_output(value[0], problems, f"{path}.Outputs[0]")
    return OutputParams("", "", {})


def _object(
    given: Mapping[str, Any], name: str, fields: tuple[str, ...], problems: Problems, path: str
) -> dict[str, str] | None:
    """A stream's place in a package: JSON object with a URI."""
    if name not in given:
        return None
    try:
        value = jsonx.unwrap(given[name])
    except ValueError:
        value = None
    if not isinstance(value, Mapping):
        problems.add(f"{path}.{name}", "InvalidParameter.JsonObjectFormatInvalid")
        return {}
    for unknown in sorted(set(value) - set(fields)):
        problems.add(
            f"{path}.{name}.{unknown}", "InvalidParameter", f"there is no field {unknown}; it has {', '.join(fields)}"
        )
    uri = str(value.get("URI", ""))
    if not _URI.fullmatch(uri) or not uri.endswith(".m3u8"):
        problems.add(
            f"{path}.{name}.URI",
            "InvalidParameter.Format",
            "it is required, begins with a letter, has only a-z 0-9 . / - and ends with .m3u8",
        )
    return {field: str(value[field]) for field in fields if value.get(field) is not None}


def output_params(output: Mapping[str, Any], problems: Problems, path: str) -> OutputParams:
    """Check one Output of SubmitJobs; every problem goes to `problems`."""
    checked = check_output(output, problems, path)
    if not checked.object and not any(p.path.startswith(f"{path}.OutputObject") for p in problems.found):
        problems.add(f"{path}.OutputObject", "MissingParameter", name="OutputObject")
    return checked


def job(params: Params, env: Env) -> dict[str, Any]:
    """See NodeType.job. Raises MediaError when the template is missing or the output's name cannot be used."""
    template = effective(params.output, env.templates)
    form = template["Container"]["Format"]
    bucket, media = params.bucket, None
    if params.uri:
        bucket, folder = _package(env)
        key = folder + params.uri
        check_key(key)
        _check_part(template, params.media is not None)
        if params.media is not None:
            media = {**params.media, "group": str((env.group or {}).get("GroupId", ""))}
    elif env.package is not None:
        raise refuse("InvalidParameter", "A Transcode inside a package needs MultiBitrateVideoStream or ExtXMedia.")
    else:
        key = key_of(params.output.object, form, env.names, append=env.workflow)
    single = (wanted(template, "Video") is None) != (wanted(template, "Audio") is None)
    marks = marks_of(params.output, template, env.watermarks)
    return {
        "bucket": bucket,
        "key": key,
        "template": template,
        "marks": marks,
        "audio_map": params.output.audio_map,
        "part": bool(params.uri) and single,
        "media": media,
        "user_data": params.output.user_data,
        "priority": params.output.priority,
    }


def _package(env: Env) -> tuple[str, str]:
    """Bucket and folder of the package that the activity belongs to."""
    if env.package is None:
        raise refuse(
            "InvalidParameter",
            "MultiBitrateVideoStream and ExtXMedia belong into a package.",
            "Put a PackageConfig before this activity.",
        )
    output = jsonx.unwrap(env.package.get("Output"))
    name = placeholders.fill(placeholders.decode(str(output["MasterPlayListName"])), env.names)
    return str(output["Bucket"]), name.rpartition("/")[0] + "/" if "/" in name else ""


def _check_part(template: Mapping[str, Any], audio: bool) -> None:
    if template["Container"]["Format"] != "m3u8":
        raise refuse(
            "InvalidParameter.NotSupported",
            "A stream of an HLS package needs a template with the container m3u8.",
            "Choose an m3u8 template.",
        )
    if audio and wanted(template, "Video") is not None:
        raise refuse(
            "InvalidParameter",
            "An audio stream of a package has no video.",
            'Set "Video": {"Remove": "true"} in its Output.',
        )
    if not audio and wanted(template, "Video") is None:
        raise refuse(
            "InvalidParameter",
            "A video stream of a package needs video.",
            "Choose a template with video, or use ExtXMedia for audio.",
        )


def batch_key(spec: Mapping[str, Any]) -> str:
    """Copies need no decode and must not keep encodes from being cut into pieces."""
    copies = any((wanted(spec["template"], section) or {}).get("Codec") == "copy" for section in ("Video", "Audio"))
    return "copy" if copies else "encode"


def refs(params: Params) -> Mapping[str, set[str]]:
    """See NodeType.refs."""
    marks = params.output.watermarks
    return {
        "templates": {params.output.template_id} - {""},
        "buckets": {params.bucket} - {""},
        "watermarks": {mark["WaterMarkTemplateId"] for mark in marks if "WaterMarkTemplateId" in mark},
        "pictures": {mark["InputFile"]["Bucket"] for mark in marks if "InputFile" in mark} - {""},
    }


@dataclass(frozen=True, slots=True)
class Plan:
    """Tasks of a batch: `first` may run all at once, `then` joins what they made. `made` tells by stem where the output
    is: (task, file)."""

    first: tuple[Task, ...]
    then: tuple[Task, ...]
    made: Mapping[str, tuple[str, str]]
    pieces: bool = False


@dataclass(frozen=True, slots=True)
class _Source:
    info: MediaInfo
    timeline: Timeline | None


@dataclass(slots=True)
class _Batch:
    """What is known of each job while a batch runs: its rendition, what was made of it, and its outcome. Changed by
    `run` alone."""

    source: _Source
    targets: dict[str, Target] = field(default_factory=dict)
    looks: dict[str, tuple[str, str, Mapping[str, int], result.Measured]] = field(default_factory=dict)
    outcomes: dict[str, Outcome] = field(default_factory=dict)


def plan(
    targets: Sequence[Target],
    jobs: Mapping[str, Sequence[str]],
    info: MediaInfo,
    timeline: Timeline | None,
    prefix: str = "",
    *,
    cut: bool = True,
) -> Plan:
    """How to make all targets of one source. `jobs` are job ids by stem; `prefix` keeps task names of several tries
    apart."""
    if cut and timeline is not None and pieces.may_cut([t.rendition for t in targets], info, timeline):
        shared = pieces.sound_stems(targets)
        audio = pieces.sound_task(targets, jobs, prefix, info, timeline)
        first = [*([audio] if audio else []), *pieces.piece_tasks(targets, jobs, info, timeline, prefix)]
        pictured = [t for t in targets if t.rendition.video]
        sounds = {t.stem: shared[t.rendition.audio] if t.rendition.audio else "" for t in pictured}
        then = [pieces.stitch_task(t, jobs[t.stem], sounds[t.stem], timeline, prefix) for t in pictured]
        made = {t.stem: (f"{prefix}join-{t.stem}" if t.rendition.video else f"{prefix}audio", t.entry) for t in targets}
        return Plan(tuple(first), tuple(then), made, pieces=True)
    served = tuple(one for t in targets for one in jobs[t.stem])
    entries = tuple(t.entry for t in targets)
    task = Task(
        f"{prefix}encode",
        "heavy",
        ladder.commands(targets, info, timeline),
        expect=entries,
        drop=ladder.made_on_the_way(targets),
        jobs=served,
    )
    return Plan((task,), (), {t.stem: (task.name, t.entry) for t in targets})


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Probe, settle each job, encode all together (each alone when that fails and the source is sound), look at what
    was made, publish."""
    source = await _look(jobs, io)
    if isinstance(source, Failure):
        return {one.id: Outcome(failure=source) for one in jobs}
    batch = _Batch(source)
    drawn = await _prepare_marks(jobs, batch, io)
    for number, one in enumerate(jobs):
        try:
            if one.id not in batch.outcomes:
                batch.targets[one.id] = _target(one, number, source, drawn)
        except MediaError as error:
            lacking = error.failure.code == "InvalidParameter.NoAudioStream" and one.spec["media"] is not None
            batch.outcomes[one.id] = Outcome(
                failure=error.failure, skipped=lacking
            )  # the package is made without a track that the source does not have
    if batch.targets:
        await _make_all(batch, io)
        await _publish(jobs, batch, io)
    return batch.outcomes


async def _look(jobs: Sequence[JobSpec], io: NodeIO) -> _Source | Failure:
    cut_every = max(float(one.spec.get("piece_seconds") or 0) for one in jobs)
    found = await io.probe("${source}", cut_every=cut_every or _NEVER)
    if isinstance(found, Failure):
        return found
    info = probe.parse(found.raw)
    return result.truncated(info, found.timeline) or _Source(info, found.timeline)


async def _prepare_marks(jobs: Sequence[JobSpec], batch: _Batch, io: NodeIO) -> dict[str, str]:
    """Make each picture and text of the batch's watermarks once: text that identifies a mark -> file. What cannot be
    had fails the jobs that want it."""
    drawn: dict[str, str] = {}
    wanted = {watermark_drawing.identity(mark): mark for one in jobs for mark in one.spec.get("marks") or ()}
    for number, (known, mark) in enumerate(wanted.items()):
        users = tuple(
            one.id for one in jobs if known in {watermark_drawing.identity(m) for m in one.spec.get("marks") or ()}
        )
        task = watermark_drawing.task(mark, number, users)
        (made,) = await io.execute((task,))
        if made.failure is None:
            drawn[known] = f"${{{task.name}}}/{task.expect[0]}"
        else:
            batch.outcomes |= {one: Outcome(failure=watermark_drawing.unusable(mark, made.failure)) for one in users}
    return drawn


def _target(one: JobSpec, number: int, source: _Source, drawn: Mapping[str, str]) -> Target:
    rendition = settle(
        one.spec["template"], source.info, source.timeline, audio_map=one.spec["audio_map"], part=one.spec["part"]
    )
    effort.check(rendition, source.info, source.timeline)
    if rendition.video:
        size = rendition.video.width, rendition.video.height
        rendition = replace(
            rendition,
            watermarks=tuple(
                watermark_drawing.place(mark, drawn[watermark_drawing.identity(mark)], size)
                for mark in one.spec.get("marks") or ()
            ),
        )
    name = one.spec["key"].rpartition("/")[2]
    return Target(str(number), rendition, without_extension(name) if segmented(rendition) else name)


async def _make_all(batch: _Batch, io: NodeIO) -> None:
    failure = await _make(batch, tuple(batch.targets), io, "")
    # one of them may be to blame: the others need not fail with it
    if failure and failure.source_ok and len(batch.targets) > 1:
        for number, one in enumerate(tuple(batch.targets)):
            if alone := await _make(batch, (one,), io, f"alone-{number}-"):
                batch.outcomes[one] = Outcome(failure=alone)
    elif failure:
        batch.outcomes |= {one: Outcome(failure=failure) for one in batch.targets}


async def _make(batch: _Batch, ids: Sequence[str], io: NodeIO, prefix: str) -> Failure | None:
    """Make and look at the outputs of these jobs. A failure of a command is returned; a fault of one output becomes
    that job's outcome."""
    targets = {one: batch.targets[one] for one in ids}
    served = {target.stem: (one,) for one, target in targets.items()}
    info, timeline = batch.source.info, batch.source.timeline
    todo = plan(list(targets.values()), served, info, timeline, prefix)
    files: dict[str, Mapping[str, int]] = {}
    failure = await _execute(todo.first, io, files)
    if not failure and todo.pieces and not await _whole(todo, targets.values(), timeline, io):
        # The decoder left frames out or made some up, so the pieces would not fit together; in one go that does no
        # harm.
        todo = plan(list(targets.values()), served, info, timeline, prefix + "whole-", cut=False)
        failure = await _execute(todo.first, io, files)
    failure = failure or await _execute(todo.then, io, files)
    if failure:
        return failure
    await _look_at_all(batch, targets, todo, files, io)
    return None


async def _look_at_all(
    batch: _Batch, targets: Mapping[str, Target], todo: Plan, files: Mapping[str, Mapping[str, int]], io: NodeIO
) -> None:
    """Look at every output at once, and judge each: what is wrong becomes that job's outcome."""
    wanted = {one: _to_look_at(todo.made[target.stem], target, files) for one, target in targets.items()}
    answers = iter(await io.probe_all([what for whats in wanted.values() for what in whats]))
    for one, target in targets.items():
        task, entry = todo.made[target.stem]
        seen = _seen([next(answers) for _ in wanted[one]], target, files[task])
        wrong = (
            seen
            if isinstance(seen, Failure)
            else result.fault(target.rendition, seen, batch.source.info, batch.source.timeline)
        )
        if isinstance(seen, Failure) or wrong:
            batch.outcomes[one] = Outcome(failure=wrong)
        else:
            batch.looks[one] = (task, entry, files[task], seen)


async def _execute(tasks: Sequence[Task], io: NodeIO, files: dict[str, Mapping[str, int]]) -> Failure | None:
    """Run tasks and note what they made; the failure that began it all, not those of tasks that were called off because
    of it."""
    if not tasks:
        return None
    made: list[Made] = await io.execute(tasks)
    failures = [one.failure for one in made if one.failure]
    files |= {task.name: one.files for task, one in zip(tasks, made, strict=True)}
    return next((failure for failure in failures if failure.code != "JobCancelled"), failures[0]) if failures else None


async def _whole(todo: Plan, targets: Iterable[Target], timeline: Timeline | None, io: NodeIO) -> bool:
    """Whether each piece has its frames. One rendition tells it for all: they come from one decode and drop nothing."""
    assert timeline is not None
    shown = next(target.rendition for target in targets if target.rendition.video)
    tasks = [task for task in todo.first if not task.name.endswith("audio")]
    found = await io.probe_all([f"${{{task.name}}}/{task.expect[0]}" for task in tasks])
    return all(
        not isinstance(one, Failure) and result.measured(one.raw).frames == pieces.frames_of(timeline, number, shown)
        for number, one in enumerate(found)
    )


def _to_look_at(made: tuple[str, str], target: Target, files: Mapping[str, Mapping[str, int]]) -> list[str]:
    """An HLS playlist names its segments as they will be published, so its first and last segment are looked at
    instead."""
    task, entry = made
    if target.container.segments is None:
        return [f"${{{task}}}/{entry}"]
    names = target.parts(files[task])
    return [f"${{{task}}}/{name}" for name in dict.fromkeys(names[:1] + names[-1:])]


def _seen(found: Sequence[Probe | Failure], target: Target, files: Mapping[str, int]) -> result.Measured | Failure:
    """What was made, by ffprobe's answers."""
    raws = []
    for one in found:
        if isinstance(one, Failure):  # what it says is about our file; the reader has another one
            return (
                one
                if one.retry or one.code == "JobCancelled"
                else result.bad("No segment was made: nothing of the source could be decoded.")
            )
        raws.append(one.raw)
    if not raws:
        return result.bad("No segment was made: nothing of the source could be decoded.")
    if target.container.segments is None:
        return result.measured(raws[0])
    names = target.parts(files)
    return result.looked_hls(raws[0], raws[-1], sum(files[name] for name in names), len(names))


async def _publish(jobs: Sequence[JobSpec], batch: _Batch, io: NodeIO) -> None:
    ready: dict[str, tuple[Publication, dict[str, Any]]] = {}
    for one in jobs:
        if one.id not in batch.looks:
            continue
        task, entry, files, seen = batch.looks[one.id]
        target = batch.targets[one.id]
        described = result.described(seen, target.rendition)
        try:
            key = await _late_names(one.spec["key"], task, entry, described, io)
        except MediaError as error:
            batch.outcomes[one.id] = Outcome(failure=error.failure)
            continue
        parts = _parts(task, files, target, key)
        shown = {"bucket": one.spec["bucket"], "object": key, **described, "media": one.spec["media"]}
        ready[one.id] = (Publication(one.id, one.spec["bucket"], (task, entry, key), parts), shown)
    if not ready:
        return
    answers = await io.publish([publication for publication, _ in ready.values()])
    for job_id, (_, shown) in ready.items():
        batch.outcomes[job_id] = Outcome(failure=answers[job_id]) if answers.get(job_id) else Outcome(shown)


def _parts(task: str, files: Mapping[str, int], target: Target, key: str) -> tuple[tuple[str, str, str], ...]:
    """Segments `NAME-00001.ts`... beside the playlist `NAME.m3u8`."""
    return tuple((task, name, target.part_key(key, name)) for name in target.parts(files))


async def _late_names(key: str, task: str, entry: str, described: Mapping[str, Any], io: NodeIO) -> str:
    """The key with {DestMd5} and {DestAvgBitrate}, which only the finished file knows."""
    left = placeholders.names(key) & {"DestMd5", "DestAvgBitrate"}
    if not left:
        return key
    found: Probe | Failure | None = await io.probe(f"${{{task}}}/{entry}", md5=True) if "DestMd5" in left else None
    if isinstance(found, Failure):
        raise MediaError(found)
    key = placeholders.fill(
        key, {"DestMd5": found.md5 if found else "", "DestAvgBitrate": str(round(described["bitrate"]))}
    )
    check_key(key)
    return key


_URI_SCHEMA = schema.text(
    "Place in the package",
    "包内路径",
    "a-z, 0-9, . / and -, ends with .m3u8; relative to the master playlist's folder.",
    "仅含 a-z、0-9、.、/、-，以 .m3u8 结尾；相对主播放列表所在目录。",
    example="hd/video.m3u8",
    pattern="^[a-z][a-z0-9./-]+$",
)
SCHEMA = schema.record(
    "Transcode",
    "转码",
    {
        "Outputs": schema.array("Output", "输出", SCHEMA_OF_OUTPUT, most=1, json_string=True),
        "OutputBucket": schema.text(
            "Output bucket",
            "输出 Bucket",
            "Not needed inside a package.",
            "打包内无需填写。",
            widget="output-bucket",
            example="films-out",
        ),
        "OutputLocation": schema.text(
            "Location",
            "地域",
            "oss-REGION of this server.",
            "本服务器的 oss-地域。",
            example="oss-cn-hangzhou",
            advanced=True,
        ),
        "MultiBitrateVideoStream": schema.record(
            "Video stream of a package",
            "打包视频流",
            {"URI": _URI_SCHEMA},
            "Makes this a video stream of the HLS package before it.",
            "作为前面 HLS 打包中的视频流。",
            required=("URI",),
            json_string=True,
            advanced=True,
        ),
        "ExtXMedia": schema.record(
            "Audio stream of a package",
            "打包音频流",
            {
                "URI": _URI_SCHEMA,
                "Name": schema.text(
                    "Name",
                    "名称",
                    "Shown by players.",
                    "播放器中显示的名称。",
                    example="English",
                    minLength=1,
                    maxLength=64,
                ),
                "Language": schema.text(
                    "Language",
                    "语言",
                    "As in RFC 5646, such as en or zh.",
                    "RFC 5646 语言标签，如 en、zh。",
                    example="en",
                ),
            },
            "Makes this an audio stream of the HLS package before it.",
            "作为前面 HLS 打包中的音频流。",
            required=("URI", "Name"),
            json_string=True,
            advanced=True,
        ),
    },
    required=("Outputs",),
)

NODE = NodeType(
    "Transcode",
    check,
    schema=SCHEMA,
    label_zh="转码",
    help_zh="把输入转成一个音视频文件，或 HLS 打包中的一路码流。",
    lane="heavy",
    job=job,
    batch_key=batch_key,
    run=run,
    refs=refs,
    predecessors=frozenset(
        {"Start", "Analysis", "Censor", "FpShot", "PackageConfig", "AudioGroup", "SubtitleGroup", "VideoGroup"}
    ),
    label="Encode",
    help="Makes one video or audio file of the input, or one stream of an HLS package.",
)
