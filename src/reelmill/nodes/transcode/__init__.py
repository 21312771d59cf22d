"""Transcode (workflow.md 4.4): one output file, or one stream of a package. Jobs of one batch share one decode.

spec (made by `job`): {"bucket", "key" (may hold {DestMd5} and {DestAvgBitrate}), "template": effective template,
"marks": watermarks, complete, "texts": subtitles that are burnt in, "files": text tracks that become files
(media.subtitle_fields), "edits": what media.edits reads, "audio_map", "video_map": numbers or None, "part": bool,
whether it is a video-only or audio-only stream of a package, "segments": the container whose segments all packages of
its run share, "" for its own, "media": what it is in its package: {"kind", "group", "name" (HLS) or "id" (DASH),
"language"} or None, "encryption": what media.encryption.of_job tells, "user_data", "priority": 1 to 10}. The engine
adds "piece_seconds": the shortest piece in seconds, 0 or absent: never cut.

Outcome.result: {"bucket", "object", "format", "properties": ffprobe's JSON of the output (for HLS: of the whole),
"width", "height", "fps", "bitrate" (Kbit/s), "duration" (s), "size" (bytes), "codecs" (RFC 6381), "channels",
"segments", "media": as in the spec}; of a stream in segments also what media.streams.described tells.
"""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import MediaError, Problems, UserText
from reelmill.core.fields import At, Checked, Refused
from reelmill.media import encryption, hls, package, presets, subtitle_fields
from reelmill.media.codecs import AUDIO, VIDEO, AudioEncoder, VideoEncoder
from reelmill.media.output import (
    OUTPUT,
    OutputParams,
    check_key,
    check_output,
    edits_of,
    effective,
    key_of,
    marks_of,
    texts_of,
)
from reelmill.media.picture import refuse
from reelmill.media.template import wanted
from reelmill.nodes.base import (
    MEDIA,
    Env,
    GraphNode,
    Needs,
    NodeType,
    Outputs,
    job_states,
    opened,
    refs_of,
    source_video,
)
from reelmill.nodes.transcode import needless, package_parts, smart_presets
from reelmill.nodes.transcode.batching import batch_key
from reelmill.nodes.transcode.joining import CUTS
from reelmill.nodes.transcode.making import run


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """A checked activity. `uri` is the stream's place in a package ("" outside); `media` tells what it is there, `text`
    where its subtitles come from."""

    output: OutputParams
    bucket: str
    location: str
    uri: str = ""
    media: Mapping[str, str] | None = None
    text: Mapping[str, Any] | None = None

    @property
    def kind(self) -> str:
        """What it is in its package: "video", "audio" or "text", "" where its Output tells."""
        return (self.media or {}).get("kind", "")


_ONE: UserText = "it must be an array of exactly one Output; use one activity per output"


