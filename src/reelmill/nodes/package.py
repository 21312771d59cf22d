"""PackageConfig (workflow.md 4.6): it opens a package. Instant: it has no job."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare, placeholders
from reelmill.core.errors import Problems
from reelmill.core.fields import At, Checked
from reelmill.media.package import KINDS, Drawn, clashes, protocol
from reelmill.nodes.base import GraphNode, NodeType, refs_of

GROUPS = ("VideoGroup", "AudioGroup", "SubtitleGroup")  # what may stand between a package and its streams


@dataclass(frozen=True, slots=True)
class Package(Checked):
    """Where the master playlist goes; `name` is decoded and has its placeholders. All streams lie below its folder."""

    bucket: str
    location: str
    name: str
    protocol: str = "hls"


def _suffix(good: Mapping[str, Any], given: Mapping[str, Any], at: At) -> None:
    """The manifest is called as what it is."""
    refused = "Protocol" in given and "Protocol" not in good
    kind, name = KINDS[good.get("Protocol") or "hls"], (good.get("Output") or {}).get("MasterPlayListName")
    if not refused and name and not name.endswith(kind.extension):
        at = at.member("Output").member("MasterPlayListName")
        at.refuse("InvalidParameter.Format", f"it must end with {kind.extension}")


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
                f"{path}.{'Representation.Id' if protocol(package.raw).name == 'dash' else 'ExtXMedia.Name'}",
                "InvalidParameter",
                f'"{other}" of the same group has this name already.',
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
        if node and node.type in GROUPS:
            below += [(successor, node.params.group_id) for successor in node.successors]
        elif node and node.type == "Transcode" and node.params.uri:
            media = node.params.media or {}
            # all Representations of a manifest have ids of their own, whatever their group
            yield Drawn(
                name, "" if media.get("id") else group, node.params.uri, media.get("id") or media.get("name", "")
            )


PACKAGE = declare.record(
    "Package",
    "打包",
    {
        "Protocol": declare.choice(
            "Protocol", "协议", tuple(KINDS), default="hls", advanced=True, loose=True, wrong="it must be hls or dash"
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
                    "Ends with .m3u8 (HLS) or .mpd (DASH); all streams lie below its folder. "
                    "Placeholders: {RunId}, {ObjectPrefix}, {FileName}, {ExtName}, {MediaId}.",
                    "以 .m3u8（HLS）或 .mpd（DASH）结尾，各路流位于其所在目录之下。可用占位符：{RunId}、{ObjectPrefix}、{FileName}、{ExtName}、{MediaId}。",  # noqa: E501
                    example="{RunId}/master.m3u8",
                    known=placeholders.WORKFLOW,
                    wrong="a master playlist has no placeholder {{{name}}}",
                    required=True,
                ),
            },
            required=True,
            json_string=True,
        ),
    },
    rules=(_suffix,),
    make=lambda given: Package(
        given["Output"]["Bucket"], given["Output"]["Location"], given["Output"]["MasterPlayListName"], given["Protocol"]
    ),
)
check_package = PACKAGE.check

NODE = NodeType(
    "PackageConfig",
    check_package,
    role="scope",
    refs=refs_of,
    check_graph=_check_graph,
    predecessors=frozenset({"Start", "Analysis"}),
    schema=PACKAGE.schema,
    stage="package",
    label="Pack",
    label_zh="打包",
    help="Opens an HLS or DASH package: where its master playlist or manifest goes. The streams follow.",
    help_zh="开始一个 HLS 或 DASH 打包：指定主播放列表或清单的位置，其后连接各路流。",
)
