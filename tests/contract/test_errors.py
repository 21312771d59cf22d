"""Every error that an operation is said to answer, provoked: errors.json holds a row for each, with the request that
must be refused so. A word that begins with $ stands for a thing that is there (or was)."""

import json
import shlex
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

import databases
from clips import clip, tools
from contract import logo_samples
from reelmill.api import ops, table, texts
from reelmill.cli.client import Client, Refused
from reelmill.core.errors import CODES
from reelmill.services import accounts
from reelmill.store import migrate
from running import KEY, LOCATION, Running, until

CASES = json.loads((Path(__file__).parent / "errors.json").read_text(encoding="utf-8"))
ROWS: list[list[Any]] = CASES["rows"]
THEIRS = ("LTAItheirs0000", "theirsecret0123")
MISSING = "0" * 32
PRESET = "S00000001-200010"


def place(key: str) -> dict[str, str]:
    return {"Bucket": "cin", "Location": LOCATION, "Object": key.replace("/", "%2F")}


def drawn(pipeline: str, template: str = PRESET, bucket: str = "cin", **more: Any) -> dict[str, Any]:
    output = {"OutputObject": "{RunId}%2Fx.mp4", "TemplateId": template}
    activities = {
        "start": {
            "Type": "Start",
            "Parameters": {
                "PipelineId": pipeline,
                "InputFile": {"Bucket": bucket, "Location": LOCATION, "ObjectPrefix": "up/"},
            },
        },
        "hd": {
            "Type": "Transcode",
            "Parameters": {"OutputBucket": "cout", "OutputLocation": LOCATION, "Outputs": [output]},
        },
        "end": {"Type": "Report", "Parameters": {}},
    }
    return {
        "Activities": activities | more.get("activities", {}),
        "Dependencies": {"start": ["hd"], "hd": ["end"], "end": []} | more.get("dependencies", {}),
    }


