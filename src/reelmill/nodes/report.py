"""Report (workflow.md 4.2): the last activity of every workflow. Instant: it has no job; the engine gives it its
effects (publish state, message)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reelmill.core import schema
from reelmill.core.errors import Problems
from reelmill.nodes.base import NodeType

PUBLISH_TYPES = ("Manual", "Auto", "TranscodeCompletedAuto")


@dataclass(frozen=True, slots=True)
class Params:
    """publish_type: `Auto` publishes the media at the end, `TranscodeCompletedAuto` with the first transcode that
    succeeds, `Manual` leaves it to a user."""

    publish_type: str = "Manual"


def check(raw: Mapping[str, Any], problems: Problems, path: str) -> Params:
    """See NodeType.check."""
    for name in sorted(set(raw) - {"PublishType"}):
        problems.add(f"{path}.{name}", "InvalidParameter", f"a Report has no parameter {name}; it has PublishType")
    chosen = str(raw.get("PublishType") or "Manual")
    if chosen not in PUBLISH_TYPES:
        problems.add(f"{path}.PublishType", "InvalidParameter", f"it must be one of {', '.join(PUBLISH_TYPES)}")
    return Params(chosen)


SCHEMA = schema.record(
    "Publish",
    "发布",
    {
        "PublishType": schema.choice(
            "Publishing",
            "发布方式",
            PUBLISH_TYPES,
            "Auto publishes the media at the end, TranscodeCompletedAuto with the first transcode that succeeds, "
            "Manual leaves it to you.",
            "Auto：运行结束后自动发布；TranscodeCompletedAuto：任一转码成功即发布；Manual：由您手动发布。",
            default="Manual",
        )
    },
)

NODE = NodeType(
    "Report",
    check,
    schema=SCHEMA,
    stage="publish",
    label="Publish",
    label_zh="发布",
    help="Ends the workflow: publishes the media when asked to, and sends the completion message.",
    help_zh="结束工作流：按设置发布媒体，并发送完成消息。",
)
