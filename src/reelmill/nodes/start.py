"""Start (workflow.md 4.1): where a workflow's input comes from, and the look at it before anything else runs.

Outcome.result: {"raw": ffprobe's JSON (format, streams) of the input}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Failure
from reelmill.core.fields import Checked
from reelmill.core.filters import FILTER, Filter
from reelmill.core.model import JobSpec, Outcome
from reelmill.core.ports import NodeIO
from reelmill.media.diagnose import bad_content
from reelmill.media.probe import describes_nothing, parse
from reelmill.nodes.base import ANY_SPEED, Env, Needs, NodeType, Outputs, refs_of


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """bucket, location, prefix: which objects start the workflow (the prefix is decoded; "" is the whole bucket), and
    what else must be so of them: `filter`."""

    bucket: str
    location: str
    prefix: str
    filter: Filter
    pipeline_id: str
    message_type: str
    queue: str
    topic: str
    role: str


PARAMETERS = declare.record(
    "Input",
    "输入",
    {
        "InputFile": declare.record(
            "Where files arrive",
            "输入路径",
            {
                "Bucket": declare.text(
                    "Input bucket",
                    "输入 Bucket",
                    widget="input-bucket",
                    example="films-in",
                    required=True,
                    refers="inputs",
                ),
                "Location": declare.location(),
                "ObjectPrefix": declare.key(
                    "Folder or prefix",
                    "路径前缀",
                    "Only files whose key begins so start the workflow; empty: all of the bucket.",
                    "只有以此前缀开头的文件才会触发工作流；留空表示整个 Bucket。",
                    example="films/",
                    aliases=("Object",),
                    undecodable="ObjectPrefix must be URL-encoded UTF-8.",
                ),
                "Filter": FILTER,
            },
            unknown='"{name}" is not part of InputFile; it has Bucket, Location, ObjectPrefix and Filter.',
            required=True,
            json_string=True,
        ),
        "PipelineId": declare.text(
            "Queue",
            "管道",
            "The MPS queue (pipeline) in which the work waits and runs.",
            "任务排队与运行所用的 MPS 队列（管道）。",
            widget="pipeline",
            example="0" * 32,
            pattern="^[0-9a-f]{32}$",
            code="InvalidParameter.UUIDFormatInvalid",
            refers="pipelines",
            required=True,
        ),
        "MessageType": declare.choice(
            "Message target",
            "消息类型",
            ("Queue", "Topic"),
            default="Queue",
            advanced=True,
            wrong="MessageType must be Queue or Topic.",
        ),
        "QueueName": declare.text(
            "Message queue", "消息队列", widget="message-queue", example="my-queue", advanced=True
        ),
        "TopicName": declare.text(
            "Message topic", "消息主题", widget="message-topic", example="my-topic", advanced=True
        ),
        "RoleName": declare.text(
            "Role",
            "角色",
            "Accepted for programs written for MPS; it has no effect here.",
            "为兼容 MPS 程序而接受，在此不起作用。",
            example="AliyunMTSDefaultRole",
            advanced=True,
            aliases=("Role",),
        ),
    },
    unknown='"{name}" is not a parameter of Start; it has {known}.',
    make=lambda given: Params(
        bucket=given["InputFile"]["Bucket"],
        location=given["InputFile"]["Location"],
        prefix=given["InputFile"]["ObjectPrefix"],
        filter=given["InputFile"]["Filter"],
        pipeline_id=given["PipelineId"],
        message_type=given["MessageType"],
        queue=given["QueueName"],
        topic=given["TopicName"],
        role=given["RoleName"],
    ),
)
check = PARAMETERS.check


def job(params: Params, env: Env) -> dict[str, Any]:
    """Nothing to resolve: it looks at the run's input."""
    return {}


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Probe the input; a file without picture and sound is as good as broken."""
    found = await io.probe("${source}")
    if isinstance(found, Failure):
        return {one.id: Outcome(failure=found) for one in jobs}
    if describes_nothing(parse(found.raw)):
        empty = bad_content(
            "InputFile",
            "it has neither a video nor an audio stream",
            "Check that it is a media file, then upload it again.",
        )
        return {one.id: Outcome(failure=empty) for one in jobs}
    return {one.id: Outcome({"raw": dict(found.raw)}) for one in jobs}


NODE = NodeType(
    "Start",
    check,
    lane="light",
    job=job,
    run=run,
    role="start",
    outputs=Outputs(info="raw"),
    refs=refs_of,
    speeds=ANY_SPEED,
    needs=lambda _params, _templates: Needs(tools=frozenset({"ffprobe"})),
    schema=PARAMETERS.schema,
    stage="prepare",
    label="Input",
    label_zh="输入",
    help="The bucket and prefix whose new files start the workflow, and the pipeline that does the work.",
    help_zh="新文件到达哪个 Bucket 和路径时启动工作流，以及由哪个管道执行。",
)