class HostContext:
    """A server on which everything that the rows name is there. `names` holds their values."""

    def __init__(self, home: Path, **settings: Any):
        wrapper = home / "ffmpeg"
        home.mkdir()
        self.slow, self.stuck = (
            home / "slow",
            home / "stuck",
        )  # while the one is there, ffmpeg does not get on, and makes the other
        wrapper.write_text(
            f"#!/bin/sh\n[ -e {shlex.quote(str(self.slow))} ] && touch {shlex.quote(str(self.stuck))} && exec sleep "
            f'60\nexec {shlex.quote(str(tools().path("ffmpeg")))} "$@"\n'
        )
        wrapper.chmod(0o755)
        migrate.upgrade(databases.of_home(home))
        database = databases.opened(home)
        accounts.ensure_key(database, *THEIRS, "theirs")
        database.close()
        self.server = Running(home, ffmpeg=wrapper, ai="true", apprise="true", **settings)
        self.server.start()
        self.call, self.theirs = self.server.client.call, Client(self.server.url, *THEIRS)
        self.names: dict[str, Any] = {
            "missing": MISSING,
            "url": self.server.url,
            "good": f"{self.server.url}/cin/up/good.mp4",
            "own_key": KEY,
            "last_administrator": THEIRS[0],
            "many": ",".join(f"{n:032x}" for n in range(201)),
            "eleven": ",".join(f"{n:032x}" for n in range(11)),
            "input": place("up/good.mp4"),
            "bad_input": place("up/bad.mp4"),
            "silent_input": place("up/silent.mp4"),
            "picture": {"OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "x.jpg"}, "Time": "0"},
            "pictures": {
                "OutputFile": {"Bucket": "cout", "Location": LOCATION, "Object": "x{Count}.jpg"},
                "Time": "0",
                "Num": "2",
                "Interval": "1",
            },
        } | {f"long{n}": "x" * n for n in (65, 129, 1025)}
        self.call("BindInputBucket", Bucket="cin")
        self.call("BindOutputBucket", Bucket="cout")
        self.theirs.call("BindInputBucket", Bucket="theirs")
        for key, name in (
            ("up/good.mp4", "base.mp4"),
            ("down/good.mp4", "base.mp4"),
            ("up/bad.mp4", "truncated_nomoov.mp4"),
            ("up/silent.mp4", "no_audio.mp4"),
        ):
            self.server.put("cin", key, clip(name))
        self.names |= {"pipeline": self._pipeline("p"), "paused": self._pipeline("q", "Paused")}
        self.names["their_pipeline"] = self.theirs.call("AddPipeline", Name="t")["Pipeline"]["Id"]
        self.jobs([{}], PipelineId=self.names["paused"])
        self.names["prints"] = self.call("AddPipeline", Name="f", Speed="AIVideoFPShot")["Pipeline"]["Id"]
        self.names["covers"] = self.call("AddPipeline", Name="c", Speed="AIVideoCover")["Pipeline"]["Id"]
        self.names["eyes"] = self.call("AddPipeline", Name="r", Speed="AIVideoCensor")["Pipeline"]["Id"]
        self.names["words"] = self.call("AddCensorWordList", Name="w", Words='["x"]', Label="ad", Suggestion="block")[
            "CensorWordList"
        ]["Id"]
        self.names |= logo_samples.fill(self.server, self.theirs)
        self.names["large_input"] = place("large.png")
        self.names["larger_input"] = place("larger.png")
        asked = {
            "Input": self.names["input"],
            "PipelineId": self.names["eyes"],
            "VideoCensorConfig": {"SaveType": "all"},
        }
        self.names["censor"] = self.call("SubmitMediaCensorJob", **asked)["JobId"]
        self.names["library"] = self.call("CreateFpShotDB", Name="l")["FpShotDB"]["FpDBId"]
        self.names["watermark"] = self.call("AddWaterMarkTemplate", Name="w", Config={"Type": "Image"})[
            "WaterMarkTemplate"
        ]["Id"]
        hooks = {"webhook": ("http://8.8.8.8/", "Plain"), "chat": ("mailto://u:password@example.org", "Apprise")}
        for name, (url, form) in hooks.items():  # of an event that does not come
            made = self.call("AddWebhook", Url=url, Format=form, Events="execution.waiting")
            self.names[name] = made["Webhook"]["WebhookId"]
        self.names["template"] = self.call("AddTemplate", Name="t", Video={})["Template"]["Id"]
        self._topologies()
        self.names["workflow"] = self._workflow("errors")

    def _pipeline(self, name: str, state: str = "Active") -> str:
        made = str(self.call("AddPipeline", Name=name)["Pipeline"]["Id"])
        self.call("UpdatePipeline", PipelineId=made, Name=name, State=state)
        return made

    def _workflow(self, name: str) -> str:
        return str(
            self.call("AddMediaWorkflow", Name=name, Topology=self.names["topology"], TriggerMode="NotInAuto")[
                "MediaWorkflow"
            ]["MediaWorkflowId"]
        )

    def _run(self, workflow: str) -> str:
        media = self.call("AddMedia", FileURL=self.names["good"], MediaWorkflowId=workflow)["Media"]
        return str(media["RunIdList"]["RunId"][0])

    def _topologies(self) -> None:
        pipeline = self.names["pipeline"]
        self.names |= {
            "topology": drawn(pipeline),
            "topology_without_pipeline": drawn(MISSING),
            "topology_without_bucket": drawn(pipeline, bucket="unbound"),
            "topology_of_theirs": drawn(self.names["their_pipeline"]),
            "topology_without_template": drawn(pipeline, MISSING),
            "topology_with_summary": drawn(
                pipeline,
                activities={"look": {"Type": "Summary", "Parameters": {}}},
                dependencies={"start": ["look"], "look": ["hd"]},
            ),
            "topology_in_a_circle": drawn(pipeline, dependencies={"hd": ["end", "hd"]}),
        }

    def fill(self) -> "HostContext":
        """What was there and is gone, what has ended, what belongs to somebody else."""
        self.names["idle_workflow"] = self._workflow("idle")
        self.call("DeactivateMediaWorkflow", MediaWorkflowId=self.names["idle_workflow"])
        self.names["gone_workflow"] = self._workflow("gone")
        self.names["gone_run"] = self._run(self.names["gone_workflow"])
        held = self.call("AddMediaWorkflow", Name="held", Topology=drawn(self.names["paused"]), TriggerMode="NotInAuto")
        self.names["held_run"] = self._run(held["MediaWorkflow"]["MediaWorkflowId"])
        self.call("DeleteMediaWorkflow", MediaWorkflowId=self.names["gone_workflow"])
        self.names["gone_pipeline"] = self._pipeline("gone")
        self.call("DeletePipeline", PipelineId=self.names["gone_pipeline"])
        self.names["gone_template"] = self.call("AddTemplate", Name="gone", Video={})["Template"]["Id"]
        self.call("DeleteTemplate", TemplateId=self.names["gone_template"])
        self.names["gone_watermark"] = self.call("AddWaterMarkTemplate", Name="gone", Config={"Type": "Image"})[
            "WaterMarkTemplate"
        ]["Id"]
        self.call("DeleteWaterMarkTemplate", WaterMarkTemplateId=self.names["gone_watermark"])
        self._versions()
        self.names["their_template"] = self.theirs.call("AddTemplate", Name="x", Video={})["Template"]["Id"]
        self.theirs.call("BindOutputBucket", Bucket="theirs-out")
        theirs = json.loads(
            json.dumps(drawn(self.names["their_pipeline"], bucket="theirs")).replace("cout", "theirs-out")
        )
        self.names["their_workflow"] = self.theirs.call("AddMediaWorkflow", Name="x", Topology=theirs)["MediaWorkflow"][
            "MediaWorkflowId"
        ]
        self.names["key"] = self.call("AddAccessKey", Role="viewer")["AccessKey"]["AccessKeyId"]
        self._media()
        self._work()
        return self

    def _versions(self) -> None:
        """Workflows whose first version cannot be had again: its template is gone, its name is taken."""
        topology = self.names["topology"]
        template = self.call("AddTemplate", Name="of old", Video={})["Template"]["Id"]
        old = {"Name": "old", "Topology": drawn(self.names["pipeline"], template)}
        self.names["old_workflow"] = self.call("AddMediaWorkflow", **old)["MediaWorkflow"]["MediaWorkflowId"]
        self.names["renamed_workflow"] = self._workflow("once")
        for name, called in (("old_workflow", "old"), ("renamed_workflow", "now")):
            one = {"MediaWorkflowId": self.names[name], "Name": called, "Topology": topology, "WhileActive": True}
            self.call("UpdateMediaWorkflow", **one)
        self.call("DeleteTemplate", TemplateId=template)
        self._workflow("once")
        asked = {"MediaWorkflowId": self.names["workflow"], "DryRun": True}
        made = self.names["backfill"] = self.call("SubmitBackfillJob", **asked)["BackfillJob"]["JobId"]
        query = partial(self.call, "QueryBackfillJobList", JobIds=made)
        until(lambda: query()["BackfillJobList"][0]["State"] == "Success", 30, "it is listed")

    def _media(self) -> None:
        for name, key, tags in (
            ("media", "up/good.mp4", ""),
            ("gone_media", "down/good.mp4", ""),
            ("full_media", "up/silent.mp4", ",".join(str(n) for n in range(16))),
        ):
            self.names[name] = self.call("AddMedia", FileURL=f"{self.server.url}/cin/{key}", Tags=tags or None)[
                "Media"
            ]["MediaId"]
        self.call("DeleteMedia", MediaIds=self.names["gone_media"])
        run = self.call("AddMedia", FileURL=self.names["good"], MediaWorkflowId=self.names["workflow"])["Media"][
            "RunIdList"
        ]["RunId"][0]
        ended = lambda: (  # noqa: E731
            self.call("QueryMediaWorkflowExecutionList", RunIds=run)["MediaWorkflowExecutionList"][
                "MediaWorkflowExecution"
            ][0]["State"]
            != "Running"
        )
        until(ended, 60, "the run has ended")
        self.names["run"] = run

    def _work(self) -> None:
        self.server.put("theirs", "a.mp4", clip("base.mp4"))
        asked = {
            "Input": {"Bucket": "theirs", "Location": LOCATION, "Object": "a.mp4"},
            "OutputBucket": "theirs-out",
            "PipelineId": self.names["their_pipeline"],
        }
        self.theirs.call("UpdatePipeline", PipelineId=self.names["their_pipeline"], Name="t", State="Paused")
        job = self.theirs.call("SubmitJobs", Outputs=[{"OutputObject": "x.mp4", "TemplateId": PRESET}], **asked)[
            "JobResultList"
        ]["JobResult"][0]["Job"]
        self.names["their_job"] = job["JobId"]
        (self.names["done_job"],) = self.jobs([{}])
        (self.names["failed_job"],) = self.jobs([{}], Input=place("up/bad.mp4"))
        self._wait(done_job="TranscodeSuccess", failed_job="TranscodeFail")
        self.slow.touch()
        (self.names["running_job"],) = self.jobs([{}])
        until(self.stuck.exists, 60, "ffmpeg has begun")
        self.slow.unlink()

    def _wait(self, **states: str) -> None:
        until(
            lambda: all(self.job(self.names[name])["State"] == state for name, state in states.items()), 60, str(states)
        )

    def job(self, job_id: str) -> dict[str, Any]:
        return dict(self.call("QueryJobList", JobIds=job_id)["JobList"]["Job"][0])

    def asked(self, **changes: Any) -> dict[str, Any]:
        """The parameters of a SubmitJobs that is right."""
        return {
            "Input": self.names["input"],
            "OutputBucket": "cout",
            "PipelineId": self.names["pipeline"],
            "Outputs": [self.output()],
        } | changes

    def output(self, **changes: Any) -> dict[str, Any]:
        return {"OutputObject": "{FileName}.mp4", "TemplateId": PRESET} | changes

    def jobs(self, outputs: list[dict[str, Any]], **changes: Any) -> list[str]:
        results = self.call("SubmitJobs", **self.asked(Outputs=[self.output(**o) for o in outputs], **changes))[
            "JobResultList"
        ]["JobResult"]
        return [r["Job"]["JobId"] for r in results]

    def put_in(self, value: Any) -> Any:
        """The value with the things in place of their names."""
        if isinstance(value, dict):
            return {key: self.put_in(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.put_in(inner) for inner in value]
        if not isinstance(value, str) or "$" not in value:
            return value
        if value[1:] in self.names:
            return self.names[value[1:]]
        for name in sorted(self.names, key=len, reverse=True):
            value = value.replace(f"${name}", str(self.names[name]))
        assert "$" not in value
        return value


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostContext]:
    world = HostContext(tmp_path_factory.mktemp("errors") / "home")
    yield world.fill()
    world.server.kill()


@pytest.fixture(scope="module")
def tight(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HostContext]:
    """A server on which one of each thing is allowed, and is there."""
    world = HostContext(
        tmp_path_factory.mktemp("tight") / "home", workflow_quota=1, template_quota=1, watermark_quota=1, queue_quota=1
    )
    yield world
    world.server.kill()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[1]}-{json.dumps(row[2], ensure_ascii=True)[:60]}")
