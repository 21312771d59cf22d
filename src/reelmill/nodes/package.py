"""PackageConfig and AudioGroup (workflow.md 4.6, 4.7): they open a package and name its audio group. Instant: they have
no job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import jsonx, placeholders, schema
from reelmill.core.errors import Problems
from reelmill.nodes.base import NodeType

MAX_GROUP = 32  # bytes of a GroupId


@dataclass(frozen=True, slots=True)
class Package:
    """Where the master playlist goes; `name` is decoded and has its placeholders. All streams lie below its folder."""

    bucket: str
    location: str
    name: str


@dataclass(frozen=True, slots=True)
class AudioGroup:
    """The GROUP-ID of the audio streams that follow."""

    group_id: str


def check_package(raw: Mapping[str, Any], problems: Problems, path: str) -> Package:
    """See NodeType.check."""
    _only(raw, ("Output", "Protocol"), problems, path)
    protocol = str(raw.get("Protocol") or "hls").lower()
    if protocol == "dash":
        problems.add(
            f"{path}.Protocol", "InvalidParameter.NotSupported", "DASH packages are not available yet; use hls"
        )
    elif protocol != "hls":
        problems.add(f"{path}.Protocol", "InvalidParameter", "it must be hls or dash")
    if not raw.get("Output"):
        problems.add(f"{path}.Output", "MissingParameter", name="Output")
        return Package("", "", "")
    try:
        output = jsonx.unwrap(raw["Output"])
    except ValueError:
        output = None
    if not isinstance(output, Mapping):
        problems.add(f"{path}.Output", "InvalidParameter.JsonObjectFormatInvalid")
        return Package("", "", "")
    _only(output, ("Bucket", "Location", "MasterPlayListName"), problems, f"{path}.Output")
    for name in ("Bucket", "MasterPlayListName"):
        if not output.get(name):
            problems.add(f"{path}.Output.{name}", "MissingParameter", name=name)
    name = _name(str(output.get("MasterPlayListName") or ""), problems, f"{path}.Output.MasterPlayListName")
    return Package(str(output.get("Bucket") or ""), str(output.get("Location") or ""), name)


def _name(text: str, problems: Problems, path: str) -> str:
    try:
        name = placeholders.decode(text)
    except ValueError:
        problems.add(path, "InvalidParameter.ObjectKeyInvalid", "it is not URL-encoded UTF-8")
        return ""
    if unknown := sorted(placeholders.names(name) - placeholders.WORKFLOW):
        problems.add(path, "InvalidParameter", f"a master playlist has no placeholder {{{unknown[0]}}}")
    if name and not name.endswith(".m3u8"):
        problems.add(path, "InvalidParameter.Format", "it must end with .m3u8")
    return name


def check_group(raw: Mapping[str, Any], problems: Problems, path: str) -> AudioGroup:
    """See NodeType.check."""
    if raw.get("AdaptationSet"):
        problems.add(
            f"{path}.AdaptationSet", "InvalidParameter.NotSupported", "DASH packages are not available yet; use GroupId"
        )
    _only(raw, ("GroupId", "AdaptationSet"), problems, path)
    group = str(raw.get("GroupId") or "")
    if not 1 <= len(group.encode()) <= MAX_GROUP or '"' in group or "\n" in group:
        problems.add(
            f"{path}.GroupId", "InvalidParameter", f"it is required, has at most {MAX_GROUP} bytes and no quotes"
        )
    return AudioGroup(group)


def _only(given: Mapping[str, Any], known: tuple[str, ...], problems: Problems, path: str) -> None:
    for name in sorted(set(given) - set(known)):
        problems.add(f"{path}.{name}", "InvalidParameter", f"there is no {name} here; there is {', '.join(known)}")


def _refs(params: Package) -> Mapping[str, set[str]]:
    return {"buckets": {params.bucket} - {""}}


PACKAGE = schema.record(
    "Package",
    "打包",
    {
        "Protocol": schema.choice("Protocol", "协议", ("hls",), default="hls", advanced=True),
        "Output": schema.record(
            "Master playlist",
            "主播放列表",
            {
                "Bucket": schema.text("Output bucket", "输出 Bucket", widget="output-bucket", example="films-out"),
                "Location": schema.text(
                    "Location",
                    "地域",
                    "oss-REGION of this server.",
                    "本服务器的 oss-地域。",
                    example="oss-cn-hangzhou",
                    advanced=True,
                ),
                "MasterPlayListName": schema.text(
                    "Name",
                    "名称",
                    "Ends with .m3u8; all streams lie below its folder. Placeholders: {RunId}, {ObjectPrefix}, "
                    "{FileName}, {ExtName}, {MediaId}.",
                    "以 .m3u8 结尾，各路流位于其所在目录之下。可用占位符：{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",  # noqa: E501
                    widget="object-path",
                    example="{RunId}/master.m3u8",
                ),
            },
            required=("Bucket", "MasterPlayListName"),
            json_string=True,
        ),
    },
    required=("Output",),
)

GROUP = schema.record(
    "Audio group",
    "音频组",
    {
        "GroupId": schema.text(
            "Group",
            "组名",
            "Video streams refer to their sound by this name.",
            "视频流以此名称引用音频。",
            example="sound",
            maxLength=MAX_GROUP,
            minLength=1,
        )
    },
    required=("GroupId",),
)

NODES = (
    NodeType(
        "PackageConfig",
        check_package,
        refs=_refs,
        predecessors=frozenset({"Start"}),
        schema=PACKAGE,
        stage="package",
        label="Pack",
        label_zh="打包",
        help="Opens an HLS package: where its master playlist goes. The streams follow.",
        help_zh="开始一个 HLS 打包：指定主播放列表的位置，其后连接各路流。",
    ),
    NodeType(
        "AudioGroup",
        check_group,
        predecessors=frozenset({"PackageConfig"}),
        schema=GROUP,
        stage="package",
        label="Audio group",
        label_zh="音频组",
        help="Names the group of the audio streams that follow, so that video streams can refer to it.",
        help_zh="为其后的音频流命名分组，供视频流引用。",
    ),
)
