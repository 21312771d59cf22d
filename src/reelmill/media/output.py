"""The Output object of a transcode (SubmitJobs.Outputs[], Transcode activity): checked, and resolved against its
template. Pure.

Source of names and ranges: MPS reference, templates 3 and workflow 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reelmill.core import declare, placeholders
from reelmill.core.errors import Failure, MediaError, Problems
from reelmill.core.fields import Checked, Refused
from reelmill.core.urls import key_problem
from reelmill.media import edits, encryption, subtitle_fields, watermark_drawing, watermarks
from reelmill.media.containers import CONTAINERS
from reelmill.media.picture import refuse
from reelmill.media.presets import PRESETS, doubled, needs
from reelmill.media.template import SECTIONS, check_combination, check_template, merge, sections, wanted

_PLAIN_NAMES = ("Object", "ObjectRegex")  # not URL-encoded, as OutputObject is
LATER = frozenset("DigiWaterMark MultiSpeedInfo MultiSpeed".split())
_LATE = frozenset({"DestMd5", "DestAvgBitrate"})  # placeholders that are known only when the output is made
MAX_USER_DATA = 1024


@dataclass(frozen=True, slots=True)
class OutputParams(Checked):
    """A checked Output.

    object     decoded name with its placeholders, "" when there is none (inside packages)
    overrides  the sections of the template that the Output overrides, normalised
    audio_map  number among the source's audio streams, None: the default one
    video_map  number among its pictures, None: the default one
    priority   1 to 10, 10 goes first
    edits      what is asked for beside the template (media.edits)
    watermarks watermarks as they were given (media.watermarks.WATERMARKS), their templates not yet below them
    encryption how segments are encrypted (media.encryption), None: they are plain
    subtitles  what is burnt in (media.subtitle_fields.CONFIG)      extracted   text tracks that become files
    """

    object: str
    template_id: str
    overrides: Mapping[str, Any]
    audio_map: int | None = None
    video_map: int | None = None
    priority: int = 6
    user_data: str = ""
    watermarks: tuple[Mapping[str, Any], ...] = ()
    subtitles: Mapping[str, Any] | None = None
    extracted: tuple[Mapping[str, Any], ...] = ()
    edits: Mapping[str, Any] = field(default_factory=dict)
    encryption: Mapping[str, Any] | None = field(default=None, repr=False)


def _track(text: str) -> int | None:
    number = text.rpartition(":")[2]
    return int(number) if number.isdigit() else None


def _short(text: str) -> str | Refused:
    if len(text.encode()) > MAX_USER_DATA:
        return Refused("InvalidParameter.OutOfRange", f"it is longer than {MAX_USER_DATA} bytes")
    return text


def _output_params(given: Mapping[str, Any]) -> OutputParams:
    return OutputParams(
        object=given["OutputObject"],
        template_id=given["TemplateId"],
        overrides={name: given[name] for name in SECTIONS if given[name] is not None},
        audio_map=given["AudioStreamMap"],
        video_map=given["VideoStreamMap"],
        priority=given["Priority"],
        user_data=given["UserData"],
        watermarks=given["WaterMarks"],
        subtitles=given["SubtitleConfig"],
        extracted=given["OutSubtitleList"],
        encryption=given["Encryption"],
        edits={name: value for name in edits.FIELDS if (value := given[name]) not in (None, "", (), {})},
    )


OUTPUT = declare.record(
    "Output",
    "输出",
    {
        "OutputObject": declare.key(
            "Name",
            "名称",
            "The container's extension is added. Placeholders: {RunId}, {ObjectPrefix}, {FileName}, {ExtName}, "
            "{MediaId}, {DestMd5}, {DestAvgBitrate}. "
            "Not needed inside a package.",
            "自动添加扩展名。可用占位符：{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}、{DestMd5}、{DestAvgBitrate}。打包内无需填写。",
            example="{RunId}/{FileName}-hd",
            aliases=_PLAIN_NAMES,
            plain=_PLAIN_NAMES,
            known=placeholders.TRANSCODE,
            wrong="a transcode has no placeholder {{{name}}}",
        ),
        "TemplateId": declare.text(
            "Template", "转码模板", widget="template", example="S00000001-200030", required=True, refers="templates"
        ),
        **sections(advanced=True, absent=None),
        "AudioStreamMap": declare.text(
            "Audio track",
            "音频流",
            "0:a:N counts from 0; without it the source's default track.",
            "0:a:N，从 0 起；未填写时用默认音轨。",
            example="0:a:0",
            pattern="^0:a(:[0-9]{1,3})?$",
            advanced=True,
            absent=None,
            code="InvalidParameter.Format",
            wrong="it must look like 0:a:N, where N counts audio streams from 0",
            then=_track,
        ),
        "VideoStreamMap": declare.text(
            "Video track",
            "视频流",
            "0:v:N counts from 0, without cover pictures; without it the source's default picture.",
            "0:v:N，从 0 起，不计封面图；未填写时用默认视频流。",
            example="0:v:0",
            pattern="^0:v(:[0-9]{1,3})?$",
            advanced=True,
            absent=None,
            code="InvalidParameter.Format",
            wrong="it must look like 0:v:N, where N counts video streams from 0",
            then=_track,
        ),
        "WaterMarks": watermarks.WATERMARKS,
        "SubtitleConfig": subtitle_fields.CONFIG,
        "OutSubtitleList": subtitle_fields.EXTRACTED,
        **edits.FIELDS,
        "Encryption": encryption.OF_MEDIA,
        "Priority": declare.whole(
            "Priority",
            "优先级",
            1,
            10,
            "10 goes first.",
            "10 最先执行。",
            default=6,
            advanced=True,
            code="InvalidParameter.OutOfRange",
        ),
        "UserData": declare.text(
            "User data",
            "自定义数据",
            "Comes back in messages.",
            "会在消息中原样返回。",
            example="order 17",
            advanced=True,
            then=_short,
        ),
    },
    unknown="there is no field {name} in an Output",
    later=LATER,
    hollow=True,
    overlook=True,
    json_string=True,
    rules=edits.RULES,
    make=_output_params,
)
check_output = replace(OUTPUT, members={**OUTPUT.members, "Encryption": encryption.OF_CALLER}).check  # of a job


def effective(output: OutputParams, templates: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The template that an Output means, complete. `templates` are custom ones by id, and what an analysis made of
    smart presets; all other presets are known here.

    Raises MediaError: the template is not there (any more), cannot be used, or does not fit together.
    """
    body = templates.get(output.template_id) or PRESETS.get(output.template_id)
    if body is None or body.get("State") == "Deleted":
        raise refuse(
            "InvalidParameter.TemplateNotFound",
            f"The template {output.template_id} cannot be found.",
            "It may have been deleted; choose another.",
        )
    if "Vmaf" not in body and (problem := needs(output.template_id)):
        raise refuse(
            "InvalidParameter.TemplateNotSupported", f"The template {output.template_id} cannot be used. {problem}"
        )
    problems = Problems()
    known = {name: body[name] for name in SECTIONS if name in body}
    merged = merge(check_template(known, problems, "Template"), output.overrides)
    if not problems.found:
        check_combination(merged, problems, "Output")
    if problems.found:
        raise MediaError(Failure(problems.found[0].code, problems.told(), "Change the template or the Output."))
    forced = {"Deinterlace": body["Deinterlace"]} if "Deinterlace" in body else {}
    return merged | forced | ({"Double": width} if (width := doubled(output.template_id)) else {})


