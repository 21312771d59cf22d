"""Analysis (workflow.md 4.3): which definitions are worth to be made of the source, and with which size and rate.

Spec of a job: {"target": VMAF, "network", "deinterlace", "crop", "box", "highest", "priority", "request": {echoed by
the API}}. Outcome.result: {"templates": [ids of smart presets], "vmaf", "bitrate" (Kbit/s) of the best of them,
"width", "height", "smart": {id: the whole template for this source}, "left_out": {id: why}, "crop": what is cut,
"accuracy": of rates and VMAF, one of spots.ACCURACIES, "spots": how many were probed, "probed": seconds}. Transcodes
behind it find their templates there (`fitting`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reelmill.core.errors import Failure, MediaError, UserText
from reelmill.core.model import JobSpec, MediaInfo, Outcome, Timeline, VideoStream
from reelmill.core.ports import NodeIO
from reelmill.media import colours, fitting, probing, smart, spots
from reelmill.media.border import border_task, largest
from reelmill.media.containers import CONTAINERS
from reelmill.media.diagnose import bad_content
from reelmill.media.fitting import Choice, Curve, Line
from reelmill.media.picture import Touch, refuse, settle_video
from reelmill.media.plans import VideoPlan
from reelmill.media.probe import parse
from reelmill.media.probing import PACKETS, SCORES, SIZES, Probed
from reelmill.media.shaping import shaped
from reelmill.media.smart import Definition, Size
from reelmill.media.spots import Packets, Spot
from reelmill.nodes.analysis.asking import PARAMETERS, Params, config_params
from reelmill.nodes.base import Env, Needs, NodeType, job_states

__all__ = ["NODE", "Params", "config_params"]

_ROUNDS = ("first", "then", "last")
_LONG = 2.0  # seconds of a spot that is the only one, in films that cannot be sought: worth two qualities
_NEVER = 1e9  # seconds between cuts: the timeline is read, pieces are not wanted
Choosing = Callable[[Mapping[Size, Curve]], tuple[list[Choice], dict[str, UserText]]]
_PACKETS_BYTES = 4 * 1024 * 1024  # of the list of packets: about 600,000 of them


def job(params: Params, env: Env) -> dict[str, Any]:
    """What `run` needs."""
    return {
        "target": smart.target(env.vmaf, params.quality),
        "network": params.network,
        "deinterlace": params.deinterlace,
        "crop": params.crop,
        "box": params.box,
        "highest": params.highest,
        "priority": params.priority,
        **({"request": {"AnalysisConfig": params.config}} if params.config else {}),
    }


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Look at the source, choose spots, probe them, fit."""
    outcomes = {}
    for one in jobs:  # never more than one: it has no batch_key
        try:
            outcomes[one.id] = await _one(one, io)
        except MediaError as error:
            outcomes[one.id] = Outcome(failure=error.failure)
    return outcomes


async def _one(one: JobSpec, io: NodeIO) -> Outcome:
    found = await io.probe("${source}", cut_every=_NEVER)
    if isinstance(found, Failure):
        return Outcome(failure=found)
    info, timeline = parse(found.raw), found.timeline
    if not info.video:
        return Outcome(_of_sound(one.spec))
    if timeline is None:
        return Outcome(failure=bad_content("InputFile", "its video stream is empty"))
    seen = await _look(one, info, timeline, io)
    if isinstance(seen, Failure):
        return Outcome(failure=seen)
    packets, border = seen
    picture = _picture(one.spec, info, border)
    sizes = _sizes(picture, info)
    seekable = timeline.seekable and not timeline.leaps
    frame, begin = timeline.frame, probing.begin(info.video[0])
    chosen = spots.choose(timeline.first, timeline.end, packets, frame=frame, begin=begin, seekable=seekable)

    highest = one.spec["highest"]

    def choose(curves: Mapping[Size, Curve]) -> tuple[list[Choice], dict[str, UserText]]:
        return fitting.choose(sizes, curves, one.spec["target"], _source_rate(info), highest=highest)

    if not chosen:
        kept, left = fitting.unmeasured(sizes, _source_rate(info), highest=highest)
        return Outcome(_result(one.spec, kept, left, picture, chosen))
    curves = await _probe(_Probing(one, plan(sizes, picture, info, timeline, one.spec), timeline, io), chosen, choose)
    if isinstance(curves, Failure):
        return Outcome(failure=curves)
    kept, left = choose(curves)
    return Outcome(_result(one.spec, kept, left, picture, chosen))


