"""Cover: the pictures of a film that are worth showing, and its best seconds as a small moving picture.

Outcome.result: {"bucket", "object": the key with {Count}, "first": key of the best, "count", "type": "Sequence",
"cover": whether the first becomes the media's cover, "covers": [{"object", "time", "score"}], "clip": {"object",
"time", "seconds"} or None}; score goes from 0 to 1.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare, placeholders, urls
from reelmill.core.errors import Failure, MediaError
from reelmill.core.fields import Checked, Record
from reelmill.core.model import JobSpec, MediaInfo, Outcome, Part, Publication
from reelmill.core.ports import NodeIO
from reelmill.media import aspect, covers
from reelmill.media.diagnose import bad_content
from reelmill.media.probe import parse
from reelmill.nodes.base import Env, Needs, NodeType, Outputs, decoded, job_states, looking_way, refs_of

SPEED = "AIVideoCover"
MOST = 5
SECONDS = 4.0
FORMS = {"gif": "image/gif", "webp": "image/webp"}
_CANDIDATES = 65_536 * 4  # bytes of a list of them


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """pipeline: "" for that of the run; clip: its format, "" for none."""

    pipeline: str
    bucket: str
    object: str
    count: int
    clip: str
    seconds: float
    cover: bool


_FILE: Record[Any] = declare.record(
    "Where they go",
    "输出",
    {
        "Bucket": declare.text(
            "Output bucket", "输出 Bucket", widget="output-bucket", example="films-out", required=True, refers="buckets"
        ),
        "Location": declare.location(),
        "Object": declare.key(
            "Name",
            "名称",
            "Placeholders: {Count} (without it the best picture alone is made), {RunId}, {ObjectPrefix}, {FileName}, "
            "{ExtName}, {MediaId}.",
            "可用占位符：{Count}（不含则只生成最佳一张）、{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",
            example="{RunId}/cover-{Count}.jpg",
            known=placeholders.WORKFLOW | {"Count"},
            undecodable="Object must be URL-encoded UTF-8.",
            wrong="There is no placeholder {{{name}}} here; there are: {known}.",
            required=True,
        ),
    },
    unknown='"{name}" is not part of an OutputFile; it has Bucket, Location and Object.',
    required=True,
    json_string=True,
)
_CLIP: Record[Any] = declare.record(
    "Best clip",
    "精彩片段",
    {
        "Format": declare.choice("Format", "格式", tuple(FORMS), default="webp"),
        "Seconds": declare.number("Seconds", "秒数", 3, 5, default=SECONDS),
    },
    absent=None,
    json_string=True,
    advanced=True,
)
CONFIG: Record[Any] = declare.record(
    "Covers",
    "封面",
    {"OutputFile": _FILE, "Count": declare.whole("Most pictures", "最多张数", 1, MOST, default=MOST), "Clip": _CLIP},
    required=True,
    json_string=True,
)


def _params(given: Mapping[str, Any]) -> Params:
    config = given["CoverConfig"] or {}
    clip = config.get("Clip") or {}
    return Params(
        pipeline=given["PipelineId"],
        bucket=(config.get("OutputFile") or {}).get("Bucket", ""),
        object=(config.get("OutputFile") or {}).get("Object", ""),
        count=config.get("Count", MOST),
        clip=clip.get("Format", ""),
        seconds=float(clip.get("Seconds", SECONDS)),
        cover=given["MediaCover"],
    )


PARAMETERS = declare.record(
    "Intelligent thumbnail",
    "智能封面",
    {
        "PipelineId": declare.text(
            "Queue",
            "管道",
            "A queue for covers (Speed AIVideoCover); empty: that of the workflow.",
            "封面管道（Speed 为 AIVideoCover）；留空则使用工作流的管道。",
            widget="pipeline",
            example="0" * 32,
            pattern="^[0-9a-f]{32}$",
            code="InvalidParameter.UUIDFormatInvalid",
            refers="pipelines",
        ),
        "CoverConfig": CONFIG,
        "MediaCover": declare.flag(
            "Use as cover",
            "设为封面",
            "The best picture becomes the cover of the media.",
            "最佳图片设为媒体封面。",
            default=False,
        ),
    },
    unknown='"{name}" is not a parameter of Cover; it has {known}.',
    make=_params,
)
check = PARAMETERS.check


def job(params: Params, env: Env) -> dict[str, Any]:
    """The key with the names of the run; MediaError when it cannot be used."""
    key = placeholders.fill(params.object, env.names)
    if problem := urls.key_problem(_named(key, 1)):
        raise MediaError(
            Failure(
                "InvalidParameter.ObjectKeyInvalid",
                f"The pictures cannot be named {key!r}: {problem}.",
                "Choose another OutputFile.Object.",
            )
        )
    return spec(params.pipeline, params.bucket, key, params.count, params.clip, params.seconds, params.cover)


def spec(
    pipeline: str, bucket: str, key: str, count: int, clip: str, seconds: float, cover: bool, *, stills: bool = True
) -> dict[str, Any]:
    """What a job works from. `stills` False: the clip alone."""
    several = count if "{Count}" in key else 1
    told = {"bucket": bucket, "object": key, "count": several if stills else 0, "clip": clip, "seconds": seconds}
    return {"pipeline_id": pipeline, **told, "cover": cover}


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Look, take the candidates, keep the best, publish them."""
    return {one.id: await _one(one, io) for one in jobs}


