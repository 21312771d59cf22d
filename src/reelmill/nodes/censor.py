"""Censor: whether a film may be shown, by what is seen in its pictures and said in its texts.

Outcome.result: {"suggestion" of the whole job, "unavailable": scenes that nobody here can look at, "reasons": why those
that somebody should have looked at, "scenes": scene -> result of the film, "frames": [[seconds, key of its picture or
"", scene -> result], ...], "images": [scene -> result of each cover image], "texts": {"title", "description",
"barrage"} -> result or None, "bucket", "pictures": key with {Count}}; a result is [label, rate from 0 to 100,
suggestion], and suggestion one of pass, review, block, unavailable. "said": [[begin, end, text, label, suggestion,
[word of a list, ...]], ...], seconds, of what is said in the film. That of a picture with logos has a fourth part:
{"logos": [[name, label, rate, suggestion, x, y, width, height], ...]}, the last four as shares of the picture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare, placeholders, urls
from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.fields import At, Checked, Record
from reelmill.core.model import JobSpec, MediaInfo, ObjectRef, Outcome, Part, Publication
from reelmill.core.ports import NodeIO
from reelmill.media import decoding, reviews
from reelmill.media.diagnose import bad_content
from reelmill.media.probe import parse
from reelmill.nodes.base import Env, Needs, NodeType, Outputs, decoded, job_states, looked, refs_of

SPEED = "AIVideoCensor"
SAVES = ("abnormal", "all")
ABORTS = ("", "block", "review,block")
ASKS = ("never", "review", "always")  # when a person decides
STATES = {"pass": "Pass", "review": "Review", "block": "Block"}  # suggestion -> the media's CensorState


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """pipeline: "" for that of the run; abort: suggestions that stop the branch; human: one of ASKS; config: see
    `spec`."""

    pipeline: str
    abort: str
    human: str
    config: Mapping[str, Any]


def _several(good: Mapping[str, Any], _given: Mapping[str, Any], at: At) -> None:
    if "Object" in good and "{Count}" not in good["Object"]:
        at.member("Object").refuse("InvalidParameter", "It must hold {Count}: every picture has a name of its own.")


_FILE: Record[Any] = declare.record(
    "Pictures",
    "图片输出",
    {
        "Bucket": declare.text(
            "Output bucket", "输出 Bucket", widget="output-bucket", example="films-out", required=True, refers="buckets"
        ),
        "Location": declare.location(),
        "Object": declare.key(
            "Name",
            "名称",
            "Placeholders: {Count} (required), {RunId}, {ObjectPrefix}, {FileName}, {ExtName}, {MediaId}.",
            "可用占位符：{Count}（必填）、{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",
            example="{RunId}/review-{Count}.jpg",
            known=placeholders.WORKFLOW | {"Count"},
            undecodable="Object must be URL-encoded UTF-8.",
            wrong="There is no placeholder {{{name}}} here; there are: {known}.",
            required=True,
        ),
    },
    "Where the pictures go that somebody should look at; without it none are kept.",
    "需要人工查看的图片保存位置；不填则不保存图片。",
    unknown='"{name}" is not part of an OutputFile; it has Bucket, Location and Object.',
    rules=(_several,),
    absent=None,
    json_string=True,
)
CONFIG: Record[Any] = declare.record(
    "Review",
    "审核配置",
    {
        "OutputFile": _FILE,
        "Scenes": declare.array(
            "Scenes",
            "审核场景",
            declare.choice("Scene", "场景", reviews.SCENES, required=True),
            "porn, terrorism, ad, live, logo, audio. What nobody here can look at is unavailable, never passed.",
            "porn、terrorism、ad、live、logo、audio。本机无法识别的场景会标为 unavailable，绝不会标为通过。",
            least=1,
            most=len(reviews.SCENES),
            default=list(reviews.USUAL),
        ),
        "SaveType": declare.choice(
            "Keep",
            "保存规则",
            SAVES,
            "abnormal: only what is not passed; all: every sample.",
            "abnormal：仅保存未通过的；all：全部保存。",
            default="abnormal",
            aliases=("StoreType", "ResultRange"),
            advanced=True,
        ),
        "StoreVideoTimeline": declare.flag(
            "Time line",
            "保存时间线",
            "Tell the result of each sample that is kept.",
            "保存每个采样时刻的结果。",
            default=True,
            advanced=True,
        ),
        "VideoCensor": declare.flag(
            "Look at the film",
            "审核视频内容",
            "Off: only texts and cover images are looked at.",
            "关闭后仅审核文本与封面图。",
            default=True,
            advanced=True,
        ),
        "BizType": declare.text(
            "Business",
            "业务类型",
            "Told again; it has no effect.",
            "仅原样返回，不起作用。",
            maxLength=64,
            default="common",
            advanced=True,
        ),
    },
    json_string=True,
)
PARAMETERS = declare.record(
    "Review",
    "内容审核",
    {
        "PipelineId": declare.text(
            "Queue",
            "管道",
            "A queue for reviews (Speed AIVideoCensor); empty: that of the workflow.",
            "审核管道（Speed 为 AIVideoCensor）；留空则使用工作流的管道。",
            widget="pipeline",
            example="0" * 32,
            pattern="^[0-9a-f]{32}$",
            code="InvalidParameter.UUIDFormatInvalid",
            refers="pipelines",
        ),
        "CensorConfig": CONFIG,
        "AbortCondition": declare.choice(
            "End the branch",
            "终止工作流",
            ABORTS,
            "By which results what follows is skipped.",
            "结果为何时跳过后续节点。",
            same={"block,review": "review,block"},
            default="",
        ),
        "HumanReview": declare.choice(
            "Ask a person",
            "人工审核",
            ASKS,
            "review: what is neither passed nor blocked waits for a person's decision; always: everything does.",
            "review：既未通过也未拦截的结果等待人工决定；always：全部等待人工决定。",
            default="never",
        ),
    },
    unknown='"{name}" is not a parameter of Censor; it has {known}.',
    make=lambda given: Params(
        pipeline=given["PipelineId"],
        abort=given["AbortCondition"],
        human=given["HumanReview"],
        config=given["CensorConfig"] or {},
    ),
)
check = PARAMETERS.check


def job(params: Params, env: Env) -> dict[str, Any]:
    """Title and description are those of the medium, at the time of the review."""
    return spec(params.config, env.names, pipeline=params.pipeline, abort=params.abort, human=params.human)


def spec(
    config: Mapping[str, Any],
    names: Mapping[str, str],
    *,
    pipeline: str = "",
    abort: str = "",
    human: str = "never",
    words: Mapping[str, str] | None = None,
    images: Sequence[ObjectRef] = (),
) -> dict[str, Any]:
    """What a job works from, of a checked CensorConfig. `words`: title, description and barrage; None: the medium's.
    MediaError when the pictures cannot be named so."""
    file = config.get("OutputFile") or {}
    key = placeholders.fill(file.get("Object", ""), names)
    if key and (problem := urls.key_problem(_named(key, 1))):
        raise MediaError(
            Failure(
                "InvalidParameter.ObjectKeyInvalid",
                f"The pictures cannot be named {key!r}: {problem}.",
                "Choose another OutputFile.Object.",
            )
        )
    return {
        "pipeline_id": pipeline,
        "bucket": file.get("Bucket", ""),
        "pictures": key,
        "scenes": list(config.get("Scenes") or reviews.USUAL),
        "save": config.get("SaveType", SAVES[0]),
        "timeline": config.get("StoreVideoTimeline", True),
        "film": config.get("VideoCensor", True),
        "abort": abort,
        "human": human,
        "words": None if words is None else dict(words),
        "images": [one.to_json() for one in images],
        "request": {"VideoCensorConfig": shown(config)},
    }


def shown(config: Mapping[str, Any]) -> dict[str, Any]:
    """A checked config as MPS tells it again."""
    told = {name: value for name, value in config.items() if value is not None}
    return told | {"Scenes": list(config.get("Scenes") or reviews.USUAL)}


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Look, judge, publish the pictures that are kept."""
    return {one.id: await _one(one, io) for one in jobs}


