"""GenerateMasterPlayList (workflow.md 4.8): the master playlist or manifest that leads to the streams of a package.

spec: {"bucket", "key", "text": what is written, "format": its container, "corrected": what the workflow told too low,
"apart": activities whose segments do not begin together}.
Outcome.result: {"bucket", "object", "format"}.
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
from reelmill.media import dash, package
from reelmill.media.command import literal
from reelmill.media.containers import CONTAINERS
from reelmill.nodes.base import MEDIA, Env, GraphNode, NodeType, Outputs, opened, source_video

_FILE = "master"
_OPENS = "PackageConfig"
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
            "Peak rate of the stream with its sound; players choose by it. One that is too low is corrected.",
            "含音频的峰值码率，播放器据此选择；过低时会自动更正。",
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
        "Subtitles": declare.text(
            "Subtitle group",
            "字幕组",
            "GroupId of the subtitle group that belongs to it.",
            "对应字幕组的 GroupId。",
            example="subtitles",
        ),
    },
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
        given["RefActivityName"],
        given["ExtXStreamInfo"]["BandWidth"] or 0,
        given["ExtXStreamInfo"]["Audio"],
        given["ExtXStreamInfo"]["Subtitles"],
    ),
)


@dataclass(frozen=True, slots=True)
class Params:
    """The video streams in the order in which they are listed; players begin with the first. None are listed for
    DASH."""

    streams: tuple[package.Wanted, ...]


PARAMETERS = declare.record(
    "Master playlist",
    "主播放列表",
    {
        "MasterPlayList": declare.record(
            "Streams",
            "码流",
            {"MultiBitrateVideoStreams": declare.array("Video streams", "视频流", _STREAM, required=True)},
            "Not needed for DASH: all streams of the package are taken.",
            "DASH 无需填写：打包中的所有码流都会列入。",
            absent=None,
            json_string=True,
        )
    },
    hollow=True,
    make=lambda given: Params(
        (given["MasterPlayList"] or {"MultiBitrateVideoStreams": ()})["MultiBitrateVideoStreams"]
    ),
)
check = PARAMETERS.check
# What was skipped was not to be made: the film has not so many lines, or not that track. After what failed this begins
# only where an edge says so.
_WITHOUT = ("Skipped", "Fail")


def job(params: Params, env: Env) -> dict[str, Any]:
    """The whole manifest, from what the streams became. Raises MediaError when it would promise what is not there."""
    where, opened = _place(env), _opened(params, env)
    made = _members(env, opened, "Success")
    if twice := package.doubled(made):
        raise _refuse(
            f"Two audio streams of the group {twice[0]} are called {twice[1]}.",
            "Give each ExtXMedia a Name of its own.",
        )
    made = _with_keys(made)
    lacking = any(_members(env, opened, state) for state in _WITHOUT)  # the source has no such track
    videos = []
    ended = {stream: env.activities.get(stream.activity, {}).get("state") for stream in params.streams}
    listed = [stream for stream, state in ended.items() if state not in _WITHOUT]
    for stream in listed:
        videos.append((stream, _result(env, stream.activity)))
        sounds, texts = ({one["media"]["group"] for one in package.of_kind(made, kind)} for kind in ("audio", "text"))
        if stream.audio and stream.audio not in sounds and not lacking:
            raise _refuse(
                f"There is no audio stream in the group {stream.audio!r} that {stream.activity} refers to.",
                "Use the GroupId of an AudioGroup.",
            )
        if stream.subtitles and stream.subtitles not in texts and not lacking:
            raise _refuse(
                f"There are no subtitles in the group {stream.subtitles!r} that {stream.activity} refers to.",
                "Use the GroupId of a SubtitleGroup.",
            )
    pictures = "Fail" in ended.values() or source_video(env.activities, None)
    if not made or (params.streams and not listed and pictures):
        raise _refuse("No stream of this package was made.", "Look at the errors of the activities before this one.")
    manifest = where.kind.write(where.key, videos, made)
    return {
        "bucket": where.bucket,
        "key": where.key,
        "text": manifest.text,
        "format": where.kind.manifest,
        "corrected": [list(one) for one in manifest.corrected],
        **({"apart": apart} if (apart := _apart(env, opened)) else {}),
        "lock": next((one["protection"]["media"] for one in made if one.get("protection")), ""),
    }


def _opened(params: Params, env: Env) -> str:
    """The package that this activity closes."""
    begin = params.streams[0].activity if params.streams else env.name
    return package.scope(env.activities, begin, _OPENS)


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


def _apart(env: Env, opened: str) -> list[str]:
    """The activities whose pictures have segments that do not begin together: the first, and those that differ."""
    named = {
        name: one["result"]
        for name, one in env.activities.items()
        if one.get("type") == "Transcode"
        and one.get("state") == "Success"
        and package.scope(env.activities, name, _OPENS) == opened
        and package.kind_of(one["result"]) == "video"
        and one["result"].get("line")
    }
    names = list(named)
    others = dash.apart(list(named.values()))
    return [names[0], *(names[number] for number in others)] if others else []


def _with_keys(made: Sequence[package.Result]) -> list[package.Result]:
    """The streams with the key that each was encrypted with, where players ask for it. MediaError when that is not the
    same for all: players know one key by its id, and that is the medium's."""
    keys = {told["ciphertext"] for one in made if (told := one.get("protection") or {}).get("ciphertext")}
    if len(keys) > 1:
        raise _refuse(
            "The master key was changed between the streams of this package: they are encrypted with different keys.",
            "Do the run again from its PackageConfig.",
        )
    return [_with_key(one, next(iter(keys), "")) for one in made]