async def _look(one: JobSpec, info: MediaInfo, timeline: Timeline, io: NodeIO) -> tuple[Packets, str] | Failure:
    """(what the packets tell, the picture inside black borders: "" when there are none or nobody asks)."""
    tasks = [probing.packets_task(info, (one.id,))]
    if one.spec["crop"] == "Auto":
        tasks.append(border_task(info, timeline, (one.id,)))
    for made in await io.execute(tasks):
        if made.failure:
            return made.failure
    listed = await io.read(f"${{packets}}/{PACKETS}", most=_PACKETS_BYTES)
    border = await io.read("${border}/border.txt") if len(tasks) > 1 else ""
    if isinstance(listed, Failure):
        return listed
    if isinstance(border, Failure):
        return border
    return spots.packets(listed), _worth_cutting(largest(border), info)


def _worth_cutting(box: str, info: MediaInfo) -> str:
    """A border of a few lines is noise at the edge, and a picture that is black nearly everywhere has none."""
    if not box:
        return ""
    video = info.video[0]
    high, wide = sorted((video.width, video.height))
    w, h, _, _ = (int(one) for one in box.split(":"))
    cut = 1 - w * h / (wide * high)
    return box if 0.02 < cut < 0.6 else ""


def _picture(spec: Mapping[str, Any], info: MediaInfo, border: str) -> dict[str, str]:
    """Fields of Video that the source asks for."""
    picture = {"Crop": spec["box"] or border} if spec["box"] or border else {}
    if spec["deinterlace"] == "None" and info.video[0].interlaced:
        picture["ScanMode"] = "interlaced"
    return picture


@dataclass(frozen=True, slots=True)
class _Probing:
    """What all probes of a source share."""

    job: JobSpec
    probed: Probed
    timeline: Timeline
    io: NodeIO


async def _probe(work: _Probing, chosen: Sequence[Spot], choose: Choosing) -> dict[Size, Curve] | Failure:
    """A curve for each size that is tried. A spot or two tell about which quality the film needs, a few others are
    probed there, and all others where these point."""
    sizes = [size for size, _ in work.probed.sizes]
    rounds = spots.rounds(chosen)
    points = fitting.POINTS if len(rounds) == 1 and chosen[0].seconds > _LONG else fitting.ROUGH
    qualities: Mapping[Size, Sequence[float]] = dict.fromkeys(sizes, points)
    lines: dict[Size, list[Line]] = {size: [] for size in sizes}
    for name, some in zip(_ROUNDS, rounds, strict=False):
        if name != _ROUNDS[0]:
            curves = {size: Curve(fitting.whole(found)) for size, found in lines.items()}
            qualities = fitting.near(curves, choose(curves)[0], work.job.spec["target"])
        more = await _round(work, name, some, qualities)
        if isinstance(more, Failure):
            return more
        lines = {size: [*found, *more[size]] for size, found in lines.items()}
    return {size: Curve(tuple(found)) for size, found in lines.items()}


async def _round(
    work: _Probing, name: str, chosen: Sequence[Spot], qualities: Mapping[Size, Sequence[float]]
) -> dict[Size, list[Line]] | Failure:
    """The lines of some spots at each size."""
    probed, groups = work.probed.at(qualities), spots.grouped(chosen)
    tasks = [
        probing.task(f"{name}-{n}", group, probed, work.timeline, (work.job.id,)) for n, group in enumerate(groups)
    ]
    made = await work.io.execute(tasks)
    failures = [answer.failure for answer in made if answer.failure]
    if failures:
        return next((failure for failure in failures if failure.code != "JobCancelled"), failures[0])
    lines: dict[Size, list[Line]] = {size: [] for size in qualities}
    for task, group in zip(tasks, groups, strict=True):
        sizes = await work.io.read(f"${{{task.name}}}/{SIZES}")
        scores = await work.io.read(f"${{{task.name}}}/{SCORES}")
        if isinstance(sizes, Failure):
            return sizes
        if isinstance(scores, Failure):
            return scores
        seen = probing.read(group, probed, sizes, scores, work.timeline)
        if seen is None:
            return bad_content("InputFile", f"no picture can be decoded at {group[0].start:.1f} s")
        for spot, found in zip(group, seen, strict=True):
            of = {size: [probe for other, probe in found if other == size] for size in qualities}
            largest = of[max(of, key=lambda size: size.lines)]
            for size, probes in of.items():
                lines[size].append(fitting.line(probes, spot, largest))
    return lines


