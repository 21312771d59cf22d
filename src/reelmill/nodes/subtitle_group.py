"""SubtitleGroup (workflow.md 4.7): the group of the subtitles that follow. Instant: it has no job."""

from collections.abc import Mapping

from reelmill.core.errors import Problems
from reelmill.media import package_fields
from reelmill.nodes.base import GraphNode, NodeType, opened

GROUP = package_fields.both(
    "Subtitle group",
    "字幕组",
    (
        "Of an HLS package: video streams refer to their subtitles by this name.",
        "用于 HLS 打包：视频流以此名称引用字幕。",
    ),
    "subtitles",
)
check = GROUP.check


def check_graph(node: GraphNode, nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """A group speaks the language of its package."""
    package = opened(nodes, node.name, "PackageConfig")
    if package is None or node.params.dash == (package.params.protocol == "dash"):
        return
    wanted, given = ("AdaptationSet", "GroupId") if package.params.protocol == "dash" else ("GroupId", "AdaptationSet")
    problems.add(
        f"Activities.{node.name}.Parameters.{given}",
        "InvalidParameter",
        f"The package is {package.params.protocol}: its groups have {wanted}.",
    )


NODE = NodeType(
    "SubtitleGroup",
    check,
    role="scope",
    predecessors=frozenset({"PackageConfig"}),
    check_graph=check_graph,
    schema=GROUP.schema,
    stage="package",
    label="Subtitle group",
    label_zh="字幕组",
    help="Names the group of the subtitles that follow, so that video streams can refer to it.",
    help_zh="为其后的字幕命名分组，供视频流引用。",
)
