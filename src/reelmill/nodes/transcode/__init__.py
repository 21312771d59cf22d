"""Transcode (workflow.md 4.4): one output file, or one stream of an HLS package. Jobs of one batch share one decode.

spec (made by `job`): {"bucket", "key" (may hold {DestMd5} and {DestAvgBitrate}), "template": effective template,
"marks": watermarks, complete, "texts": subtitles that are burnt in, "files": text tracks that become files
(media.subtitle_fields), "edits": what media.edits reads, "audio_map": number or None, "part": bool, whether it is a
video-only or audio-only stream of a package, "media": {"name", "language", "group"} or None, "user_data", "priority": 1
to 10}. The engine adds "piece_seconds": the shortest piece in seconds, 0 or absent: never cut.

Outcome.result: {"bucket", "object", "format", "properties": ffprobe's JSON of the output (for HLS: of the whole),
"width", "height", "fps", "bitrate" (Kbit/s), "duration" (s), "size" (bytes), "codecs" (RFC 6381), "channels",
"segments", "media": as in the spec}.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import MediaError, Problems, UserText
from reelmill.core.fields import At, Checked, Record, Refused
from reelmill.media import package, subtitle_fields
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
from reelmill.nodes.base import MEDIA, Env, Needs, NodeType, Outputs, job_states, refs_of
from reelmill.nodes.transcode.joining import TIMES
from reelmill.nodes.transcode.making import run


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """A checked activity. `uri` is the stream's place in a package ("" outside); `media` tells the audio rendition of a
    package."""

    output: OutputParams
    bucket: str
    location: str
    uri: str = ""
    media: Mapping[str, str] | None = None


def _playlist(uri: str) -> str | Refused:
    return uri if uri.endswith(".m3u8") else Refused(_BAD_URI.code, _BAD_URI.why)


_ONE: UserText = "it must be an array of exactly one Output; use one activity per output"
_BAD_URI = Refused(
    "InvalidParameter.Format", "it is required, begins with a letter, has only a-z 0-9 . / - and ends with .m3u8"
)
_BAD_NAME = Refused("InvalidParameter", "it is required and has at most 64 bytes")
_PLACE = declare.text(
    "Place in the package",
    "包内路径",
    "a-z, 0-9, . / and -, ends with .m3u8; relative to the master playlist's folder.",
    "仅含 a-z、0-9、.、/、-，以 .m3u8 结尾；相对主播放列表所在目录。",
    example="hd/video.m3u8",
    pattern="^[a-z][a-z0-9./-]+$",
    code=_BAD_URI.code,
    wrong=_BAD_URI.why,
    then=_playlist,
    required=True,
    missing=_BAD_URI,
)
_VIDEO: Record[Any] = declare.record(
    "Video stream of a package",
    "打包视频流",
    {"URI": _PLACE},
    "Makes this a video stream of the HLS package before it.",
    "作为前面 HLS 打包中的视频流。",
    unknown="there is no field {name}; it has {known}",
    absent=None,
    json_string=True,
    advanced=True,
)
_AUDIO: Record[Any] = declare.record(
    "Audio stream of a package",
    "打包音频流",
    {
        "URI": _PLACE,
        "Name": declare.text(
            "Name",
            "名称",
            "Shown by players.",
            "播放器中显示的名称。",
            example="English",
            minLength=1,
            maxLength=64,
            code=_BAD_NAME.code,
            wrong=_BAD_NAME.why,
            required=True,
            missing=_BAD_NAME,
        ),
        "Language": declare.text(
            "Language", "语言", "As in RFC 5646, such as en or zh.", "RFC 5646 语言标签，如 en、zh。", example="en"
        ),
    },
    "Makes this an audio stream of the HLS package before it.",
    "作为前面 HLS 打包中的音频流。",
    unknown="there is no field {name}; it has {known}",
    absent=None,
    json_string=True,
    advanced=True,
)


def _one_or_the_other(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    if "MultiBitrateVideoStream" in given and "ExtXMedia" in given:
        at = at.member("ExtXMedia")
        at.refuse(
            "InvalidParameter",
            "a stream of a package is a video (MultiBitrateVideoStream) or an audio (ExtXMedia), not both",
        )


def _has_a_place(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    """Outside a package an output says itself where it goes."""
    if "MultiBitrateVideoStream" in given or "ExtXMedia" in given:
        return
    if "OutputBucket" not in given:
        at.member("OutputBucket").refuse("MissingParameter")
    if good.get("Outputs") and not good["Outputs"][0].object:
        at.member("Outputs").item(0).member("OutputObject").refuse("MissingParameter")


def _params(given: Mapping[str, Any]) -> Params:
    output = given["Outputs"][0] if given["Outputs"] else OutputParams("", "", {})
    audio = given["ExtXMedia"]
    stream = given["MultiBitrateVideoStream"] or audio or {"URI": ""}
    media = {"name": audio["Name"], "language": audio["Language"]} if audio else None
    return Params(output, given["OutputBucket"], given["OutputLocation"], stream["URI"], media)


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
            required=True,
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
        "MultiBitrateVideoStream": _VIDEO,
        "ExtXMedia": _AUDIO,
    },
    unknown="a Transcode has no parameter {name}; it has {known}",
    later=("WebVTTSubtitleURL", "Representation", "InputConfig"),
    not_yet="{name} is not available yet: subtitles and DASH come later",
    rules=(_one_or_the_other, _has_a_place),
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
    template = effective(params.output, env.templates)
    form = template["Container"]["Format"]
    bucket, media = params.bucket, None
    if params.uri:
        where = _package(env)
        bucket, key = where.bucket, where.folder + params.uri
        check_key(key)
        _check_part(template, where.kind, params.media is not None)
        if params.media is not None:
            media = {**params.media, "group": str(env.scopes.get("AudioGroup", {}).get("GroupId", ""))}
    elif "PackageConfig" in env.scopes:
        raise refuse("InvalidParameter", "A Transcode inside a package needs MultiBitrateVideoStream or ExtXMedia.")
    else:
        key = key_of(params.output.object, form, env.names, append=env.workflow)
    single = (wanted(template, "Video") is None) != (wanted(template, "Audio") is None)
    marks = marks_of(params.output, template, env.watermarks)
    files = subtitle_fields.taken_out(params.output.extracted, env.names)
    for one in files:
        check_key(one["key"])
    return {
        "bucket": bucket,
        "key": key,
        "template": template,
        "marks": marks,
        "texts": texts_of(params.output, template, env.names),
        "files": files,
        "edits": edits_of(params.output, template),
        "audio_map": params.output.audio_map,
        "part": bool(params.uri) and single,
        "media": media,
        "user_data": params.output.user_data,
        "priority": params.output.priority,
    }


def _package(env: Env) -> package.Place:
    """The package that the activity belongs to."""
    parameters = env.scopes.get("PackageConfig")
    if parameters is None:
        raise refuse(
            "InvalidParameter",
            "MultiBitrateVideoStream and ExtXMedia belong into a package.",
            "Put a PackageConfig before this activity.",
        )
    return package.place(parameters, env.names)


def _check_part(template: Mapping[str, Any], kind: package.Kind, audio: bool) -> None:
    if template["Container"]["Format"] != kind.stream:
        raise refuse(
            "InvalidParameter.NotSupported",
            f"A stream of this package ({kind.name}) needs a template with the container {kind.stream}.",
            "Choose such a template.",
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
    """Copies need no decode and must not keep encodes from being cut into pieces, nor must what is encoded twice."""
    video, edits = wanted(spec["template"], "Video") or {}, spec.get("edits") or {}
    if alike := {name: edits[name] for name in (*TIMES, "OpeningList") if name in edits}:
        # one film is put together for all that ask for the same one
        mode = spec["template"].get("TransConfig", {}).get("TransMode", "")
        told = json.dumps([alike, spec["audio_map"], mode], sort_keys=True)
        return f"joined {hashlib.sha256(told.encode()).hexdigest()[:16]}"
    if any((wanted(spec["template"], section) or {}).get("Codec") == "copy" for section in ("Video", "Audio")):
        return "copy"
    if video and spec["template"].get("TransConfig", {}).get("TransMode") == "twopass":
        # ffmpeg numbers the statistics of VP9 by the place of the stream among all outputs: it must be the only one
        return f"twopass {spec['key']}" if video.get("Codec") == "VP9" else "twopass"
    if video.get("Hdr2sdr") == "false" and video.get("Codec", "H.264") != "H.264":
        return f"hdr {spec['key']}"  # what splits pictures gives the metadata of HDR to the first of its outputs alone
    return "encode"


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
    return Needs(frozenset({"ffmpeg", "ffprobe"}), frozenset(made.values()), filters)


NODE = NodeType(
    "Transcode",
    check,
    schema=PARAMETERS.schema,
    label_zh="转码",
    help_zh="把输入转成一个音视频文件，或 HLS 打包中的一路码流。",
    lane="heavy",
    job=job,
    batch_key=batch_key,
    run=run,
    refs=refs_of,
    needs=needs,
    outputs=Outputs(MEDIA),
    states=job_states("Transcoding", "TranscodeSuccess", "TranscodeFail", "TranscodeCancelled"),
    cuts=True,
    publishes_early=True,
    predecessors=frozenset(
        {"Start", "Analysis", "Censor", "FpShot", "PackageConfig", "AudioGroup", "SubtitleGroup", "VideoGroup"}
    ),
    label="Encode",
    help="Makes one video or audio file of the input, or one stream of an HLS package.",
)
