"""What the story tells of work that looks at films: fingerprints, covers, reviews."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

from contract.story_samples import ANALYSIS, MISSING
from running import until

FILM = Path(__file__).parents[2] / "src/reelmill/cli/clips/big_buck_bunny.mp4"
_YEAR = {"StartOfJobCreatedTimeRange": "2001-01-01T00:00:00Z", "EndOfJobCreatedTimeRange": "2101-01-01T00:00:00Z"}


class Teller(Protocol):
    """What a part of the story needs of it."""

    def say(self, action: str, **values: Any) -> dict[str, Any]: ...

    def pages(self, action: str, **values: Any) -> None: ...

    def source(self, name: str = "up/good.mp4") -> str: ...

    def ended(self, action: str, **values: Any) -> None: ...


def infos(story: Teller, pipeline: str, telling: str) -> None:
    """Media info, within the request and later; `telling` is a pipeline whose messages arrive."""
    say = story.say
    for one in (pipeline, telling):
        say("SubmitMediaInfoJob", Input=story.source(), Async=False, PipelineId=one)
    more = {"Async": True, "UserData": "u"}
    made = [
        say("SubmitMediaInfoJob", Input=story.source(name), PipelineId=one, **more)["MediaInfoJob"]["JobId"]
        for name, one in (("up/good.mp4", pipeline), ("up/bad.mp4", telling))
    ]
    story.ended("QueryMediaInfoJobList", MediaInfoJobIds=",".join([*made, MISSING]))


def analyses(story: Teller, pipeline: str, telling: str) -> None:
    """Jobs that look for what a film needs."""
    more = {"AnalysisConfig": ANALYSIS, "Priority": "7", "UserData": "u"}
    made = [
        story.say("SubmitAnalysisJob", Input=story.source(name), PipelineId=one, **more)["AnalysisJob"]["Id"]
        for name, one in (("up/good.mp4", pipeline), ("up/bad.mp4", telling))
    ]
    story.ended("QueryAnalysisJobList", AnalysisJobIds=",".join([*made, MISSING]))


def fingerprints(story: Teller) -> None:
    """Libraries: made, filled, asked, emptied, removed."""
    say, source = story.say, story.source("up/film.mp4")
    queue = say("AddPipeline", Name="prints", Speed="AIVideoFPShot")["Pipeline"]["Id"]
    made = say("CreateFpShotDB", Name="films", Description="d", Config="{}", ModelId=1)["FpShotDB"]["FpDBId"]
    say("ListFpShotDB", FpDBIds=f"{made},{MISSING}")

    def submit(key: str, save: str, name: str = "up/film.mp4") -> str:
        config = json.dumps({"FpDBId": made, "PrimaryKey": key, "SaveType": save})
        asked = {"Input": story.source(name), "FpShotConfig": config, "PipelineId": queue, "UserData": "u"}
        return str(say("SubmitFpShotJob", **asked)["JobId"])

    story.ended("QueryFpShotJobList", JobIds=submit("one", "save"))
    ids = f"{submit('two', 'forcesave')},{submit('three', 'nosave', 'up/bad.mp4')},{MISSING}"
    story.ended("QueryFpShotJobList", JobIds=ids)
    story.pages("QueryFpShotJobList", State="Success", PipelineId=queue, **_YEAR)
    first = say("ListFpShotFiles", FpDBId=made, PageSize=1)
    more = {
        "NextPageToken": first["NextPageToken"],
        "StartTime": "2001-01-01T00:00:00Z",
        "EndTime": "2101-01-01T00:00:00Z",
    }
    say("ListFpShotFiles", FpDBId=made, PageSize=1, **more)
    asked = {"FpDBId": made, "FpImportConfig": json.dumps({"SaveType": "onlysave", "PrimaryKey": "four"})}
    brought = [
        say("ImportFpShotJob", Input=one, PipelineId=queue, UserData="u", **asked)["JobId"]
        for one in (source, story.source("up/bad.mp4"))
    ]
    story.ended("ListFpShotImportJob", JobIds=",".join([*brought, MISSING]))
    told = {"PipelineId": queue, "UserData": "u"}
    read = say("CreateFpShotDB", Name="texts", ModelId=2)["FpShotDB"]["FpDBId"]
    told_of = {"Input": story.source("up/said.mp4"), "PipelineId": queue, "UserData": "u"}
    for key in ("said", "again"):
        config = json.dumps({"FpDBId": read, "PrimaryKey": key, "SaveType": "forcesave"})
        story.ended("QueryFpShotJobList", JobIds=say("SubmitFpShotJob", FpShotConfig=config, **told_of)["JobId"])
    one = first["FpShotFileList"]["FpShotFile"][0]["FileId"]
    gone = say("SubmitFpFileDeleteJob", FpDBId=made, FileIds=one, PrimaryKeys="one", **told)["JobId"]
    say("QueryFpFileDeleteJobList", JobIds=f"{gone},{MISSING}")
    down = say("SubmitFpDBDeleteJob", FpDBId=made, DelType="Delete", **told)["JobId"]
    say("QueryFpDBDeleteJobList", JobIds=f"{down},{MISSING}")


def covers(story: Teller, bucket: str) -> None:
    """Jobs of intelligent production."""
    say = story.say
    queue = say("AddPipeline", Name="covers", Speed="AIVideoCover")["Pipeline"]["Id"]
    place = json.loads(story.source("up/film.mp4"))
    source = f"oss://{place['Bucket']}.{place['Location']}.aliyuncs.com/up/film.mp4"
    target = f"oss://{bucket}.{place['Location']}.aliyuncs.com/covers/{{source}}-{{timestamp}}-{{sequenceId}}.jpg"
    asked = {"FunctionName": "Cover", "Output": target, "PipelineId": queue, "UserData": "u"}
    jobs = [
        say("SubmitIProductionJob", Input=one, JobParams=params, **asked)["JobId"]
        for one, params in ((source, "{}"), (source, '{"Model":"gif"}'), (source.replace("film", "bad"), "{}"))
    ]

    def ended() -> bool:
        told = [say("QueryIProductionJob", JobId=one)["State"] for one in jobs]
        return {"Success", "Fail"} >= set(told)

    until(ended, 60, "the covers have ended")


def reviews(story: Teller, bucket: str, ours: Callable[..., dict[str, Any]]) -> None:
    """Word lists (`ours` calls what no SDK knows), and jobs that judge by them."""
    say = story.say
    queue = say("AddPipeline", Name="eyes", Speed="AIVideoCensor")["Pipeline"]["Id"]
    words = {"Words": json.dumps(["lucky spin", "/win [0-9]+/"]), "Label": "ad", "Suggestion": "block"}
    made = ours("AddCensorWordList", Name="offers", **words)["CensorWordList"]["Id"]
    place = json.loads(story.source("up/code.mp4"))
    image = place | {"Object": "logo.png"}
    file = {"Bucket": bucket, "Location": place["Location"], "Object": "review/{FileName}-{Count}.jpg"}
    config = {"OutputFile": file, "Scenes": ["ad", "live", "audio"], "SaveType": "all", "VideoCensor": True}
    config |= {"StoreVideoTimeline": True, "BizType": "common"}
    more = {"Title": "Now L u c k y spin", "Description": "win 100", "Barrages": "hello"}
    asked = {"VideoCensorConfig": json.dumps(config), "PipelineId": queue, "UserData": "u"}
    asked |= more | {"CoverImages": json.dumps([image])}
    jobs = [
        str(say("SubmitMediaCensorJob", Input=story.source(name), **asked)["JobId"])
        for name in ("up/code.mp4", "up/bad.mp4")
    ]
    story.ended("QueryMediaCensorJobList", JobIds=",".join([*jobs, MISSING]))
    span = {"StartOfJobCreatedTimeRange": "2001-01-01T00:00:00Z", "EndOfJobCreatedTimeRange": "2101-01-01T00:00:00Z"}
    story.pages("QueryMediaCensorJobList", State="All", PipelineId=queue, **span)
    first = say("QueryMediaCensorJobDetail", JobId=jobs[0], MaximumPageSize=1)["MediaCensorJobDetail"]
    token = first["VensorCensorResult"]["NextPageToken"]
    say("QueryMediaCensorJobDetail", JobId=jobs[0], MaximumPageSize=1, NextPageToken=token)
    say("QueryMediaCensorJobDetail", JobId=jobs[1])
    picture = {"Input": json.dumps(place | {"Object": "emblem.png"}), "Label": "TV", "Suggestion": "review"}
    mark = ours("AddCensorLogo", Name="emblem", **picture)["CensorLogo"]["Id"]
    audits(say, place)
    ours("DeleteCensorLogo", Id=mark)
    ours("DeleteCensorWordList", Id=made)


def audits(say: Callable[..., dict[str, Any]], place: dict[str, str]) -> None:
    """Pictures and texts within the request."""
    host = f"http://{place['Bucket']}.{place['Location']}.aliyuncs.com"
    images = [{"url": f"{host}/{name}", "dataId": name} for name in ("audited.png", "up/bad.mp4")]
    texts = [{"content": "Now L u c k y spin", "dataId": "t"}, "A film"]
    asked = {"Scenes": '["ad","live","logo","antispam"]', "BizType": "common"}
    say("ImAudit", **asked, Images=json.dumps(images), Contents=json.dumps(texts))