def marks_of(
    output: OutputParams, template: Mapping[str, Any], known: Mapping[str, Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The watermarks of an Output with their templates below them. `known` are watermark templates by id, `template` is
    the effective transcode template.

    Raises MediaError: a template is not there (any more), or the output has no picture that could be marked.
    """
    made = []
    for mark in output.watermarks:
        one = str(mark.get("WaterMarkTemplateId", ""))
        if one and one not in known:
            raise refuse(
                "InvalidParameter.TemplateNotFound",
                f"The watermark template {one} cannot be found.",
                "It may have been deleted; choose another.",
            )
        made.append(watermark_drawing.merged(mark, known.get(one, {})))
        lacking = "TextWaterMark" if made[-1].get("Type") == "Text" else "InputFile"
        if lacking not in made[-1]:
            raise refuse(
                "MissingParameter",
                f"The watermark is of the type {made[-1].get('Type', 'Image')} and has no {lacking}.",
                "Give it with the Output.",
            )
    video = wanted(template, "Video")
    if made and (video is None or video.get("Codec") == "copy"):
        raise refuse(
            "InvalidParameter.NotSupported",
            "Watermarks need a picture that is encoded anew.",
            "Choose a template with video whose codec is not copy.",
        )
    return made


def texts_of(output: OutputParams, template: Mapping[str, Any], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The subtitles that an Output burns in (media.subtitles.tasks). MediaError: it has no picture, or a file cannot be
    called so."""
    texts = subtitle_fields.burnt(output.subtitles, names)
    video = wanted(template, "Video")
    if texts and (video is None or video.get("Codec") == "copy"):
        raise refuse(
            "InvalidParameter.NotSupported",
            "Subtitles are burnt into a picture that is encoded anew.",
            "Choose a template with video whose codec is not copy.",
        )
    for text in texts:
        if "object" in text:
            check_key(text["object"]["key"])
    return texts


def edits_of(output: OutputParams, template: Mapping[str, Any]) -> dict[str, Any]:
    """What the job has to do beside its template.

    Raises MediaError: it needs pictures or sound that are encoded, and the template has none.
    """
    video, audio = wanted(template, "Video"), wanted(template, "Audio")
    copies = [section for section in (video, audio) if section is not None and section.get("Codec") == "copy"]
    pictured = edits.REMAKE - {"Clip", "MergeList", "MergeConfigUrl", "Amix"}
    for name in sorted(output.edits):
        if name in edits.REMAKE and copies:
            raise refuse(
                "InvalidParameter.NotSupported",
                f"{name} needs streams that are encoded anew, and the template copies them.",
                "Choose a template whose codecs are not copy.",
            )
        if name in pictured and video is None:
            raise refuse(
                "InvalidParameter.NotSupported",
                f"{name} needs a picture, and the template has none.",
                "Choose a template with video.",
            )
    if "M3U8NonStandardSupport" in output.edits and not CONTAINERS[template["Container"]["Format"]].segments:
        raise refuse(
            "InvalidParameter.NotSupported",
            "M3U8NonStandardSupport needs a playlist, and the template makes one file.",
            "Choose a template with the container m3u8.",
        )
    if "Amix" in output.edits and audio is None:
        raise refuse(
            "InvalidParameter.NotSupported", "Amix needs sound, and the template has none.", "Give the template Audio."
        )
    return {name: list(value) if isinstance(value, tuple) else value for name, value in output.edits.items()}


def key_of(text: str, form: str, names: Mapping[str, str], *, append: bool) -> str:
    """The object key: placeholders filled, except those that only the finished output knows. `append` adds the
    container's extension when it is missing.

    Raises MediaError when the name cannot be used.
    """
    key = placeholders.fill(text, names)
    segmented = CONTAINERS[form].segments is not None
    if (append or segmented) and not key.lower().endswith("." + form):
        key += "." + form
    left = (placeholders.names(text) & placeholders.TRANSCODE) - set(
        names
    )  # of the template: an input may be called {RunId}.mp4
    if missing := sorted(left - _LATE):
        raise refuse(
            "InvalidParameter.ObjectKeyInvalid",
            f"The placeholder {{{missing[0]}}} has no value here.",
            "It belongs to workflows; leave it out of SubmitJobs.",
        )
    if left and segmented:
        raise refuse(
            "InvalidParameter.NotSupported",
            f"{{{sorted(left)[0]}}} cannot be part of a playlist's name: its segments are named before it is known.",
            "Use {RunId} instead.",
        )
    check_key(key)
    return key


def check_key(key: str) -> None:
    """Raise MediaError when an object cannot be called so."""
    if problem := key_problem(key):
        raise refuse(
            "InvalidParameter.ObjectKeyInvalid",
            f"The output name {key!r} cannot be used: {problem}.",
            "Change OutputObject or the name of the input.",
        )