async def _one(one: JobSpec, io: NodeIO) -> Outcome:
    found = await io.probe("${source}")
    if isinstance(found, Failure):
        return Outcome(failure=found)
    info = parse(found.raw)
    if not info.video:
        return Outcome(failure=bad_content("InputFile", "it has no picture"))
    wanted = one.spec
    seconds = wanted["seconds"] if wanted["clip"] else 0.0
    pictures = await decoded(one, info, io)
    if pictures and pictures.failure:
        return Outcome(failure=pictures.failure)
    look = covers.look(info, None, one.id, wanted["count"] or 1, seconds, decoded=pictures is not None)
    made = (await io.execute([look]))[0]
    if made.failure:
        return Outcome(failure=made.failure)
    seen = await _json(io, f"${{{covers.LOOK}}}/{covers.SHOTS}")
    if isinstance(seen, Failure):
        return Outcome(failure=seen)
    shapes, chosen = await _shapes(info, io), list[dict[str, Any]]()
    if wanted["count"] and seen["candidates"]:
        taken = await _chosen(one, info, shapes, seen["candidates"], io)
        if isinstance(taken, Failure):
            return Outcome(failure=taken)
        chosen = taken
    clip = seen["clip"] if wanted["clip"] else None
    if not (chosen or clip):
        return Outcome(failure=_nothing())
    if clip:
        made = (await io.execute([covers.clip(info, shapes, one.id, clip, wanted["clip"])]))[0]
        if made.failure:
            return Outcome(failure=made.failure)
    return await _published(one, chosen, clip, io)


async def _shapes(info: MediaInfo, io: NodeIO) -> covers.Shapes:
    """Where the pictures change their shape."""
    if not aspect.may_change(info.format_name, info.video[0]):
        return ()
    found = await io.probe("${source}", near=(0.0,))
    timeline = None if isinstance(found, Failure) else found.timeline
    return timeline.shapes if timeline and not timeline.leaps else ()


async def _chosen(
    one: JobSpec, info: MediaInfo, shapes: covers.Shapes, candidates: list[dict[str, Any]], io: NodeIO
) -> list[dict[str, Any]] | Failure:
    made = (await io.execute([covers.take(info, shapes, one.id, candidates, one.spec["count"])]))[0]
    return made.failure or await _json(io, f"${{{covers.TAKE}}}/{covers.CHOSEN}")


