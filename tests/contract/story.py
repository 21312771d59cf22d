"""One life of a house, told through an SDK: every operation that is built is called with every field that the SDK can
send.

The tests look at what was sent and what came back; a new operation that this story does not tell makes them fail by
name.
"""

import json
from collections import defaultdict
from typing import Any

from mns.queue import QueueMeta

from clips import clip
from contract import story_looks
from contract.sdks import NewSdk, OldSdk, Refusal
from contract.story_samples import (
    MISSING,
    OTHER_TEMPLATES,
    SECTIONS,
    TEMPLATE,
    WATERMARK,
    audited,
    coded,
    edits,
    emblem,
    logo_picture,
    rich,
    said,
    subtitles,
    words,
)
from messages.receiving import account
from reelmill.api import ops
from running import LOCATION, Listener, Running, until

UNDER_WAY = ("Submitted", "Transcoding", "Snapshoting", "Analyzing", "Queuing", "Analysing")


class Story:
    """What was said. `sent`: operation -> fields of requests that were accepted; `heard`: operation -> answers;
    `asked`: what was sent for each of them."""

    def __init__(self, sdk: NewSdk | OldSdk, server: Running, listener: Listener):
        self._sdk, self._server, self._listener, self._tag = sdk, server, listener, sdk.name
        self.sent: dict[str, set[str]] = defaultdict(set)
        self.heard: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.asked: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self.sources, self.outputs = f"{self._tag}-in", f"{self._tag}-out"

    def say(self, action: str, **values: Any) -> dict[str, Any]:
        """Call an operation that must accept; nothing when it is not built."""
        if action not in ops.registered():
            return {}
        answer = self._sdk.call(action, **values)
        self.sent[action] |= values.keys()
        self.heard[action].append(answer)
        self.asked[action].append(values)
        return answer

    def pages(self, action: str, **values: Any) -> None:
        """A list by its first two pages of one element each."""
        token = self.say(action, **values, MaximumPageSize=1).get("NextPageToken")
        assert token, f"{action} has more than one page"
        self.say(action, **values, MaximumPageSize=1, NextPageToken=token)

    def tell(self) -> "Story":
        """All of it."""
        self._buckets()
        self._queues()
        self._templates()
        self._watermarks()
        self._workflows()
        self._executions()
        self._media()
        self._transcodes()
        self._snapshots()
        story_looks.infos(self, self.pipeline, self.telling)
        story_looks.analyses(self, self.pipeline, self.telling)
        story_looks.fingerprints(self)
        story_looks.covers(self, self.outputs)
        story_looks.reviews(self, self.outputs, self._server.client.call)
        self._endings()
        return self

    def _buckets(self) -> None:
        self.say("BindInputBucket", Bucket=self.sources, Referer="http://r")
        self.say("BindOutputBucket", Bucket=self.outputs)
        self.pages("ListAllMediaBucket")
        for kind, more in (("Input", {"RoleArn": "acs:ram::1:role/x"}), ("Output", {})):
            self.say(f"Bind{kind}Bucket", Bucket=f"{self._tag}-other")
            self.say(f"Unbind{kind}Bucket", Bucket=f"{self._tag}-other", **more)

    def _queues(self) -> None:
        notify = json.dumps({"QueueName": "q", "Topic": "t", "MqTopic": "m", "MqTag": "g"})
        made = self.say("AddPipeline", Name="queue", NotifyConfig=notify, Role="R", Speed="Standard", SpeedLevel=2)[
            "Pipeline"
        ]["Id"]
        self.pipeline, self.paused = made, self.say("AddPipeline", Name="paused")["Pipeline"]["Id"]
        # the queue and the topic of that one are not there; this one tells a queue that is
        account(self._server).get_queue("story").create(QueueMeta())
        told = json.dumps({"QueueName": "story"})
        self.telling = self.say("AddPipeline", Name="telling", NotifyConfig=told)["Pipeline"]["Id"]
        self.say("UpdatePipeline", PipelineId=made, Name="queue 1", State="Active", NotifyConfig=notify, Role="R2")
        self.say("UpdatePipeline", PipelineId=self.paused, Name="paused", State="Paused")
        self.say("QueryPipelineList", PipelineIds=f"{made},{MISSING}")
        self.say("SearchPipeline", State="Active", PageNumber=1, PageSize=5)
        self.say("DeletePipeline", PipelineId=self.say("AddPipeline", Name="short")["Pipeline"]["Id"])

    def _templates(self) -> None:
        made = self.say("AddTemplate", Name="all", **SECTIONS)["Template"]["Id"]
        self.say("UpdateTemplate", TemplateId=made, Name="all fields", **SECTIONS)
        others = [
            self.say("AddTemplate", Name="all others", **{k: json.dumps(v) for k, v in one.items()})["Template"]["Id"]
            for one in OTHER_TEMPLATES
        ]
        for one, body in zip(others, OTHER_TEMPLATES, strict=True):
            self.say("UpdateTemplate", TemplateId=one, Name="all others", **{k: json.dumps(v) for k, v in body.items()})
        self.say("QueryTemplateList", TemplateIds=",".join([made, *others, MISSING]))
        self.say("SearchTemplate", State="Normal", NamePrefix="all", PageNumber=1, PageSize=50)
        self.template, gone = made, self.say("AddTemplate", Name="short", Video="{}")["Template"]["Id"]
        self.say("DeleteTemplate", TemplateId=gone)

    def _watermarks(self) -> None:
        config = json.dumps(WATERMARK)
        self.watermark = self.say("AddWaterMarkTemplate", Name="mark", Config=config)["WaterMarkTemplate"]["Id"]
        self.say("UpdateWaterMarkTemplate", WaterMarkTemplateId=self.watermark, Name="mark 1", Config=config)
        self.say("QueryWaterMarkTemplateList", WaterMarkTemplateIds=f"{self.watermark},{MISSING}")
        self.say("SearchWaterMarkTemplate", State="Normal", PageNumber=1, PageSize=5)
        self.say(
            "DeleteWaterMarkTemplate",
            WaterMarkTemplateId=self.say("AddWaterMarkTemplate", Name="short", Config=config)["WaterMarkTemplate"][
                "Id"
            ],
        )

    def _workflows(self) -> None:
        def shot(name: str, **more: str) -> dict[str, Any]:
            where = {"Bucket": self.outputs, "Location": LOCATION, "Object": f"{{RunId}}/{name}"}
            return {
                "Type": "Snapshot",
                "Parameters": {
                    "SnapshotConfig": {"OutputFile": where, "Time": "0", **more},
                    "MediaCover": "true" if not more else "false",
                },
            }

        output = {"OutputObject": "{RunId}%2F{FileName}", "TemplateId": self.template, "UserData": "u"}
        start = {
            "PipelineId": self.pipeline,
            "InputFile": {"Bucket": self.sources, "Location": LOCATION, "ObjectPrefix": "up/"},
        }
        topology = json.dumps(
            {
                "Activities": {
                    "in": {"Type": "Start", "Parameters": start},
                    "cover": shot("c.jpg"),
                    "shots": shot("s-{Count}.jpg", Interval="1", Num="2"),
                    "hls": {
                        "Type": "Transcode",
                        "Parameters": {"Outputs": [output], "OutputBucket": self.outputs, "OutputLocation": LOCATION},
                    },
                    "out": {"Type": "Report", "Parameters": {"PublishType": "Auto"}},
                },
                "Dependencies": {
                    "in": ["hls", "cover", "shots"],
                    "hls": ["out"],
                    "cover": ["out"],
                    "shots": ["out"],
                    "out": [],
                },
            }
        )
        self.flow_name = f"flow {self._tag}"
        self.flow = self.say("AddMediaWorkflow", Name="flow", Topology=topology, TriggerMode="NotInAuto")[
            "MediaWorkflow"
        ]["MediaWorkflowId"]
        self.say("DeactivateMediaWorkflow", MediaWorkflowId=self.flow)
        self.say(
            "UpdateMediaWorkflow",
            MediaWorkflowId=self.flow,
            Name=self.flow_name,
            Topology=topology,
            TriggerMode="OssAutoTrigger",
        )
        self.say("UpdateMediaWorkflowTriggerMode", MediaWorkflowId=self.flow, TriggerMode="NotInAuto")
        self.say("ActivateMediaWorkflow", MediaWorkflowId=self.flow)
        self.say("QueryMediaWorkflowList", MediaWorkflowIds=f"{self.flow},{MISSING}")
        self.say("SearchMediaWorkflow", StateList="Active,Inactive", PageNumber=1, PageSize=5)
        self.topology = topology

    def _executions(self) -> None:
        self._server.put(self.sources, "up/good.mp4", rich())
        self._server.put(self.sources, "up/film.mp4", story_looks.FILM)
        self._server.put(self.sources, "up/code.mp4", coded())
        self._server.put(self.sources, "audited.png", audited())
        self._server.put(self.sources, "emblem.png", emblem())
        self._server.put(self.sources, "up/said.mp4", said())
        self._server.put(self.sources, "up/bad.mp4", clip("truncated_nomoov.mp4"))
        self.url = f"{self._server.url}/{self.sources}/up/good.mp4"
        cover = f"{self._server.url}/{self.outputs}/c.jpg"
        self._listener.status = 500  # a receiver that is ill while the bad file is begun
        bad = self.say("AddMedia", FileURL=self.url.replace("good.mp4", "bad.mp4"), MediaWorkflowId=self.flow)["Media"]
        until(
            lambda: self._told(bad["RunIdList"]["RunId"][0], "Start").get("ErrorCode"), 30, "the message was not taken"
        )
        for action, values in (
            ("QueryMediaWorkflowExecutionList", {"RunIds": bad["RunIdList"]["RunId"][0]}),
            ("ListMediaWorkflowExecutions", {}),
        ):
            self.say(action, **values)
        self._listener.status = 200
        media = self.say(
            "AddMedia",
            FileURL=self.url,
            MediaWorkflowId=self.flow,
            MediaWorkflowUserData="ud",
            InputUnbind=True,
            OverrideParams="{}",
            CateId=0,
            CoverURL=cover,
            Description="d",
            Tags="a,b",
            Title="t",
        )["Media"]
        self.media, runs = media["MediaId"], [m["RunIdList"]["RunId"][0] for m in (media, bad)]

        def ended() -> bool:
            answer = self._sdk.call("QueryMediaWorkflowExecutionList", RunIds=",".join(runs))[
                "MediaWorkflowExecutionList"
            ]["MediaWorkflowExecution"]
            return (
                all(run["State"] != "Running" for run in answer)
                and self._told(runs[0], "Report").get("MessageId") is not None
            )

        until(ended, 90, "both runs have ended and the good one told so")
        self.say("QueryMediaWorkflowExecutionList", RunIds=",".join([*runs, MISSING]))
        self.say("AddMedia", FileURL=self.url)  # no run; but what the first one found out is known now
        self.pages("ListMediaWorkflowExecutions", MediaWorkflowId=self.flow, MediaWorkflowName=self.flow_name)
        self.say("ListMediaWorkflowExecutions", InputFileURL=self.url)

    def _told(self, run: str, kind: str) -> dict[str, Any]:
        """What became of the message of an activity."""
        (found,) = self._sdk.call("QueryMediaWorkflowExecutionList", RunIds=run)["MediaWorkflowExecutionList"][
            "MediaWorkflowExecution"
        ]
        return next(
            (a.get("MNSMessageResult") or {} for a in found["ActivityList"]["Activity"] if a["Type"] == kind), {}
        )

    def _media(self) -> None:
        flags = dict.fromkeys(
            ("IncludeMediaInfo", "IncludePlayList", "IncludeSnapshotList", "IncludeSummaryList"), True
        )
        self.say("QueryMediaList", MediaIds=f"{self.media},{MISSING}", **flags)
        self.say("QueryMediaListByURL", FileURLs=f"{self.url},{self.url}.none", **flags)
        cover = f"{self._server.url}/{self.outputs}/c.jpg"
        category = (
            self._server.client.call("AddCategory", CateName=self._tag)["Category"]["CateId"]
            if "AddCategory" in ops.registered()
            else 7
        )
        self.say(
            "UpdateMedia", MediaId=self.media, Title="t2", Description="d2", CateId=category, Tags="x", CoverURL=cover
        )
        self.say("UpdateMediaCover", MediaId=self.media, CoverURL=cover)
        self.say("UpdateMediaPublishState", MediaId=self.media, Publish=True)
        self.say("UpdateMediaCategory", MediaId=self.media, CateId=category)
        self.say("AddMediaTag", MediaId=self.media, Tag="more")
        self.say("DeleteMediaTag", MediaId=self.media, Tag="more")

    def source(self, name: str = "up/good.mp4") -> str:
        """The Input of a job, as JSON text."""
        return json.dumps({"Bucket": self.sources, "Location": LOCATION, "Object": name.replace("/", "%2F")})

    def ended(self, action: str, **values: Any) -> None:
        """Say a query again and again until no job of it is under way."""

        def look() -> bool:
            lists = [
                next(iter(v.values())) if isinstance(v, dict) else v for v in self._sdk.call(action, **values).values()
            ]
            jobs = next(found for found in lists if isinstance(found, list) and any(isinstance(e, dict) for e in found))
            return all(j.get("State", j.get("Status")) not in UNDER_WAY for j in jobs)

        until(look, 60, f"the jobs of {action} have ended")
        self.say(action, **values)

    def _transcodes(self) -> None:
        # the API takes back all that it knows: an Output with every field, then a bad one, then one of a file that is
        # none
        output = {
            **TEMPLATE,
            "OutputObject": "o%2F{FileName}.m3u8",
            "TemplateId": self.template,
            "AudioStreamMap": "0:a:1",
            "VideoStreamMap": "0:v:0",
            "Priority": "7",
            "UserData": "u",
        }
        self._server.put(self.sources, "logo.png", logo_picture())
        logo = {
            "InputFile": {"Bucket": self.sources, "Location": LOCATION, "Object": "logo.png"},
            "WaterMarkTemplateId": self.watermark,
        }
        output["WaterMarks"] = [
            {
                **logo,
                **{name: WATERMARK[name] for name in ("Type", "Width", "Height", "Dx", "Dy", "ReferPos", "Timeline")},
            }
        ]
        self._server.put(self.sources, "words.srt", words())
        output |= subtitles(self.sources, self.outputs)
        common = {"PipelineId": self.pipeline, "OutputBucket": self.outputs, "OutputLocation": LOCATION}
        plain = {"OutputObject": "p.mp4", "TemplateId": "S00000001-200010"}
        results = self.say(
            "SubmitJobs",
            Input=self.source(),
            Outputs=json.dumps([output, plain | {"TemplateId": "none"}, plain]),
            **common,
        )["JobResultList"]["JobResult"]
        bad = self.say(
            "SubmitJobs",
            Input=self.source("up/bad.mp4"),
            Outputs=json.dumps([plain]),
            **common | {"PipelineId": self.telling},
        )["JobResultList"]["JobResult"]
        ids = ",".join(r["Job"]["JobId"] for r in (results[0], results[2], bad[0]))
        self.ended("QueryJobList", JobIds=ids)
        self.say("QueryJobList", JobIds=MISSING)
        year = {
            "StartOfJobCreatedTimeRange": "2001-01-01T00:00:00Z",
            "EndOfJobCreatedTimeRange": "2101-01-01T00:00:00.000Z",
        }
        self.pages("ListJob", PipelineId=self.pipeline, State="TranscodeSuccess", **year)
        self.say("ListJob", PipelineId=self.telling, State="All")
        many = [plain | one for one in (*OTHER_TEMPLATES, *edits(self.url, self.template))]
        waiting = self.say(
            "SubmitJobs", Input=self.source(), Outputs=json.dumps(many), **common | {"PipelineId": self.paused}
        )["JobResultList"]["JobResult"]
        asked = [one["Job"]["JobId"] for one in waiting]
        self.say("QueryJobList", JobIds=",".join(asked[:10]))
        self.say("ListJob", PipelineId=self.paused, State="Submitted", MaximumPageSize=50, **year)
        for one in asked:
            self.say("CancelJob", JobId=one)

    def _snapshots(self) -> None:
        where = {"Bucket": self.outputs, "Location": LOCATION}
        single = json.dumps(
            {
                "OutputFile": {**where, "Object": "one.jpg"},
                "Time": "500",
                "FrameType": "normal",
                "Width": "64",
                "Height": "36",
            }
        )
        series = json.dumps(
            {"OutputFile": {**where, "Object": "s%2F{Count}.jpg"}, "Time": "0", "Num": "2", "Interval": "1"}
        )
        sheet = {"Lines": "2", "Columns": "2", "CellWidth": "64", "CellHeight": "36", "Padding": "1", "Margin": "1"}
        sheets = {
            "OutputFile": {**where, "Object": "t%2F{Count}.jpg"},
            "TimeArray": [0, 500, 1000],
            "TileOut": {**sheet, "Color": "White", "IsKeepCellPic": "true", "CellSelStep": "1"},
            "TileOutputFile": {**where, "Object": "t%2Fsheet-{TileCount}.jpg"},
        }
        tiled = self.say("SubmitSnapshotJob", Input=self.source(), SnapshotConfig=json.dumps(sheets))["SnapshotJob"][
            "Id"
        ]
        self.ended("QuerySnapshotJobList", SnapshotJobIds=tiled)
        one = self.say(
            "SubmitSnapshotJob", Input=self.source(), SnapshotConfig=single, PipelineId=self.pipeline, UserData="u"
        )["SnapshotJob"]["Id"]
        two = self.say("SubmitSnapshotJob", Input=self.source(), SnapshotConfig=series, PipelineId=self.pipeline)[
            "SnapshotJob"
        ]["Id"]
        bad = self.say(
            "SubmitSnapshotJob", Input=self.source("up/bad.mp4"), SnapshotConfig=series, PipelineId=self.telling
        )["SnapshotJob"]["Id"]
        self.ended("QuerySnapshotJobList", SnapshotJobIds=f"{one},{two},{bad},{MISSING}")
        self.pages(
            "QuerySnapshotJobList",
            PipelineId=self.pipeline,
            State="Success",
            StartOfJobCreatedTimeRange="2001-01-01T00:00:00Z",
            EndOfJobCreatedTimeRange="2101-01-01T00:00:00Z",
        )
        self.say("SubmitSnapshotJob", Input=self.source(), SnapshotConfig=single, PipelineId=self.telling)
        try:
            self.say("SubmitSnapshotJob", Input=self.source("up/bad.mp4"), SnapshotConfig=single)
        except Refusal as error:
            assert error.code == "InvalidParameter.ResourceContentBad"

    def _endings(self) -> None:
        self.say("DeleteMedia", MediaIds=self.media)
        self.say("DeleteMediaWorkflow", MediaWorkflowId=self.flow)