def _sizes(picture: Mapping[str, str], info: MediaInfo) -> dict[Definition, Size]:
    shape = shaped(info.video[0], picture, 0, "")
    if shape.wrong:
        raise refuse("InvalidParameter.ResourceNotSupported", shape.wrong, "Change Crop of the analysis.")
    return smart.sizes(shape.across, shape.down)


def plan(
    sizes: Mapping[Definition, Size],
    picture: Mapping[str, str],
    info: MediaInfo,
    timeline: Timeline,
    spec: Mapping[str, Any],
) -> Probed:
    """What is encoded of each spot. Pure."""
    touch = Touch(deinterlace=spec["deinterlace"] == "Force")

    def settled(fields: Mapping[str, str]) -> VideoPlan:
        given = {"Codec": "H.264", "Preset": "medium", "Gop": "10s", **picture, **fields}
        return settle_video(given, {}, CONTAINERS["mp4"], info, timeline, 0.0, touch)

    tried = dict.fromkeys(sizes.values())
    plans = [(size, settled({"Width": str(size.width), "Height": str(size.height)})) for size in tried]
    return Probed(info, _as_it_is(settled({}), info.video[0]), tuple(plans))


def _as_it_is(whole: VideoPlan, source: VideoStream) -> VideoPlan:
    """The picture that outputs are compared with, in the source's own matrix: what is converted is not the source."""
    stays = "" if whole.sdr or not whole.convert else colours.own(source)
    return replace(whole, matrix=stays, convert=False) if stays else whole


def _source_rate(info: MediaInfo) -> int:
    """Kbit/s of the source's picture, 0 when it is not known."""
    video = info.video[0]
    return (video.bitrate or max(0, info.bitrate - sum(stream.bitrate for stream in info.audio))) // 1000


def _result(
    spec: Mapping[str, Any],
    kept: Sequence[Choice],
    left: Mapping[str, str],
    picture: Mapping[str, str],
    chosen: Sequence[Spot],
) -> dict[str, Any]:
    made = {
        template_id: smart.expanded(
            template_id,
            one.size,
            one.rate,
            one.vmaf,
            network=spec["network"],
            picture=picture,
            forced=spec["deinterlace"] == "Force",
        )
        for one in reversed(kept)
        for template_id in smart.identities(one.definition)
    }
    why = {
        template_id: left[definition.name]
        for definition in smart.DEFINITIONS
        if definition.name in left
        for template_id in smart.identities(definition)
    }
    best = kept[-1]
    return {
        "templates": list(made),
        "vmaf": round(best.vmaf, 1),
        "bitrate": best.rate,
        "width": best.size.width,
        "height": best.size.height,
        "smart": made,
        "left_out": why,
        "crop": picture.get("Crop", ""),
        "accuracy": spots.accuracy(chosen),
        "spots": len(chosen),
        "probed": round(sum(spot.seconds for spot in chosen), 2),
    }


def _of_sound(spec: Mapping[str, Any]) -> dict[str, Any]:
    """There is nothing to look at: one definition is left, for its sound. What a Transcode makes of it is sound."""
    only = smart.OF_SOUND
    size = Size(only.usual, 1280, only.usual)
    made = {
        template_id: smart.expanded(template_id, size, only.floor, 0.0, network=False, picture={}, forced=False)
        for template_id in smart.identities(only)
    }
    why: UserText = "The film has no picture: one output of its sound is enough."
    others = (template_id for one in smart.DEFINITIONS if one != only for template_id in smart.identities(one))
    nothing = {
        "vmaf": 0.0,
        "bitrate": 0,
        "width": 0,
        "height": 0,
        "crop": "",
        "accuracy": "static",
        "spots": 0,
        "probed": 0.0,
    }
    return {"templates": list(made), "smart": made, "left_out": dict.fromkeys(others, why), **nothing}


NODE = NodeType(
    "Analysis",
    PARAMETERS.check,
    lane="heavy",
    job=job,
    run=run,
    version="7",
    states=job_states("Analyzing"),
    analyses=True,
    needs=lambda _params, _templates: Needs(
        frozenset({"ffmpeg", "ffprobe"}), frozenset({"libx264"}), frozenset({"scale", "libvmaf", "cropdetect"})
    ),
    schema=PARAMETERS.schema,
    stage="prepare",
    predecessors=frozenset({"Start"}),
    label="Analyze",
    label_zh="智能分析",
    help="Finds the definitions that are worth to be made of a film, and their rates, for what follows.",
    help_zh="找出该视频值得转出的清晰度及其码率，供后续转码使用。",
)
