"""AudioGroup (workflow.md 4.7): the group of the audio streams that follow. Instant: it has no job."""

from reelmill.media import package_fields
from reelmill.nodes.base import NodeType, group_fits

GROUP = package_fields.both(
    "Audio group",
    "音频组",
    ("Of an HLS package: video streams refer to their sound by this name.", "用于 HLS 打包：视频流以此名称引用音频。"),
    "sound",
)
check = GROUP.check


NODE = NodeType(
    "AudioGroup",
    check,
    role="scope",
    predecessors=frozenset({"PackageConfig"}),
    check_graph=group_fits,
    schema=GROUP.schema,
    stage="package",
    label="Audio group",
    label_zh="音频组",
    help="Names the group of the audio streams that follow, so that video streams can refer to it.",
    help_zh="为其后的音频流命名分组，供视频流引用。",
)