async def _one(one: JobSpec, io: NodeIO) -> Outcome:
    info, shown, rate, pictures = None, None, 1.0, None
    if one.spec["film"]:
        found = await io.probe("${source}")
        if isinstance(found, Failure):
            return Outcome(failure=found)
        info = parse(found.raw)
        shown = info if set(one.spec["scenes"]) - {reviews.AUDIO} else None
        if not info.video and (shown or not info.audio):
            return Outcome(failure=bad_content("InputFile", "it has no picture"))
        alone = "review" if shown and reviews.long(shown) else ""
        rate, pictures = reviews.rate_of(info), await decoded(one, info, io, alone) if info.video else None
    if pictures and pictures.failure:
        return Outcome(failure=pictures.failure)
    images, scenes = [ObjectRef(**image) for image in one.spec["images"]], one.spec["scenes"]
    files = pictures.files if pictures and shown else None
    pieces = reviews.pieces(shown, one.id, scenes, files) if shown and files else []
    if failure := await looked(pieces, io):
        return Outcome(failure=failure)
    look = reviews.look(shown, None, one.id, scenes, images, files, pieces)
    made = (await io.execute([look]))[0]
    if made.failure:
        return Outcome(failure=made.failure)
    order = {"job": one.id, "scenes": one.spec["scenes"], "save": one.spec["save"], "words": one.spec["words"]}
    judged = await io.review(order | _listen(one, info))
    if isinstance(judged, Failure):
        return Outcome(failure=judged)
    if info and _endless(info):
        judged = {**judged, "reasons": {**judged.get("reasons", {}), reviews.AUDIO: _ENDLESS}}
    keys = {} if not one.spec["pictures"] else _keys(one.spec["pictures"], judged["frames"])
    if keys:
        failure = (await io.publish([_pictures(one, keys)]))[one.id]
        if failure:
            return Outcome(failure=failure)
    return outcome(one.spec, judged, [(number - 1) / rate for number, _ in judged["frames"]], keys)


