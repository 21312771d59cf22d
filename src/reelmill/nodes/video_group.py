"""VideoGroup (workflow.md 4.7): the adaptation set of the video streams that follow (DASH). Instant: it has
no job."""

from collections.abc import Mapping

from reelmill.core.errors import Problems
from reelmill.media import package_fields
from reelmill.nodes.base import GraphNode, NodeType, opened

GROUP = package_fields.video()
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
    "VideoGroup",
    check,
    role="scope",
    predecessors=frozenset({"PackageConfig"}),
    check_graph=check_graph,
    schema=GROUP.schema,
    stage="package",
    label="Video group",
    label_zh="视频组",
    help="The video streams that follow are the same film in several sizes: a DASH player takes one at a time.",
    help_zh="其后的视频流是同一影片的多个规格，DASH 播放器每次选用其一。",
)