def _has_a_place(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    """Outside a package an output says itself where it goes."""
    if {*package_parts.PLACES, *package_parts.TEXTS} & set(given):
        return
    if "OutputBucket" not in given:
        at.member("OutputBucket").refuse("MissingParameter")
    if good.get("Outputs") and not good["Outputs"][0].object:
        at.member("Outputs").item(0).member("OutputObject").refuse("MissingParameter")


def _params(given: Mapping[str, Any]) -> Params:
    output = given["Outputs"][0] if given["Outputs"] else OutputParams("", "", {})
    uri, media = package_parts.stream(given)
    text = {name: given[name] for name in package_parts.TEXTS} if media and media.get("kind") == "text" else None
    return Params(output, given["OutputBucket"], given["OutputLocation"], uri, media, text)


PARAMETERS = declare.record(
    "Transcode",
    "转码",
    {
        "Outputs": declare.array(
            "Output",
            "输出",
            OUTPUT,
            most=1,
            wrong=_ONE,
            too_many=Refused("InvalidParameter.JsonArrayFormatInvalid", _ONE),
        ),
        "OutputBucket": declare.text(
            "Output bucket",
            "输出 Bucket",
            "Not needed inside a package.",
            "打包内无需填写。",
            widget="output-bucket",
            example="films-out",
            refers="buckets",
        ),
        "OutputLocation": declare.location(),
        **package_parts.PLACES,
        **package_parts.TEXTS,
    },
    unknown="a Transcode has no parameter {name}; it has {known}",
    rules=(package_parts.text_or_output, package_parts.one_of_them, _has_a_place),
    hollow=True,
    overlook=True,
    make=_params,
)
check = PARAMETERS.check


def output_params(output: Mapping[str, Any], problems: Problems, path: str) -> OutputParams:
    """Check one Output of SubmitJobs; every problem goes to `problems`."""
    checked = check_output(output, problems, path)
    if not checked.object and not any(p.path.startswith(f"{path}.OutputObject") for p in problems.found):
        problems.add(f"{path}.OutputObject", "MissingParameter", name="OutputObject")
    return checked


def job(params: Params, env: Env) -> dict[str, Any]:
    """See NodeType.job. Raises MediaError when the template is missing or the output's name cannot be used."""
    if params.text is not None:
        return _text_job(params, env)
    template = effective(
        params.output, {**env.templates, **smart_presets.found(params.output.template_id, env.activities, env.name)}
    )
    form = template["Container"]["Format"]
    bucket, media = params.bucket, None
    if params.uri:
        where = _package(env)
        bucket, key = where.bucket, where.folder + params.uri
        check_key(key)
        media = _check_part(template, where.kind, params, env)
        if params.kind == "video" and (source := source_video(env.activities, params.output.video_map)):
            needless.check(env.name, needless.in_package(env.activities, env.name, _videos(params, env)), source)
    elif "PackageConfig" in env.scopes:
        raise refuse(
            "InvalidParameter",
            "A Transcode inside a package needs MultiBitrateVideoStream or ExtXMedia (HLS), or Representation (DASH).",
        )
    else:
        key = key_of(params.output.object, form, env.names, append=env.workflow)
    single = (wanted(template, "Video") is None) != (wanted(template, "Audio") is None)
    marks = marks_of(params.output, template, env.watermarks)
    files = subtitle_fields.taken_out(params.output.extracted, env.names)
    for one in files:
        check_key(one["key"])
    locked = encryption.of_job(
        params.output.encryption, form, env.names.get("MediaId", ""), part=bool(params.uri) and single
    )
    return {
        "bucket": bucket,
        "key": key,
        "template": template,
        "marks": marks,
        "texts": texts_of(params.output, template, env.names),
        "files": files,
        "edits": edits_of(params.output, template),
        "audio_map": params.output.audio_map,
        "video_map": params.output.video_map if wanted(template, "Video") else None,
        "part": bool(params.uri) and single,
        "segments": _container(locked, env) if params.uri and single else "",
        "media": media,
        "encryption": locked,
        "user_data": params.output.user_data,
        "priority": params.output.priority,
    }


def _text_job(params: Params, env: Env) -> dict[str, Any]:
    """The job of a subtitle stream (nodes.transcode.text_stream)."""
    where, text = _package(env), subtitle_fields.of_stream(params.text or {}, env.names, env.home)
    key = where.folder + params.uri
    check_key(key)
    if text and "object" in text:
        check_key(text["object"]["key"])
    media = dict(params.media or {}) | package_parts.group(env.scopes, "text")
    length = _segment(env) if where.kind.name == "hls" else 0.0
    zero = 0.0 if _segments(env) or _common_key(env) else hls.ZERO
    spec = {"bucket": where.bucket, "key": key, "text": text, "texts": [text], "media": media, "priority": 6}
    return spec | {"segments": length, "zero": zero, "edits": _times(env), "user_data": ""}


def _times(env: Env) -> Mapping[str, Any]:
    """What makes another film of the source for the other streams of the package, where that is the same for all."""
    opened, found = package.scope(env.activities, env.name, "PackageConfig"), list[dict[str, Any]]()
    for name, one in env.activities.items():
        if one["type"] == "Transcode" and package.scope(env.activities, name, "PackageConfig") == opened:
            params = check(one["params"], Problems(), name)
            if params.uri and params.text is None:
                found.append({each: params.output.edits[each] for each in CUTS if each in params.output.edits})
    alike = bool(found) and all(one == found[0] for one in found)
    return {name: list(v) if isinstance(v, tuple) else v for name, v in found[0].items()} if alike else {}


def _videos(mine: Params, env: Env) -> dict[str, dict[str, Any]]:
    """The video streams of all packages that differ from this one in their templates alone: activity -> template,
    complete. Those that may not be made at all stand for nobody."""
    found: dict[str, dict[str, Any]] = {}
    for name, one in env.activities.items():
        uncertain = "condition" in one or one.get("when") or one.get("state") in ("Fail", "Skipped")
        if one["type"] == "Transcode" and (name == env.name or not uncertain):
            params = check(one["params"], Problems(), name)
            if params.uri and params.kind == "video" and _beside_template(params) == _beside_template(mine):
                with contextlib.suppress(MediaError):  # that one fails by itself
                    smart = smart_presets.found(params.output.template_id, env.activities, name)
                    found[name] = effective(params.output, {**env.templates, **smart})
    return found


def _beside_template(params: Params) -> tuple[Any, ...]:
    """What an Output asks for beside its template."""
    out = params.output
    return out.edits, out.watermarks, out.subtitles, out.extracted, out.encryption, out.audio_map, out.video_map


def _segment(env: Env) -> float:
    """Seconds of a segment of the pictures in the same package, the longest where they differ."""
    opened = package.scope(env.activities, env.name, "PackageConfig")
    lengths = []
    for name, one in env.activities.items():
        if one["type"] == "Transcode" and package.scope(env.activities, name, "PackageConfig") == opened:
            params = check(one["params"], Problems(), name)
            if params.kind == "video":
                mux = effective(params.output, env.templates).get("MuxConfig") or {}
                lengths.append(float((mux.get("Segment") or {}).get("Duration") or 0))
    return max(lengths, default=0) or 10.0


def _package(env: Env) -> package.Place:
    """The package that the activity belongs to."""
    parameters = env.scopes.get("PackageConfig")
    if parameters is None:
        raise refuse(
            "InvalidParameter",
            "MultiBitrateVideoStream, ExtXMedia and Representation belong into a package.",
            "Put a PackageConfig before this activity.",
        )
    return package.place(parameters, env.names)


def _segments(env: Env) -> str:
    """The container whose segments all packages of the run share."""
    opened = [one for one in env.activities.values() if one["type"] == "PackageConfig"]
    return package.shared(str((one.get("params") or {}).get("Protocol") or "hls") for one in opened)


def _container(locked: Mapping[str, Any] | None, env: Env) -> str:
    """The container whose segments a stream has, "" for its own."""
    if encryption.fragmented(locked):
        return package.FRAGMENTS
    return "" if locked else _segments(env)


def _common_key(env: Env) -> bool:
    """Whether streams of the same package have common encryption, and so fragments of MP4."""
    opened = package.scope(env.activities, env.name, "PackageConfig")
    for name, one in env.activities.items():
        if one["type"] == "Transcode" and package.scope(env.activities, name, "PackageConfig") == opened:
            asked = check(one["params"], Problems(), name).output.encryption or {}
            if asked.get("Type") in encryption.SCHEMES:
                return True
    return False


def _check_part(template: Mapping[str, Any], kind: package.Kind, params: Params, env: Env) -> dict[str, str]:
    """What the stream is in its package."""
    if template["Container"]["Format"] != kind.stream:
        raise refuse("InvalidParameter.NotSupported", package_parts.wrong_container(kind), "Choose such a template.")
    pictured, sounding = (wanted(template, section) is not None for section in ("Video", "Audio"))
    if params.kind == "audio" and pictured:
        raise refuse(
            "InvalidParameter",
            "An audio stream of a package has no video.",
            'Set "Video": {"Remove": "true"} in its Output.',
        )
    if params.kind == "video" and not pictured:
        raise refuse(
            "InvalidParameter",
            "A video stream of a package needs video.",
            "Choose a template with video, or use ExtXMedia for audio.",
        )
    if not params.kind and pictured and sounding:
        raise refuse(
            "InvalidParameter",
            "A stream of a DASH package has video or audio, not both.",
            'Set "Video": {"Remove": "true"} or "Audio": {"Remove": "true"} in its Output.',
        )
    media = {"kind": "video" if pictured else "audio", **(params.media or {})}
    return media | package_parts.group(env.scopes, media["kind"])


def _check_graph(node: GraphNode, nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """A smart preset needs an analysis before it."""
    if (problem := presets.needs(node.params.output.template_id)) and opened(nodes, node.name, "Analysis") is None:
        problems.add(f"Activities.{node.name}.Parameters.Outputs[0].TemplateId", smart_presets.CODE, problem)


def _check_templates(
    node: GraphNode, nodes: Mapping[str, GraphNode], templates: Mapping[str, Mapping[str, Any]], problems: Problems
) -> None:
    """The template of an output against its encryption, that of a stream also against its package."""
    before, body = opened(nodes, node.name, "PackageConfig"), templates.get(node.params.output.template_id)
    if body is not None and node.params.text is None:
        own = {**(body.get("Container") or {}), **node.params.output.overrides.get("Container", {})}
        if why := encryption.misfit(node.params.output.encryption, own.get("Format", "mp4")):
            place = f"Activities.{node.name}.Parameters.Outputs[0].Encryption.Type"
            problems.add(place, "InvalidParameter.NotSupported", why)
    if node.params.uri and node.params.text is None and before is not None and body is not None:
        kinds = [package.protocol(one.raw).name for one in nodes.values() if one.type == "PackageConfig"]
        path = f"Activities.{node.name}.Parameters.Outputs[0]"
        kind = package.protocol(before.raw)
        package_parts.check_template(node.params.output, body, kind, kinds, problems, path)


def needs(params: Params, templates: Mapping[str, Mapping[str, Any]]) -> Needs:
    """The encoders of the template as far as it is known, and what draws its watermarks."""
    try:
        template = effective(params.output, templates)
    except MediaError:  # told where templates are looked up
        template = {}
    tables: dict[str, Mapping[str, VideoEncoder | AudioEncoder]] = {"Video": VIDEO, "Audio": AUDIO}
    made = {
        section: encoders[codec].tool
        for section, encoders in tables.items()
        if template and (codec := str((wanted(template, section) or {}).get("Codec"))) in encoders
    }
    texts = {"ass"} if params.output.subtitles else set()
    drawn = {"drawtext" if "TextWaterMark" in mark else "overlay" for mark in params.output.watermarks}
    filters = frozenset(drawn | texts | ({"scale"} if "Video" in made else set()))
    common = (params.output.encryption or {}).get("Type") in encryption.SCHEMES
    tools = {"ffmpeg", "ffprobe", *(("packager",) if common else ())}
    return Needs(frozenset(tools), frozenset(made.values()), filters)


NODE = NodeType(
    "Transcode",
    check,
    schema=PARAMETERS.schema,
    label_zh="转码",
    help_zh="把输入转成一个音视频文件，或打包中的一路码流。",
    lane="heavy",
    job=job,
    batch_key=batch_key,
    run=run,
    refs=refs_of,
    needs=needs,
    outputs=Outputs(MEDIA),
    states=job_states("Transcoding", "TranscodeSuccess", "TranscodeFail", "TranscodeCancelled"),
    version="6",  # 5 let two passes of short films in H.264 stray from their rate
    places=(("bucket", "key"), ("files.*.bucket", "files.*.key")),
    cuts=True,
    check_graph=_check_graph,
    check_templates=_check_templates,
    warn=package_parts.warnings,
    publishes_early=True,
    predecessors=frozenset(
        {"Start", "Analysis", "Censor", "FpShot", "PackageConfig", "AudioGroup", "SubtitleGroup", "VideoGroup"}
    ),
    label="Encode",
    help="Makes one video or audio file of the input, or one stream of a package.",
)
