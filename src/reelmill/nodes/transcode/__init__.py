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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import jsonx, placeholders, schema
from reelmill.core.errors import MediaError, Problems
from reelmill.media.codecs import AUDIO, VIDEO, AudioEncoder, VideoEncoder
from reelmill.media.encode import refuse
from reelmill.media.output import SCHEMA as SCHEMA_OF_OUTPUT
from reelmill.media.output import OutputParams, check_key, check_output, effective, key_of, marks_of
from reelmill.media.template import wanted
from reelmill.nodes.base import MEDIA, Env, Needs, NodeType, Outputs, job_states
from reelmill.nodes.transcode.making import run

_URI = re.compile(r"[a-z][a-z0-9./-]+")
_LATER = ("WebVTTSubtitleURL", "Representation", "InputConfig")
_KNOWN = ("Outputs", "OutputBucket", "OutputLocation", "MultiBitrateVideoStream", "ExtXMedia", *_LATER)


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
            media = {**params.media, "group": str(env.scopes.get("AudioGroup", {}).get("GroupId", ""))}
    elif "PackageConfig" in env.scopes:
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
    package = env.scopes.get("PackageConfig")
    if package is None:
        raise refuse(
            "InvalidParameter",
            "MultiBitrateVideoStream and ExtXMedia belong into a package.",
            "Put a PackageConfig before this activity.",
        )
    output = jsonx.unwrap(package.get("Output"))
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
        "locations": {params.location} - {""},
    }


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
    drawn = {"drawtext" if "TextWaterMark" in mark else "overlay" for mark in params.output.watermarks}
    filters = frozenset(drawn | ({"scale"} if "Video" in made else set()))
    return Needs(frozenset({"ffmpeg", "ffprobe"}), frozenset(made.values()), filters)


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
    places={
        "templates": "Outputs[0].TemplateId",
        "watermarks": "Outputs[0].WaterMarks",
        "pictures": "Outputs[0].WaterMarks",
        "buckets": "OutputBucket",
        "locations": "OutputLocation",
    },
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