def test_the_operation_is_refused_as_it_is_said(row: list[Any], request: pytest.FixtureRequest) -> None:
    action, code, asked, *where = row
    world: HostContext = request.getfixturevalue("tight" if where == ["tight"] else "wide")
    values = world.put_in(asked)
    values = (
        world.asked(**values["$job"])
        if "$job" in values
        else world.asked(Outputs=[world.output(**values["$output"]), world.output()])
        if "$output" in values
        else values
    )
    client = world.theirs if where == ["their key"] else world.server.client
    if where and where[0].startswith("job"):  # it was made inside the request, and failed
        if "slow" in where[0]:
            world.slow.touch()
        try:
            (job,) = (v for v in client.call(action, **values).values() if isinstance(v, dict))
        finally:
            world.slow.unlink(missing_ok=True)
        assert (job["State"], job["Code"]) == ("Fail", code)
        message, problems = job["Message"], [{"Path": job["Message"]}]
    elif where == ["element"]:
        bad, good = client.call(action, **values | {"PipelineId": world.names["paused"]})["JobResultList"]["JobResult"]
        assert (bad["Success"], bad["Code"], good["Success"]) == (False, code, True) and "Job" not in bad
        message, problems = bad["Message"], [{"Path": bad["Message"]}]
    else:
        with pytest.raises(Refused) as refusal:
            client.call(action, **values)
        answer = refusal.value.answer
        assert answer["Code"] == code, answer["Message"]
        assert answer["RequestId"] and answer["HostId"]
        message, problems = answer["Message"], answer.get("Problems", [])
    before, _, after = CODES[code][1].partition("%s")
    assert message
    names_the_place = any(p["Path"] in message for p in problems)  # of a document; else it reads as MPS's own
    assert names_the_place or (before in message and after in message), message


