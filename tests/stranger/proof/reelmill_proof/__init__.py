"""Proof: a picture of the film for somebody to look at; what follows waits until he has decided.

Made outside of ReelMill, by nobody that it knows: all that it takes is this module and the entry point in
pyproject.toml. Outcome.result: {"bucket", "object": the picture, "width"}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare, placeholders
from reelmill.core.fields import Checked
from reelmill.core.model import Command, JobSpec, Outcome, Part, Publication, Task
from reelmill.core.ports import NodeIO
from reelmill.nodes.base import Env, Needs, NodeType, Outputs, job_states, refs_of

from .which import KEEPS_OLDER, VERSION

_FILE = "proof.jpg"


@dataclass(frozen=True, slots=True)
class Params(Checked):
    """Where the picture goes, how wide it is, what is asked."""

    bucket: str
    object: str
    width: int
    question: str


PARAMETERS = declare.record(
    "Proof",
    "审核样张",
    {
        "Bucket": declare.text(
            "Output bucket", "输出 Bucket", widget="output-bucket", example="cout", required=True, refers="buckets"
        ),
        "Object": declare.key(
            "Name", "名称", "Of the picture.", "图片名称。", example="{RunId}/proof.jpg", required=True
        ),
        "Width": declare.whole("Width", "宽", 16, 4096, "Of the picture.", "图片宽度。", default=320, unit="px"),
        "Question": declare.text("Question", "问题", "What is asked.", "提出的问题。", example="Is it sharp?"),
    },
    make=lambda given: Params(
        bucket=given["Bucket"], object=given["Object"], width=given["Width"], question=given["Question"]
    ),
)


def job(params: Params, env: Env) -> dict[str, Any]:
    """The picture's name is filled in when the run is known."""
    key = placeholders.fill(params.object, env.names)
    return {"bucket": params.bucket, "key": key, "width": params.width, "question": params.question}


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Look at the source, take its first picture, show it, wait."""
    await io.probe("${source}")
    return await take(jobs, io)


async def take(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """The same without a look at the source: version 2."""
    outcomes: dict[str, Outcome] = {}
    for number, one in enumerate(jobs):
        task = Task(
            f"proof-{number}",
            "light",
            (
                Command(
                    ("-i", "${source}", "-frames:v", "1", "-vf", f"scale={one.spec['width']}:-2", f"${{out}}/{_FILE}")
                ),
            ),
            expect=(_FILE,),
            jobs=(one.id,),
        )
        (made,) = await io.execute((task,))
        failure = made.failure
        if failure is None:
            wanted = Publication(one.id, one.spec["bucket"], Part(task.name, _FILE, one.spec["key"], "image/jpeg"))
            failure = (await io.publish((wanted,)))[one.id]
        shown = {"bucket": one.spec["bucket"], "object": one.spec["key"], "width": one.spec["width"]}
        waits = Outcome(shown, gate="wait", reason=one.spec["question"] or "Is it good?")
        outcomes[one.id] = Outcome(failure=failure) if failure else waits
    return outcomes


NODE = NodeType(
    "Proof",
    PARAMETERS.check,
    aliases=("Sample",),
    lane="light",
    job=job,
    run=run if VERSION == "1" else take,
    version=VERSION,
    older={"1": run} if KEEPS_OLDER else {},
    refs=refs_of,
    outputs=Outputs("Proof"),
    states=job_states("Proofing"),
    needs=lambda _params, _templates: Needs(tools=frozenset({"ffmpeg"}), filters=frozenset({"scale"})),
    gate="Question",
    predecessors=frozenset({"Start", "Transcode"}),
    source="before",
    schema=PARAMETERS.schema,
    stage="check",
    label="Proof",
    label_zh="样张",
    help="Shows a picture of the film to somebody and waits for the answer.",
    help_zh="展示影片的一帧画面，等待确认。",
)