def _with_key(one: package.Result, key: str) -> package.Result:
    told = one.get("protection")
    if not told or not key:
        return one
    return {**one, "protection": {**told, "uri": told["uri"].replace("${ciphertext}", key)}}


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
    """What a master playlist refers to must be drawn too: video streams of a package, groups."""
    path = f"Activities.{node.name}.Parameters.MasterPlayList"
    before = opened(nodes, node.name, _OPENS)
    listed = before is None or package.KINDS[before.params.protocol].listed
    if listed and not node.params.streams and not any(p.path.startswith(path) for p in problems.found):
        problems.add(path, "MissingParameter", name="MasterPlayList")
    if not listed and node.params.streams:
        problems.add(path, "InvalidParameter", "A DASH package has none: all its streams are taken.")
    videos = {n.name for n in nodes.values() if n.type == "Transcode" and n.params.uri and n.params.kind == "video"}
    groups = {
        kind: {n.params.group_id for n in nodes.values() if n.type == kind} for kind in ("AudioGroup", "SubtitleGroup")
    }
    for place, stream in enumerate(node.params.streams):
        at = f"{path}.MultiBitrateVideoStreams[{place}]"
        if stream.activity and stream.activity not in videos:
            problems.add(
                f"{at}.RefActivityName",
                "InvalidParameter.ResourceNotFound",
                f'"{stream.activity}" is no Transcode with a MultiBitrateVideoStream; there are: '
                f"{', '.join(sorted(videos)) or 'none'}.",
            )
        for kind, field, group in (
            ("AudioGroup", "Audio", stream.audio),
            ("SubtitleGroup", "Subtitles", stream.subtitles),
        ):
            if group and group not in groups[kind]:
                problems.add(
                    f"{at}.ExtXStreamInfo.{field}",
                    "InvalidParameter.ResourceNotFound",
                    f'No {kind} has the GroupId "{group}".',
                )


def _refuse(message: UserText, advice: UserText) -> MediaError:
    return MediaError(Failure("InvalidParameter", message, advice))


async def run(jobs: Sequence[JobSpec], io: NodeIO) -> Mapping[str, Outcome]:
    """Write the text, publish it."""
    tasks = [
        Task(
            f"master-{n}",
            "light",
            files={_FILE: literal(one.spec["text"])},
            expect=(_FILE,),
            jobs=(one.id,),
            lock=_lock(one),
        )
        for n, one in enumerate(jobs)
    ]
    made = await io.execute(tasks)
    good = [(one, task) for one, task, result in zip(jobs, tasks, made, strict=True) if result.failure is None]
    outcomes = {
        one.id: Outcome(failure=result.failure) for one, result in zip(jobs, made, strict=True) if result.failure
    }
    if good:
        answers = await io.publish([_publication(one, task) for one, task in good])
        for one, _ in good:
            shown = {"bucket": one.spec["bucket"], "object": one.spec["key"], "format": _format(one)}
            outcomes[one.id] = (
                Outcome(failure=answers[one.id]) if answers.get(one.id) else Outcome(shown, reason=_said(one))
            )
    return outcomes


def _lock(one: JobSpec) -> str:
    """The medium whose sealed key a manifest names."""
    return str(one.spec.get("lock") or "")


def _publication(one: JobSpec, task: Task) -> Publication:
    kind = CONTAINERS[_format(one)].media_type
    return Publication(one.id, one.spec["bucket"], Part(task.name, _FILE, one.spec["key"], kind))


def _format(one: JobSpec) -> str:
    return str(one.spec.get("format") or "m3u8")  # before there was DASH


def _said(one: JobSpec) -> UserText:
    """What a run says of the manifest that it made."""
    apart = one.spec.get("apart") or ()
    seams: UserText = (
        f"The segments of {', '.join(apart[1:])} do not begin where those of {apart[0]} do, so that players cannot "
        f"change between them at every segment: give their templates the same Segment.Duration."
        if apart
        else ""
    )
    return f"{_corrected(one)} {seams}".strip()


def _corrected(one: JobSpec) -> UserText:
    """What players are told instead of figures that were too low: they would choose a stream that they cannot have."""
    wrong = one.spec.get("corrected") or ()
    if not wrong:
        return ""
    told = "; ".join(f"{activity} {written}" for activity, _, written in wrong)
    return f"Some BandWidth figures were below the peak rate and were corrected (bit/s): {told}."


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
    help_zh="在所有码流就绪后写出打包的主播放列表（HLS）或清单（DASH）。",
    help="Writes the master playlist (HLS) or manifest (DASH) of a package when all its streams are ready.",
)