@pytest.mark.parametrize(("source", "output", "code"), CASES["jobs"])
def test_a_job_that_cannot_be_done_fails_with_its_code(
    wide: HostContext, source: str, output: dict[str, Any], code: str
) -> None:
    (job,) = wide.jobs([output], Input=wide.put_in(source))
    until(lambda: wide.job(job)["State"] == "TranscodeFail", 60, "it has failed")
    assert wide.job(job)["Code"] == code and wide.job(job)["Message"]


def test_every_error_that_the_pages_tell_has_a_row() -> None:
    """What follows from a parameter's type alone is tried for every parameter in test_limits."""
    told = {(name, code) for name in ops.registered() for code in texts.own_errors(name)}
    assert told - {(row[0], row[1]) for row in ROWS} == set()


def test_every_error_in_a_row_is_told_on_the_page_of_the_operation() -> None:
    silent = set()
    for action, code, *_ in ROWS:
        operation = table.operations()[action]
        if code not in texts.errors(action, {p.name: p for p in operation.parameters}, operation.access):
            silent.add((action, code))
    assert silent == set()


def test_every_code_is_provoked_somewhere_and_those_that_cannot_be_have_a_reason() -> None:
    here = {row[1] for row in ROWS} | {code for *_, code in CASES["jobs"]}
    tests = "\n".join(
        path.read_text(encoding="utf-8")
        for path in Path(__file__).parents[1].rglob("test_*.py")
        if path != Path(__file__)
    )
    assert [code for code in CODES if code not in here and f'"{code}"' not in tests] == []
    never = {code.strip() for codes in CASES["never"] for code in codes.split(",")}
    assert never & CODES.keys() == set()
