"""`mill demo`: the main job on a real clip. The server runs in this process; the story talks to it over HTTP like any
client."""

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, unquote, urlsplit

from reelmill import app as house
from reelmill.cli import demo_plan as plan
from reelmill.cli import demo_view as view
from reelmill.cli.client import Client
from reelmill.cli.keys import Pair
from reelmill.core import clock
from reelmill.core.errors import Failure, ReelMillError, SettingError
from reelmill.core.matching import extensions
from reelmill.core.model import MediaInfo, ObjectRef
from reelmill.core.urls import location_of
from reelmill.media import examine, probe, quality
from reelmill.media.run import Runner
from reelmill.media.tools import Tools
from reelmill.nodes import transcode
from reelmill.objects import fetch
from reelmill.objects.buckets import Bucket
from reelmill.objects.folders import Folders
from reelmill.settings import Settings

CLIP = Path(__file__).parent / "clips" / "big_buck_bunny.mp4"
_POLL_SECONDS = 0.25
_NOTICE_SECONDS = (
    60.0  # a file whose writer is done is noticed within milliseconds; far longer means that something is wrong
)
_VMAF_SECONDS = 10.0
_FINAL = ("Completed", "Success", "Fail")


class Failed(ReelMillError):
    """The story cannot go on; the message says why."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What the server was told to do with files of the input bucket."""

    workflow: str
    types: dict[str, str]  # activity -> type, in the order of the topology
    chosen: list[plan.Rendition]


async def run(settings: Settings, pair: Pair, file: Path | None, *, stay: bool) -> NoReturn:
    """Serve, tell the story of `file` (an absolute path; None: the clip that ships with ReelMill), and (with `stay`) go
    on serving until Ctrl-C.

    Ends the process: 0 when every activity succeeded, 1 when not, 130 when interrupted before. SettingError for a file
    that cannot be used."""
    stage = view.View()
    tools = Tools(settings.ffmpeg or "", settings.ffprobe or "")
    clip = file or CLIP
    info = await _look_at(clip, tools)
    verdict: list[int] = []

    async def story(running: Any) -> None:
        client = Client(running.base_url, pair.id, pair.secret)
        try:
            verdict.append(await _tell(stage, settings, client, running.base_url, clip, info, tools))
        except ReelMillError as error:
            if not running.is_ready:  # interrupted: the server went away under the story, which is no fault
                return
            stage.say(f"The demo cannot go on: {error}")
            verdict.append(1)
        finally:
            client.close()
        if stay:
            stage.say(
                f"The console: {running.base_url}/-/console/ (sign in with the pair that ./mill admin key --home "
                f"{settings.home} shows)"
            )
            stage.say("Serving until Ctrl-C.")
        else:
            running.stop()

    stories: list[asyncio.Task[None]] = []

    async def begin(running: Any) -> None:
        stories.append(asyncio.create_task(story(running)))  # a task of its own: the server must go on answering it

    ended = await house.serve(settings, on_ready=begin)
    for task in stories:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    if not ended and not verdict:
        stage.say("Interrupted. What was under way goes on at the next start.")
    house.leave(ended or (verdict[0] if verdict else 130))


async def _look_at(clip: Path, tools: Tools) -> MediaInfo:
    found = await examine.examine(Runner(), tools, "demo", str(clip))
    if isinstance(found, Failure):
        raise SettingError(f"{clip.name} cannot be used: {found.message} {found.advice}")
    info = probe.parse(found.raw)
    plan.renditions(info)  # complains about a file without a picture before anything is started
    return info


async def _tell(
    stage: view.View, settings: Settings, client: Client, base: str, clip: Path, info: MediaInfo, tools: Tools
) -> int:
    stage.say(f"ReelMill is ready at {base} (home {settings.home}).")
    buckets = Folders(settings.home / "buckets")
    into = buckets[plan.IN]
    setup = await asyncio.to_thread(_prepare, client, location_of(settings.region), info)
    sizes = ", ".join(r.name for r in setup.chosen)
    stage.say(
        f"Input bucket {plan.IN}, output bucket {plan.OUT}, and an active workflow: {sizes}, a cover, an HLS "
        f"package, then published."
    )
    key = plan.object_name(
        clip.name, [key for key, _ in into.listing(plan.PREFIX)], extensions(settings.trigger_extensions)
    )
    began = clock.monotonic()
    await asyncio.to_thread(_copy, clip, into, key, settings.home)
    stage.say(f"Copied {clip.name} to {into.whereabouts()}/{key}")
    with stage:
        execution = await _follow(stage, client, setup, key)
    stage.say(f"The run ended after {clock.monotonic() - began:.1f} s: {execution['State']}.")
    bad = _unsuccessful(execution, setup)
    for activity in bad:
        stage.say(f"  {activity}")
    with tempfile.TemporaryDirectory(dir=settings.home) as cache:
        local = partial(fetch.fetch, buckets, cache=Path(cache))
        results = await _results(client, execution, setup, local, clip, tools, info)
    if results:
        stage.table(results)
    if bad:
        return 1
    master = plan.MASTER.replace("{RunId}", execution["RunId"])
    stage.say(f"Watch it: {base}/-/player?src=/{plan.OUT}/{quote(master)}")
    return 0


