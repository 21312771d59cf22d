"""FpShot: whether a film is known already, by its pictures and its sound; new ones may be kept in a library.

Outcome.result: {"library", "key", "save", "file": id of what was kept or "", "duplicate", "length", "video", "audio"};
video and audio are lists of {"key", "file", "seconds", "similarity", "slices": [[begin, end, begin and end in the known
film, similarity], ...]}, most first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Failure, UserText
from reelmill.core.fields import Checked, Record
from reelmill.core.model import JobSpec, Outcome
from reelmill.core.ports import NodeIO
from reelmill.media import decoding, fingerprints, reviews
from reelmill.media.diagnose import bad_content
from reelmill.media.probe import describes_nothing, parse
from reelmill.nodes.base import Env, Needs, NodeType, decoded, job_states, looked, looking_way, refs_of

SPEED = "AIVideoFPShot"
SAVES = ("save", "nosave", "forcesave")
LEAST_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """pipeline: "" for that of the run; key: "" for the id of the medium; abort: "duplicate" stops the branch."""

    pipeline: str
    library: str
    key: str
    save: str
    abort: str
    least_seconds: float
    least_similarity: float


CONFIG: Record[Mapping[str, str]] = declare.record(
    "Fingerprint",
    "指纹",
    {
        "FpDBId": declare.text(
            "Library",
            "指纹库",
            "The fingerprint library that the film is compared with.",
            "与之比对的指纹库。",
            widget="fingerprint-library",
            pattern="^[0-9a-f]{32}$",
            example="0" * 32,
            required=True,
            refers="libraries",
            code="InvalidParameter.DBNotExist",
        ),
        "PrimaryKey": declare.text(
            "Key",
            "主键",
            "What the film is called in the library.",
            "该视频在指纹库中的名称。",
            maxLength=128,
            example="film-1",
            advanced=True,
        ),
        "SaveType": declare.choice(
            "Keep",
            "保存规则",
            SAVES,
            "save: only what is new; nosave: nothing; forcesave: always.",
            "save：仅保存不重复的；nosave：不保存；forcesave：总是保存。",
            default="save",
        ),
    },
    required=True,
    json_string=True,
)
PARAMETERS = declare.record(
    "Media fingerprint",
    "视频 DNA",
    {
        "PipelineId": declare.text(
            "Queue",
            "管道",
            "A queue for fingerprints (Speed AIVideoFPShot); empty: that of the workflow.",
            "指纹管道（Speed 为 AIVideoFPShot）；留空则使用工作流的管道。",
            widget="pipeline",
            example="0" * 32,
            pattern="^[0-9a-f]{32}$",
            code="InvalidParameter.UUIDFormatInvalid",
            refers="pipelines",
        ),
        "FpShotConfig": CONFIG,
        "AbortCondition": declare.choice(
            "End the branch",
            "终止工作流",
            ("", "duplicate"),
            "duplicate: what follows is skipped when the film is known.",
            "duplicate：视频重复时跳过后续节点。",
            default="",
        ),
        "MinDuration": declare.number(
            "Least length",
            "最短重复时长",
            0,
            86400,
            "Seconds that must be known before a film counts as a duplicate; of a shorter film most of it.",
            "重复时长达到多少秒才算重复；较短的视频则须大部分重复。",
            default=LEAST_SECONDS,
            advanced=True,
        ),
        "MinSimilarity": declare.number(
            "Least similarity",
            "最低相似度",
            0,
            1,
            "From 0 to 1: how alike they must be.",
            "0 到 1：相似程度的下限。",
            default=0.0,
            advanced=True,
        ),
    },
    unknown='"{name}" is not a parameter of FpShot; it has {known}.',
    make=lambda given: Params(
        pipeline=given["PipelineId"],
        library=(given["FpShotConfig"] or {}).get("FpDBId", ""),
        key=(given["FpShotConfig"] or {}).get("PrimaryKey", ""),
        save=(given["FpShotConfig"] or {}).get("SaveType", "save"),
        abort=given["AbortCondition"],
        least_seconds=float(given["MinDuration"]),
        least_similarity=float(given["MinSimilarity"]),
    ),
)
check = PARAMETERS.check


def job(params: Params, env: Env) -> dict[str, Any]:
    """The key is the medium's when none is given."""
    config = {
        "FpDBId": params.library,
        "SaveType": params.save,
        "PrimaryKey": params.key or env.names.get("MediaId", ""),
    }
    return {
        "pipeline_id": params.pipeline,
        "config": config,
        "abort": params.abort,
        "least_seconds": params.least_seconds,
        "least_similarity": params.least_similarity,
        "request": {"FpShotConfig": config},
    }


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Look, take the prints that the library compares, compare them."""
    return {one.id: await _one(one, io) for one in jobs}


async def _one(one: JobSpec, io: NodeIO) -> Outcome:
    found = await io.probe("${source}")
    if isinstance(found, Failure):
        return Outcome(failure=found)
    info = parse(found.raw)
    if describes_nothing(info):
        return Outcome(failure=bad_content("InputFile", "it has neither a video nor an audio stream"))
    reads = one.spec.get("look") == fingerprints.TEXTS
    if reads and not info.video:
        return Outcome(failure=bad_content("InputFile", "it has no picture"))
    alone = fingerprints.TEXTS if reads and reviews.long(info) else ""
    pictures = await decoded(one, info, io, alone) if info.video else None
    if pictures and pictures.failure:
        return Outcome(failure=pictures.failure)
    if reads:
        pieces = fingerprints.reading(info, one.id, pictures.files) if pictures else []
        if failure := await looked(pieces, io):
            return Outcome(failure=failure)
        task = fingerprints.texts(info, one.id, pictures.files if pictures else None, pieces)
    else:
        task = fingerprints.task(info, None, one.id, decoded=pictures is not None)
    made = (await io.execute([task]))[0]
    if made.failure:
        return Outcome(failure=made.failure)
    config = one.spec["config"]
    order = {
        "library": config["FpDBId"],
        "key": config["PrimaryKey"],
        "save": config["SaveType"],
        "job": one.id,
        "least_seconds": one.spec["least_seconds"],
        "least_similarity": one.spec["least_similarity"],
        "length": info.duration,
    }
    told = await io.compare(order)
    if isinstance(told, Failure):
        return Outcome(failure=told)
    result = {name: order[name] for name in ("library", "key", "save")}
    result |= {"file": told["file"], "duplicate": told["duplicate"], **told["found"]}
    if not told["duplicate"]:
        return Outcome(result)
    stops = one.spec["abort"] == "duplicate"
    return Outcome(result, gate="stop" if stops else "pass", reason=_reason(told["found"]))


def _reason(found: Mapping[str, Any]) -> UserText:
    best = (found.get("text") or found["video"] or found["audio"])[0]
    return f'The film is known: {best["seconds"]:g} s of it are "{best["key"]}".'


def _way(spec: Mapping[str, Any]) -> dict[str, float]:
    """As it was measured (docs/explain/speed.md); a library compares in no time."""
    if spec.get("look") == fingerprints.TEXTS:
        return {decoding.TASK: 1.0, reviews.LOOK: 20.0, fingerprints.TEXTS: 0.2}
    return looking_way(spec, 6.0, fingerprints.TASK, 4.0)


def _needs(_params: Any, _templates: Any) -> Needs:
    return Needs(tools=frozenset({"ffmpeg", "ffprobe", "infer"}))


NODE = NodeType(
    "FpShot",
    check,
    states=job_states("Analysing") | {"Submitted": "Queuing", "Admitted": "Queuing"},
    lane="heavy",
    job=job,
    run=run,
    version="2",
    queue=lambda params: params.pipeline,
    way=_way,
    speeds=frozenset({SPEED}),
    refs=refs_of,
    needs=_needs,
    predecessors=frozenset({"Start", "Transcode"}),
    gate="AbortCondition",
    repeatable=False,  # the library grows, by what is compared with it too
    schema=PARAMETERS.schema,
    looks=lambda params, model: fingerprints.look_of(model(params.library)),
    stage="check",
    label="Media fingerprint",
    label_zh="视频 DNA",
    help="Compares the film with a library by its pictures and its sound, or by the texts in its pictures; new films "
    "may be kept there.",
    help_zh="按画面与声音，或按画面中的文本，将视频与指纹库比对；新视频可保存入库。",
)
IMPORT = replace(
    NODE, name="FpShotImport", role="job", predecessors=frozenset(), gate=None
)  # what only fills a library
NODES = (IMPORT,)