def _listen(one: JobSpec, info: MediaInfo | None) -> dict[str, Any]:
    """What io.review is told of the film's sound, where somebody asks for it."""
    if info is None or reviews.AUDIO not in one.spec["scenes"] or _endless(info):
        return {}
    return {"hear": reviews.hear(info, one.id).to_json() if info.audio else None}


_ENDLESS: UserText = "It is longer than a day; nobody has listened to it."


def _endless(info: MediaInfo) -> bool:
    return bool(info.audio) and info.duration > reviews.LONGEST_HEARD


def outcome(
    wanted: Mapping[str, Any], judged: Mapping[str, Any], times: Sequence[float], keys: Mapping[int, str]
) -> Outcome:
    """What the review comes to, and what that does to the branch."""
    told = reviews.suggestion(judged)
    frames = zip(times, judged["frames"], strict=True) if wanted["timeline"] else ()
    result = {
        "suggestion": told,
        "unavailable": (blind := [scene for scene in wanted["scenes"] if _blind(judged, scene)]),
        "reasons": {scene: why for scene, why in judged.get("reasons", {}).items() if scene in blind},
        "scenes": judged["scenes"],
        "frames": [[round(at, 3), keys.get(number, ""), found] for at, (number, found) in frames],
        "images": judged["images"],
        "texts": judged["texts"],
        "said": judged.get("said", []) if wanted["timeline"] else [],
        "bucket": wanted["bucket"],
        "pictures": wanted["pictures"],
    }
    if wanted["human"] == "always" or (wanted["human"] == "review" and told in _OPEN):
        return Outcome(result, gate="wait", reason=_reason(judged))
    if told not in wanted["abort"].split(","):
        return Outcome(result)
    return Outcome(result, gate="stop", reason=_reason(judged))


_OPEN = ("review", reviews.UNAVAILABLE)  # what the machine leaves to a person


def _blind(judged: Mapping[str, Any], scene: str) -> bool:
    return any(
        found.get(scene, ("", 0, ""))[2] == reviews.UNAVAILABLE for found in (judged["scenes"], *judged["images"])
    )


def _reason(judged: Mapping[str, Any]) -> UserText:
    """The worst of all that was found."""
    found = [*judged["scenes"].items()]
    found += [(scene, one) for image in judged["images"] for scene, one in image.items()]
    found += [(name, one) for name, one in judged["texts"].items() if one]
    known = [(where, one) for where, one in found if one[2] in ("review", "block")]
    if not known:
        return "The review has found nothing; a person is to look all the same."
    where, (label, _, told, *_) = max(known, key=lambda one: reviews.SUGGESTIONS.index(one[1][2]))
    return f"The review says {told}: {label} ({where})."


def _keys(template: str, frames: Sequence[Any]) -> dict[int, str]:
    return {number: _named(template, place) for place, (number, _) in enumerate(frames, 1)}


def _named(template: str, number: int) -> str:
    return template.replace("{Count}", placeholders.count(number))


def _pictures(one: JobSpec, keys: Mapping[int, str]) -> Publication:
    parts = [Part(reviews.LOOK, reviews.picture(number), key, "image/jpeg") for number, key in keys.items()]
    return Publication(one.id, one.spec["bucket"], parts[0], tuple(parts[1:]), one.spec["pictures"])


def _state(result: Mapping[str, Any]) -> str:
    return STATES.get(result["suggestion"], "")


def _way(spec: Mapping[str, Any]) -> dict[str, float]:
    """As it was measured (docs/explain/speed.md): most of it is the reading of letters."""
    look = 30.0 if "ad" in spec["scenes"] else 10.0
    later = {reviews.LOGOS: 3.0} if "logo" in spec["scenes"] else {}
    later |= {reviews.HEAR: 5.0} if reviews.AUDIO in spec["scenes"] else {}
    return {decoding.TASK: 1.0, reviews.LOOK: look, **later, reviews.JUDGE: 0.1}


def _needs(_params: Any, _templates: Any) -> Needs:
    return Needs(tools=frozenset({"ffmpeg", "ffprobe", "infer"}), encoders=frozenset({"mjpeg"}))


NODE = NodeType(
    "Censor",
    check,
    states=job_states("Analysing") | {"Submitted": "Queuing", "Admitted": "Queuing"},
    outputs=Outputs(verdict=_state),
    lane="heavy",
    job=job,
    run=run,
    version="2",
    queue=lambda params: params.pipeline,
    speeds=frozenset({SPEED}),
    refs=refs_of,
    needs=_needs,
    predecessors=frozenset({"Start", "Transcode"}),
    gate="AbortCondition",
    asks="HumanReview",
    repeatable=False,  # word lists change, and so does what they find
    schema=PARAMETERS.schema,
    looks=lambda _params, _model: "review",
    way=_way,
    stage="check",
    label="Review",
    label_zh="内容审核",
    help="Looks for what should not be shown: in the pictures, and in title and description.",
    help_zh="审核画面、标题与简介中不应展示的内容。",
)