def _prepare(client: Client, location: str, info: MediaInfo) -> Setup:
    """Buckets, pipeline, templates and workflow; what an earlier demo left under the same names is replaced."""
    client.call("BindInputBucket", Bucket=plan.IN)
    client.call("BindOutputBucket", Bucket=plan.OUT)
    for flow in client.call("SearchMediaWorkflow", PageSize=100, StateList="Active,Inactive")["MediaWorkflowList"][
        "MediaWorkflow"
    ]:
        if flow["Name"] == plan.NAME:
            client.call("DeleteMediaWorkflow", MediaWorkflowId=flow["MediaWorkflowId"])
    for template in client.call("SearchTemplate", PageSize=100, State="Normal", NamePrefix=plan.NAME + " ")[
        "TemplateList"
    ]["Template"]:
        client.call("DeleteTemplate", TemplateId=template["Id"])
    known = client.call("SearchPipeline", PageSize=100, State="Active")["PipelineList"]["Pipeline"]
    pipeline = (
        next((p["Id"] for p in known if p["Name"] == plan.NAME), None)
        or client.call("AddPipeline", Name=plan.NAME)["Pipeline"]["Id"]
    )
    chosen = [(r, client.call("AddTemplate", **r.template)["Template"]["Id"]) for r in plan.renditions(info)]
    drawing = plan.topology(pipeline, location, chosen, bool(info.audio))
    flow = client.call("AddMediaWorkflow", Name=plan.NAME, Topology=drawing, TriggerMode="OssAutoTrigger")[
        "MediaWorkflow"
    ]
    return Setup(
        flow["MediaWorkflowId"], {name: a["Type"] for name, a in drawing["Activities"].items()}, [r for r, _ in chosen]
    )


def _copy(source: Path, bucket: Bucket, key: str, home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=home) as folder:  # the bucket may take the file over: it gets one of its own
        copy = Path(folder) / "clip"
        shutil.copyfile(source, copy)
        bucket.put([(copy, key)], "demo")


async def _follow(stage: view.View, client: Client, setup: Setup, key: str) -> dict[str, Any]:
    """Show the run of this object until it has ended; its final state as the API tells it."""
    began = clock.monotonic()
    while True:
        listed = await asyncio.to_thread(client.call, "ListMediaWorkflowExecutions", MediaWorkflowId=setup.workflow)
        runs = [
            r
            for r in listed["MediaWorkflowExecutionList"]["MediaWorkflowExecution"]
            if unquote(r["Input"]["InputFile"]["Object"]) == key
        ]
        if runs:
            break
        if clock.monotonic() - began > _NOTICE_SECONDS:
            raise Failed(
                f"the file was not noticed within {_NOTICE_SECONDS:.0f} s. Does ./mill doctor find something? The "
                f"log is in HOME/logs."
            )
        await asyncio.sleep(_POLL_SECONDS / 5)
    stage.say(f"Noticed: run {runs[0]['RunId']}")
    async for execution, percents in _states(client, runs[0]["RunId"]):
        stage.show(view.steps(setup.types, execution["ActivityList"]["Activity"], percents))
        if execution["State"] in _FINAL:
            return execution
    raise AssertionError("states never end before the run does")


async def _states(client: Client, run_id: str) -> AsyncIterator[tuple[dict[str, Any], dict[str, int]]]:
    while True:
        answer = await asyncio.to_thread(client.call, "QueryMediaWorkflowExecutionList", RunIds=run_id)
        execution = answer["MediaWorkflowExecutionList"]["MediaWorkflowExecution"][0]
        ids = [
            a["JobId"]
            for a in execution["ActivityList"]["Activity"]
            if a["Type"] == transcode.NODE.name and a.get("JobId")
        ]
        jobs = (
            (await asyncio.to_thread(client.call, "QueryJobList", JobIds=",".join(ids)))["JobList"]["Job"]
            if ids
            else []
        )
        yield execution, {job["JobId"]: int(job.get("Percent") or 0) for job in jobs}
        await asyncio.sleep(_POLL_SECONDS)


def _unsuccessful(execution: dict[str, Any], setup: Setup) -> list[str]:
    """One sentence for every activity that did not succeed."""
    done = {a["Name"]: a for a in execution["ActivityList"]["Activity"]}
    found = []
    for name, kind in setup.types.items():
        a = done.get(name, {"State": "not begun"})
        if a["State"] != "Success":
            found.append(f"{name} ({kind}): {a['State']} {a.get('Code') or ''} {a.get('Message') or ''}".rstrip())
    return found


async def _results(
    client: Client,
    execution: dict[str, Any],
    setup: Setup,
    local: Callable[[ObjectRef], Path],
    clip: Path,
    tools: Tools,
    info: MediaInfo,
) -> list[view.Result]:
    """What was made, measured by the copies that `local` gives."""
    media = await asyncio.to_thread(client.call, "QueryMediaList", MediaIds=execution["MediaId"], IncludePlayList=True)
    plays = {
        p["ActivityName"]: p
        for p in media["MediaList"]["Media"][0]["PlayList"]["Play"]
        if execution["RunId"] in unquote(p["File"]["URL"])
    }
    found = []
    for rendition in setup.chosen:
        if play := plays.get(rendition.name):
            key = unquote(urlsplit(play["File"]["URL"]).path).split(f"/{plan.OUT}/", 1)[-1].lstrip("/")
            copy = await asyncio.to_thread(local, ObjectRef(plan.OUT, "", key))
            vmaf = await _vmaf(tools, clip, copy, info)
            found.append(
                view.Result(
                    rendition.name, f"{play['Width']}x{play['Height']}", int(play["Size"]), float(play["Bitrate"]), vmaf
                )
            )
    return found


async def _vmaf(tools: Tools, source: Path, output: Path, info: MediaInfo) -> float | None:
    """Mean VMAF of the first seconds; None when this ffmpeg cannot measure it or the comparison fails."""
    picture = info.video[0]
    if not tools.has("libvmaf"):
        return None
    argv = quality.vmaf_argv(str(output), str(source), picture, _VMAF_SECONDS)
    ran = await Runner().run("demo", [tools.path("ffmpeg"), *argv])
    return quality.parse_vmaf(ran.log) if ran.returncode == 0 else None
