"""PackageConfig and AudioGroup (workflow.md 4.6, 4.7): they open a package and name its audio group. Instant: they have
no job."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reelmill.core import declare, placeholders
from reelmill.core.errors import Problems
from reelmill.core.fields import Checked, Refused
from reelmill.media.package import KINDS, LATER, Drawn, clashes
from reelmill.nodes.base import GraphNode, NodeType, refs_of

MAX_GROUP = 32  # bytes of a GroupId


@dataclass(frozen=True, slots=True)
class Package(Checked):
    """Where the master playlist goes; `name` is decoded and has its placeholders. All streams lie below its folder."""

    bucket: str
    location: str
    name: str


@dataclass(frozen=True, slots=True)
class AudioGroup:
    """The GROUP-ID of the audio streams that follow."""

    group_id: str


def _playlist(name: str) -> str | Refused:
    return name if name.endswith(".m3u8") else Refused("InvalidParameter.Format", "it must end with .m3u8")


def _group(name: str) -> str | Refused:
    return Refused(_BAD_GROUP.code, _BAD_GROUP.why) if '"' in name or "\n" in name else name


_BAD_GROUP = Refused("InvalidParameter", f"it is required, has at most {MAX_GROUP} bytes and no quotes")


def _check_graph(package: GraphNode, nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """Two streams of a package that would overwrite each other, or that players could not tell apart."""
    for stream, other, same_place in clashes(_streams(package, nodes)):
        path = f"Activities.{stream.activity}.Parameters"
        if same_place:
            problems.add(
                path,
                "InvalidParameter",
                f'The URI "{stream.uri}" is that of "{other}" already; they would overwrite each other.',
            )
        else:
            problems.add(
                f"{path}.ExtXMedia.Name",
                "InvalidParameter",
                f'"{other}" of the same audio group has this name already.',
            )


def _streams(package: GraphNode, nodes: Mapping[str, GraphNode]) -> Iterator[Drawn]:
    """The streams that are drawn behind a PackageConfig, once for each group that leads to them."""
    below = [(name, "") for name in package.successors]
    seen: set[tuple[str, str]] = set()  # a drawing that is being refused may have circles
    for name, group in below:
        if (name, group) in seen:
            continue
        seen.add((name, group))
        node = nodes.get(name)
        if node and node.type == "AudioGroup":
            below += [(successor, node.params.group_id) for successor in node.successors]
        elif node and node.type == "Transcode" and node.params.uri:
            yield Drawn(name, group, node.params.uri, node.params.media["name"] if node.params.media else "")


PACKAGE = declare.record(
    "Package",
    "打包",
    {
        "Protocol": declare.choice(
            "Protocol",
            "协议",
            tuple(KINDS),
            default="hls",
            advanced=True,
            loose=True,
            later=LATER,
            not_yet="DASH packages are not available yet; use hls",
            wrong="it must be hls or dash",
        ),
        "Output": declare.record(
            "Master playlist",
            "主播放列表",
            {
                "Bucket": declare.text(
                    "Output bucket",
                    "输出 Bucket",
                    widget="output-bucket",
                    example="films-out",
                    required=True,
                    refers="buckets",
                ),
                "Location": declare.location(),
                "MasterPlayListName": declare.key(
                    "Name",
                    "名称",
                    "Ends with .m3u8; all streams lie below its folder. Placeholders: {RunId}, {ObjectPrefix}, "
                    "{FileName}, {ExtName}, {MediaId}.",
                    "以 .m3u8 结尾，各路流位于其所在目录之下。可用占位符：{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",  # noqa: E501
                    example="{RunId}/master.m3u8",
                    known=placeholders.WORKFLOW,
                    wrong="a master playlist has no placeholder {{{name}}}",
                    then=_playlist,
                    required=True,
                ),
            },
            required=True,
            json_string=True,
        ),
    },
    make=lambda given: Package(
        given["Output"]["Bucket"], given["Output"]["Location"], given["Output"]["MasterPlayListName"]
    ),
)
check_package = PACKAGE.check

GROUP = declare.record(
    "Audio group",
    "音频组",
    {
        "GroupId": declare.text(
            "Group",
            "组名",
            "Video streams refer to their sound by this name.",
            "视频流以此名称引用音频。",
            example="sound",
            maxLength=MAX_GROUP,
            minLength=1,
            wrong=_BAD_GROUP.why,
            then=_group,
            required=True,
            missing=_BAD_GROUP,
        )
    },
    later=("AdaptationSet",),
    not_yet="DASH packages are not available yet; use GroupId",
    make=lambda given: AudioGroup(given["GroupId"]),
)
check_group = GROUP.check

NODES = (
    NodeType(
        "PackageConfig",
        check_package,
        role="scope",
        refs=refs_of,
        check_graph=_check_graph,
        predecessors=frozenset({"Start"}),
        schema=PACKAGE.schema,
        stage="package",
        label="Pack",
        label_zh="打包",
        help="Opens an HLS package: where its master playlist goes. The streams follow.",
        help_zh="开始一个 HLS 打包：指定主播放列表的位置，其后连接各路流。",
    ),
    NodeType(
        "AudioGroup",
        check_group,
        role="scope",
        predecessors=frozenset({"PackageConfig"}),
        schema=GROUP.schema,
        stage="package",
        label="Audio group",
        label_zh="音频组",
        help="Names the group of the audio streams that follow, so that video streams can refer to it.",
        help_zh="为其后的音频流命名分组，供视频流引用。",
    ),
)
