"""VideoGroup (workflow.md 4.7): the adaptation set of the video streams that follow (DASH). Instant: it has
no job."""

from reelmill.media import package_fields
from reelmill.nodes.base import NodeType, group_fits

GROUP = package_fields.video()
check = GROUP.check


NODE = NodeType(
    "VideoGroup",
    check,
    role="scope",
    predecessors=frozenset({"PackageConfig"}),
    check_graph=group_fits,
    schema=GROUP.schema,
    stage="package",
    label="Video group",
    label_zh="视频组",
    help="The video streams that follow are the same film in several sizes: a DASH player takes one at a time.",
    help_zh="其后的视频流是同一影片的多个规格，DASH 播放器每次选用其一。",
)
