"""GenerateMasterPlayList (workflow.md 4.8): the playlist that leads to the streams of an HLS package.

spec: {"bucket", "key", "text": the playlist}. Outcome.result: {"bucket", "object", "format": "m3u8"}.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reelmill.core import declare
from reelmill.core.errors import Failure, MediaError, Problems, UserText
from reelmill.core.fields import Record, Refused
from reelmill.core.model import JobSpec, Outcome, Part, Publication, Task
from reelmill.core.ports import NodeIO
from reelmill.core.urls import key_problem
from reelmill.media import package
from reelmill.nodes.base import MEDIA, Env, GraphNode, NodeType, Outputs

_FILE = "master.m3u8"
_OPENS = "PackageConfig"
_MANIFEST = package.KINDS["hls"].container  # this type writes no other one
_NO_BANDWIDTH = Refused("InvalidParameter", "it is required: bits per second, a whole number")


_INFO: Record[Any] = declare.record(
    "Told to players",
    "流信息",
    {
        "BandWidth": declare.whole(
            "Bandwidth",
            "带宽",
            1,
            9_999_999_999,
            "Peak rate of the stream with its sound; players choose by it.",
            "含音频的峰值码率，播放器据此选择。",
            unit="bit/s",
            examples=[1_110_000],
            required=True,
            missing=_NO_BANDWIDTH,
            code=_NO_BANDWIDTH.code,
            wrong=_NO_BANDWIDTH.why,
        ),
        "Audio": declare.text(
            "Audio group",
            "音频组",
            "GroupId of the audio group that belongs to it.",
            "对应音频组的 GroupId。",
            example="sound",
        ),
    },
    later=("Subtitles",),
    not_yet="subtitle groups are not available yet; leave it out",
    required=True,
    json_string=True,
    aliases=("ExtXStreamInf",),
)
_STREAM = declare.record(
    "Stream",
    "码流",
    {
        "RefActivityName": declare.text(
            "Transcode",
            "转码节点",
            "The activity that makes this stream.",
            "生成该码流的节点。",
            widget="activity",
            activity="Transcode",
            example="hd",
            required=True,
        ),
        "ExtXStreamInfo": _INFO,
    },
    make=lambda given: package.Wanted(
        given["RefActivityName"], given["ExtXStreamInfo"]["BandWidth"] or 0, given["ExtXStreamInfo"]["Audio"]
    ),
)


@dataclass(frozen=True, slots=True)
class Params:
    """The video streams in the order in which they are listed; players begin with the first."""

    streams: tuple[package.Wanted, ...]


PARAMETERS = declare.record(
    "Master playlist",
    "主播放列表",
    {
        "MasterPlayList": declare.record(
            "Streams",
            "码流",
            {"MultiBitrateVideoStreams": declare.array("Video streams", "视频流", _STREAM, required=True)},
            required=True,
            json_string=True,
        )
    },
    make=lambda given: Params(given["MasterPlayList"]["MultiBitrateVideoStreams"]),
)
check = PARAMETERS.check


def job(params: Params, env: Env) -> dict[str, Any]:
    """The whole playlist, from what the streams became. Raises MediaError when it would promise what is not there."""
    where = _place(env)
    opened = package.scope(env.activities, params.streams[0].activity, _OPENS)
    sounds = [one for one in _members(env, opened, "Success") if one.get("media")]
    if twice := package.doubled(sounds):
        raise _refuse(
            f"Two audio streams of the group {twice[0]} are called {twice[1]}.",
            "Give each ExtXMedia a Name of its own.",
        )
    groups = package.heard(sounds)
    lacking = bool(_members(env, opened, "Skipped"))  # the source has no such track
    videos = []
    for stream in params.streams:
        videos.append((stream, _result(env, stream.activity)))
        if stream.audio and stream.audio not in groups and not lacking:
            raise _refuse(
                f"There is no audio stream in the group {stream.audio!r} that {stream.activity} refers to.",
                "Use the GroupId of an AudioGroup.",
            )
    return {"bucket": where.bucket, "key": where.key, "text": where.kind.write(where.key, videos, sounds)}


def _place(env: Env) -> package.Place:
    parameters = env.scopes.get(_OPENS)
    if parameters is None:
        raise _refuse("GenerateMasterPlayList belongs to a package.", "Put a PackageConfig before its streams.")
    where = package.place(parameters, env.names)
    if problem := key_problem(where.key):
        raise MediaError(
            Failure(
                "InvalidParameter.ObjectKeyInvalid",
                f"The playlist's name {where.key!r} cannot be used: {problem}.",
                "Change MasterPlayListName.",
            )
        )
    return where


def _members(env: Env, opened: str, state: str) -> list[package.Result]:
    return package.members(env.activities, opened, _OPENS, "Transcode", state)


def _result(env: Env, name: str) -> Mapping[str, Any]:
    activity = env.activities.get(name, {})
    if activity.get("type") != "Transcode" or activity.get("state") != "Success":
        raise _refuse(
            f"RefActivityName {name!r} names no Transcode of this package that succeeded.",
            "Check the name, and the activity's own error.",
        )
    result: Mapping[str, Any] = activity["result"]
    return result


def check_graph(node: GraphNode, nodes: Mapping[str, GraphNode], problems: Problems) -> None:
    """What a master playlist refers to must be drawn too: video streams of a package, audio groups."""
    path = f"Activities.{node.name}.Parameters.MasterPlayList.MultiBitrateVideoStreams"
    videos = {n.name for n in nodes.values() if n.type == "Transcode" and n.params.uri and n.params.media is None}
    groups = {n.params.group_id for n in nodes.values() if n.type == "AudioGroup"}
    for place, stream in enumerate(node.params.streams):
        if stream.activity and stream.activity not in videos:
            problems.add(
                f"{path}[{place}].RefActivityName",
                "InvalidParameter.ResourceNotFound",
                f'"{stream.activity}" is no Transcode with a MultiBitrateVideoStream; there are: '
                f"{', '.join(sorted(videos)) or 'none'}.",
            )
        if stream.audio and stream.audio not in groups:
            problems.add(
                f"{path}[{place}].ExtXStreamInfo.Audio",
                "InvalidParameter.ResourceNotFound",
                f'No AudioGroup has the GroupId "{stream.audio}".',
            )


def _refuse(message: UserText, advice: UserText) -> MediaError:
    return MediaError(Failure("InvalidParameter", message, advice))


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Write the text, publish it."""
    tasks = [
        Task(f"master-{n}", "light", files={_FILE: one.spec["text"]}, expect=(_FILE,), jobs=(one.id,))
        for n, one in enumerate(jobs)
    ]
    made = await io.execute(tasks)
    good = [(one, task) for one, task, result in zip(jobs, tasks, made, strict=True) if result.failure is None]
    outcomes = {
        one.id: Outcome(failure=result.failure) for one, result in zip(jobs, made, strict=True) if result.failure
    }
    if good:
        answers = await io.publish(
            [
                Publication(one.id, one.spec["bucket"], Part(task.name, _FILE, one.spec["key"], _MANIFEST.media_type))
                for one, task in good
            ]
        )
        for one, _ in good:
            shown = {"bucket": one.spec["bucket"], "object": one.spec["key"], "format": _MANIFEST.name}
            outcomes[one.id] = Outcome(failure=answers[one.id]) if answers.get(one.id) else Outcome(shown)
    return outcomes


NODE = NodeType(
    "GenerateMasterPlayList",
    check,
    lane="light",
    job=job,
    run=run,
    role="join",
    source="all",
    outputs=Outputs(MEDIA, shown="Master"),
    check_graph=check_graph,
    predecessors=frozenset({"Transcode"}),
    schema=PARAMETERS.schema,
    stage="package",
    label="Generate",
    label_zh="生成主播放列表",
    help_zh="在所有码流就绪后写出 HLS 打包的主播放列表。",
    help="Writes the master playlist of an HLS package when all its streams are ready.",
)