async def _json(io: NodeIO, what: str) -> Any:
    text = await io.read(what, most=_CANDIDATES)
    return text if isinstance(text, Failure) else json.loads(text)


async def _published(
    one: JobSpec, chosen: list[dict[str, Any]], clip: Mapping[str, float] | None, io: NodeIO
) -> Outcome:
    wanted = one.spec
    keys = [_named(wanted["object"], number) for number in range(1, len(chosen) + 1)]
    parts = [
        Part(covers.TAKE, covers.picture(int(shot["file"].partition(".")[0])), key, "image/jpeg")
        for key, shot in zip(keys, chosen, strict=True)
    ]
    moving = _moving(wanted["object"], wanted["clip"]) if clip else ""
    if clip:
        parts.append(Part(covers.CLIP, f"clip.{wanted['clip']}", moving, FORMS[wanted["clip"]]))
    # the best picture appears last: whoever sees it finds the others
    ordered = parts[1:] + parts[:1]
    whole = Publication(one.id, wanted["bucket"], ordered[-1], tuple(ordered[:-1]), wanted["object"])
    failure = (await io.publish([whole]))[one.id]
    if failure:
        return Outcome(failure=failure)
    told = [{"object": k, "time": s["time"], "score": s["score"]} for k, s in zip(keys, chosen, strict=True)]
    return Outcome(
        {
            "bucket": wanted["bucket"],
            "object": wanted["object"],
            "first": keys[0] if keys else moving,
            "count": len(keys),
            "type": "Sequence",
            "cover": wanted["cover"] and bool(keys),
            "covers": told,
            "clip": {"object": moving, "time": clip["begin"], "seconds": clip["seconds"]} if clip else None,
        }
    )


def _named(template: str, number: int) -> str:
    return template.replace("{Count}", f"{number:05d}")


def _moving(template: str, form: str) -> str:
    """The clip's key: the pictures', with its own extension."""
    plain = template.replace("{Count}", "clip")
    stem, dot, extension = plain.rpartition(".")
    return f"{stem if dot and '/' not in extension else plain}.{form}"


def _nothing() -> Failure:
    return Failure(
        "InvalidParameter.ResourceContentBad",
        "There is no picture in the film that is worth showing: all are black, blurred or plain.",
        "Take a snapshot at a moment that you choose.",
    )


def _cover(result: Mapping[str, Any]) -> str:
    return str(result["first"]) if result.get("cover") else ""


def _way(spec: Mapping[str, Any]) -> dict[str, float]:
    """As it was measured (docs/explain/speed.md)."""
    later = {covers.TAKE: 2.0} if spec["count"] else {}
    return looking_way(spec, 6.0, covers.LOOK, 2.0, **later | ({covers.CLIP: 0.5} if spec["clip"] else {}))


def _needs(_params: Any, _templates: Any) -> Needs:
    return Needs(tools=frozenset({"ffmpeg", "ffprobe", "infer"}), encoders=frozenset({"mjpeg"}))


NODE = NodeType(
    "Cover",
    check,
    states=job_states("Analysing") | {"Submitted": "Queuing", "Admitted": "Queuing"},
    outputs=Outputs(kind="Cover", cover=_cover),
    lane="heavy",
    job=job,
    run=run,
    version="4",  # 3 looked at other moments of broadcasts with teletext
    queue=lambda params: params.pipeline,
    way=_way,
    speeds=frozenset({SPEED}),
    refs=refs_of,
    needs=_needs,
    predecessors=frozenset({"Start", "Transcode"}),
    repeatable=False,  # its result names every picture, not one place that could be another one
    schema=PARAMETERS.schema,
    looks=lambda _params, _model: "cover",
    stage="make",
    label="Intelligent thumbnail",
    label_zh="智能封面",
    help="Up to five pictures that are worth showing: sharp, well lit, different; the best seconds, moving.",
    help_zh="最多五张值得展示的图片：清晰、曝光合适、互不重复；还可生成精彩片段动图。",
)
