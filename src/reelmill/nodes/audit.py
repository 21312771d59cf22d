"""Audit (ImAudit): pictures and texts are looked at within a request, as `Censor` looks at films. It is no activity of
workflows.

Outcome.result: {"images": [{"failure": why it could not be looked at} or {"scenes": scene -> result, "size": [width,
height]}, ...], "texts": [result, ...], "reasons": scene -> why nobody could look at it}; results as those of `Censor`,
with a fourth part: {"codes": [[text, x, y, width, height]], "letters": [line], "words": [[word, label, id of its list,
its name]], "logos": as there}.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.core.errors import Failure, Problems
from reelmill.core.model import JobSpec, ObjectRef, Outcome
from reelmill.core.ports import NodeIO
from reelmill.media import reviews
from reelmill.nodes.base import Env, Needs, NodeType

SCENES = ("porn", "terrorism", "ad", "live", "logo", "qrcode")  # of pictures


def check(raw: Mapping[str, Any], _problems: Problems, _path: str) -> Mapping[str, Any]:
    """The operation has checked what it takes."""
    return raw


def job(params: Mapping[str, Any], _env: Env) -> dict[str, Any]:
    return dict(params)


def spec(images: Sequence[ObjectRef | Failure], texts: Sequence[str], scenes: Sequence[str]) -> dict[str, Any]:
    """What a job works from."""
    told = [one.to_json() | {"bad": isinstance(one, Failure)} for one in images]
    return {"images": told, "texts": list(texts), "scenes": list(scenes)}


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Read each picture by itself, look at those that are some, judge."""
    return {one.id: await _one(one, io) for one in jobs}


async def _one(one: JobSpec, io: NodeIO) -> Outcome:
    images = [await _read(one, number, io) for number in range(1, len(one.spec["images"]) + 1)]
    good = [number for number, image in enumerate(images, 1) if not isinstance(image, Failure)]
    made = (await io.execute([reviews.look_at(good, one.id, one.spec["scenes"])]))[0]
    if made.failure:
        return Outcome(failure=made.failure)
    words = {str(number): text for number, text in enumerate(one.spec["texts"])}
    scenes = one.spec["scenes"] if good else []
    order = {"job": one.id, "scenes": scenes, "save": "all", "words": words, "details": True}
    judged = await io.review(order)
    if isinstance(judged, Failure):
        return Outcome(failure=judged)
    found = iter(judged["images"])
    told = [
        {"failure": image.message} if isinstance(image, Failure) else {"scenes": next(found), "size": image}
        for image in images
    ]
    return Outcome(
        {"images": told, "texts": [judged["texts"][name] for name in words], "reasons": judged.get("reasons", {})}
    )


async def _read(one: JobSpec, number: int, io: NodeIO) -> Failure | list[int]:
    """The size of a picture of which there is a copy to look at now, or why there is none."""
    given = dict(one.spec["images"][number - 1])
    if given.pop("bad"):
        return Failure.from_json(given)
    made = (await io.execute([reviews.still(number, ObjectRef(**given), one.id)]))[0]
    if made.failure:
        return made.failure
    size = await io.read(f"${{still{number}}}/{reviews.SIZE}")
    return size if isinstance(size, Failure) else list(reviews.size_of(size))


NODE = NodeType(
    "Audit",
    check,
    role="job",
    lane="light",
    job=job,
    run=run,
    needs=lambda _params, _templates: Needs(tools=frozenset({"ffmpeg", "infer"}), encoders=frozenset({"mjpeg"})),
    schema={"type": "object"},
    label="Picture and text audit",
    label_zh="图文审核",
    help="Looks at pictures and texts within the request.",
    help_zh="在请求内审核图片与文本。",
)
