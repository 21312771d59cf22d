"""SubtitleGroup (workflow.md 4.7): the group of the subtitles that follow. Instant: it has no job."""

from reelmill.media import package_fields
from reelmill.nodes.base import NodeType, group_fits

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


NODE = NodeType(
    "SubtitleGroup",
    check,
    role="scope",
    predecessors=frozenset({"PackageConfig"}),
    check_graph=group_fits,
    schema=GROUP.schema,
    stage="package",
    label="Subtitle group",
    label_zh="字幕组",
    help="Names the group of the subtitles that follow, so that video streams can refer to it.",
    help_zh="为其后的字幕命名分组，供视频流引用。",
)
