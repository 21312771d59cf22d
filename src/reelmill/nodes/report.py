"""Report (workflow.md 4.2): the last activity of every workflow. Instant: it has no job; the engine gives it its
effects (publish state, message)."""

from dataclasses import dataclass

from reelmill.core import declare
from reelmill.nodes.base import NodeType

PUBLISH_TYPES = ("Manual", "Auto", "TranscodeCompletedAuto")


@dataclass(frozen=True, slots=True)
class Params:
    """publish_type: `Auto` publishes the media at the end, `TranscodeCompletedAuto` with the first transcode that
    succeeds, `Manual` leaves it to a user."""

    publish_type: str = "Manual"


PARAMETERS = declare.record(
    "Publish",
    "发布",
    {
        "PublishType": declare.choice(
            "Publishing",
            "发布方式",
            PUBLISH_TYPES,
            "Auto publishes the media at the end, TranscodeCompletedAuto with the first transcode that succeeds, "
            "Manual leaves it to you.",
            "Auto：运行结束后自动发布；TranscodeCompletedAuto：任一转码成功即发布；Manual：由您手动发布。",
            default="Manual",
        )
    },
    unknown="a Report has no parameter {name}; it has PublishType",
    make=lambda given: Params(given["PublishType"]),
)
check = PARAMETERS.check

NODE = NodeType(
    "Report",
    check,
    role="end",
    schema=PARAMETERS.schema,
    stage="publish",
    label="Publish",
    label_zh="发布",
    help="Ends the workflow: publishes the media when asked to, and sends the completion message.",
    help_zh="结束工作流：按设置发布媒体，并发送完成消息。",
)
