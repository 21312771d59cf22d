"""Rows of services -> the shapes of MPS answers, by the names of the table. Pure. List envelopes may be plain lists:
render wraps them."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from reelmill.api import media_shapes
from reelmill.api.render import Echo
from reelmill.core import clock, jsonx
from reelmill.core.errors import CODES
from reelmill.core.model import ObjectRef
from reelmill.core.states import told_activity
from reelmill.core.urls import object_url
from reelmill.engine import registry
from reelmill.nodes.base import MEDIA, PICTURES

Shape = dict[str, Any]
Row = Mapping[str, Any]

_OUTPUT_LISTS = {"WaterMarks": "WaterMarkList", "Amix": "AmixList"}  # a request's name -> the answer's


def pipeline(row: Row, limit: int) -> Shape:
    """`limit`: batches under way at once when the pipeline has no MaxConcurrency of its own."""
    return {
        "Id": row["id"],
        "Name": row["name"],
        "State": row["state"],
        "Speed": row["speed"],
        "SpeedLevel": row["speed_level"],
        "Role": row["role"],
        "NotifyConfig": row["notify"],
        "QuotaAllocate": row["max_concurrency"] or limit,
        "MaxConcurrency": row["max_concurrency"],
        "CreationTime": clock.iso(row["created_ms"]),
    }


def template(row: Row) -> Shape:
    body = {
        key: Echo(row["body"][key])
        for key in ("Container", "Video", "Audio", "TransConfig", "MuxConfig")
        if key in row["body"]
    }
    return {
        "Id": row["id"],
        "Name": row["name"],
        "State": row["state"],
        "CreationTime": clock.iso(row["created_ms"]),
        **body,
    }


def watermark(row: Row) -> Shape:
    """The template as it works: what its Config leaves out shows its default, except a size, which then follows from
    the picture."""
    body = {"Dx": "0", "Dy": "0", "ReferPos": "TopRight", "Type": "Image"} | row["body"]
    timeline = {"Start": "0", "Duration": "ToEND"} | row["body"].get("Timeline", {})
    return {
        "Id": row["id"],
        "Name": row["name"],
        "State": row["state"],
        "CreationTime": clock.iso(row["created_ms"]),
        **body,
        "Timeline": timeline,
    }


def workflow(row: Row) -> Shape:
    return {
        "MediaWorkflowId": row["id"],
        "Name": row["name"],
        "State": row["state"],
        "Topology": row["topology"],
        "TriggerMode": row["trigger_mode"],
        "Revision": row["revision"],
        "Reuse": row["reuse"],
        "CreationTime": clock.iso(row["created_ms"]),
    }


def access_key(row: Row, *, secret: bool = False) -> Shape:
    """`secret`: only in the one answer that made it."""
    shown = {"AccessKeySecret": row["secret"]} if secret else {}
    return {
        "AccessKeyId": row["id"],
        "Role": row["role"],
        "State": row["state"],
        "CreationTime": clock.iso(row["created_ms"]),
        **shown,
    }


def bucket(row: Row) -> Shape:
    return {"Bucket": row["name"], "Type": row["type"], "Referer": row["referer"]}


def execution(row: Row) -> Shape:
    """State Completed also when activities failed: they tell (workflow.md 8.1)."""
    return {
        "RunId": row["run_id"],
        "MediaWorkflowId": row["workflow_id"],
        "Name": row["workflow_name"],
        "MediaWorkflowVersion": row["workflow_version"],
        "MediaId": row["media_id"],
        "State": row["state"],
        "CreationTime": clock.iso(row["created_ms"]),
        "ActivityList": [_activity(a) for a in row["activities"]],
        "Input": {
            "InputFile": {"Bucket": row["bucket"], "Location": row["location"], "Object": row["object"]},
            "UserData": row["user_data"],
        },
    }


def waiting(row: Row) -> Shape:
    """An activity that waits for a person, with the run that it belongs to."""
    return {
        "RunId": row["run_id"],
        "Activity": row["name"],
        "Type": row["type"],
        "Attempt": row["attempt"],
        "Since": clock.iso_exact(row["since_ms"]),
        "Reason": row["message"] or None,
        "MediaId": row["media_id"],
        "MediaWorkflowId": row["workflow_id"],
        "MediaWorkflowName": row["workflow_name"],
        "Input": {"Bucket": row["bucket"], "Location": row["location"], "Object": row["object"]},
    }


def _activity(row: Row) -> Shape:
    return {
        "Name": row["name"],
        "Type": row["type"],
        "State": told_activity(row["state"]),
        "JobId": row["job_id"],
        "Code": row["code"] or None,
        "Message": row["message"] or None,
        "StartTime": clock.iso(row["started_ms"]),
        "EndTime": clock.iso(row["finished_ms"]),
        "MNSMessageResult": _message_result(row["message_result"]),
        "Failure": failure(row["failure"]),
        "ReusedFrom": row["reused_from"] or None,
    }


def _message_result(told: Mapping[str, Any] | None) -> Shape | None:
    """What became of the message to a queue or topic; None: there was none."""
    if not told:
        return None
    return {"MessageId": told["message_id"], "ErrorCode": told["error_code"], "ErrorMessage": told["error_message"]}


def failure(found: Mapping[str, Any] | None) -> Shape | None:
    """How to mend a failed job (core.errors.Failure as JSON)."""
    return (
        {"Advice": found["advice"], "Command": found["command"] or None, "Log": found["log"] or None} if found else None
    )


def media(row: Row, base_url: str) -> Shape:
    """A media record as all operations answer it; the Include parts stand in `media_parts`."""
    return {
        "MediaId": row["id"],
        "Title": row["title"],
        "Description": row["description"],
        "CateId": row["cate_id"],
        "CoverURL": row["cover_url"],
        "CreationTime": clock.iso(row["created_ms"]),
        "PublishState": row["publish_state"],
        "CensorState": row["censor_state"],
        "File": _file(base_url, row),
        "Tags": row["tags"],
        "RunIdList": row["run_ids"],
        **media_shapes.record_facts(row["info"]),
    }


def category(row: Row) -> Shape:
    return {"CateId": row["seq"], "CateName": row["name"], "ParentId": row["parent_id"], "Level": row["level"]}


def category_tree(rows: Sequence[Row]) -> str:
    """JSON text: the roots, each with its children in `Children`. Parents stand before their children in `rows`."""
    made: dict[int, Shape] = {-1: {"Children": []}}
    for row in rows:
        made[row["seq"]] = category(row) | {"Children": []}
        made[row["parent_id"]]["Children"].append(made[row["seq"]])
    return jsonx.dumps(made[-1]["Children"])


def media_parts(row: Row, base_url: str, *, info: bool, plays: bool, snapshots: bool) -> Shape:
    """What QueryMediaList adds on demand."""
    outputs = row["outputs"]
    return {
        "MediaInfo": media_shapes.media_info(row["info"]) if info and row["info"] else None,
        "PlayList": [_play(o, base_url) for o in outputs if o["kind"] in (MEDIA, "Master")] if plays else [],
        "SnapshotList": [shape for o in outputs if o["kind"] == PICTURES for shape in _snapshots(o, base_url)]
        if snapshots
        else [],
    }


def _play(row: Row, base_url: str) -> Shape:
    facts = row["body"]
    numbers = {
        name: _number(facts.get(name.lower())) for name in ("Size", "Bitrate", "Fps", "Width", "Height", "Duration")
    }
    return _made_by(row, base_url) | numbers | {"Format": facts.get("format"), "Encryption": "0"}


def _snapshots(row: Row, base_url: str) -> list[Shape]:
    """The pictures, and the index by which players find that of a moment (WebVTT), where there is one."""
    index = row["body"].get("index")
    beside = [_made_by({**row, "object": index}, base_url) | {"Type": "Single"}] if index else []
    return [_snapshot(row, base_url), *beside]


def _snapshot(row: Row, base_url: str) -> Shape:
    count = row["body"].get("count")
    kind = row["body"].get("type", "Single")
    return _made_by(row, base_url) | {"Type": kind, "Count": _number(count) if kind == "Sequence" else None}


def _made_by(row: Row, base_url: str) -> Shape:
    return {
        "MediaWorkflowId": row["workflow_id"],
        "MediaWorkflowName": row["workflow_name"],
        "ActivityName": row["activity"],
        "File": _file(base_url, row),
    }


def _file(base_url: str, row: Row) -> Shape:
    return {"URL": object_url(base_url, ObjectRef(row["bucket"], "", row["object"])), "State": "Normal"}


def _number(value: Any) -> str | None:
    return None if value is None else media_shapes.number(value) if isinstance(value, float) else str(value)


def transcode_job(row: Row) -> Shape:
    return _job(row) | {
        "JobId": row["id"],
        "Percent": row["percent"],
        "ReusedFrom": row["reused_from"] or None,
        "SubmitTime": clock.iso(row["created_ms"]),
        "FinishTime": clock.iso(row["finished_ms"]),
        "Output": _transcode_output(row),
    }


def submitted(answer: Mapping[str, Any]) -> Shape:
    """One element of SubmitJobs: a job, or why there is none."""
    if "job" in answer:
        return {"Success": True, "Job": transcode_job(answer["job"])}
    return {"Success": False, "Code": answer["code"], "Message": answer["message"]}


def _transcode_output(row: Row) -> Shape:
    """The Output as it was asked for, with the object that it became and what was found in it."""
    asked, result, spec = row["request"].get("Output") or {}, row["result"], row["spec"]
    key = result.get("object") or spec.get("object") or spec.get("key")
    name = (
        quote(key, safe="/-_.~")
        if key
        else next((asked[k] for k in ("OutputObject", "Object", "ObjectRegex") if k in asked), None)
    )
    where = {
        "Bucket": result.get("bucket") or spec.get("bucket"),
        "Location": row["request"].get("Input", {}).get("Location"),
        "Object": name,
    }
    properties = result.get("properties")
    return Echo(
        {_OUTPUT_LISTS.get(k, k): v for k, v in asked.items()}
        | {
            "OutputFile": where,
            "Priority": str(spec.get("priority") or 6),
            "UserData": row["user_data"],
            "Properties": media_shapes.job_properties(properties) if properties else None,
        }
        | _opening(asked)
        | _extracted(asked, result, where["Location"])
    )


def _opening(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Openings by the name that answers have for their address; requests begin it with a capital."""
    if "OpeningList" not in asked:
        return {}
    items = [jsonx.unwrap(one) for one in jsonx.unwrap(asked["OpeningList"])]
    return {"OpeningList": [{"openUrl" if k == "OpenUrl" else k: v for k, v in one.items()} for one in items]}


def file_of(bucket: str, key: str, location: str | None) -> dict[str, Any]:
    """An object as jobs name it: its key percent-encoded."""
    return {"Bucket": bucket, "Location": location, "Object": quote(key, safe="/-_.~")}


def _extracted(asked: Mapping[str, Any], result: Mapping[str, Any], location: str | None) -> dict[str, Any]:
    """The subtitles that became files, as they were asked for, each with what became of it."""
    if not result.get("subtitles"):
        return {}
    if "OutSubtitleList" in asked:
        items = [jsonx.unwrap(one) for one in jsonx.unwrap(asked["OutSubtitleList"])]
    else:  # of a workflow: its activity was asked
        items = [
            {"Map": f"0:s:{one['track']}", "OutSubtitleFile": file_of(one["bucket"], one["object"], location)}
            for one in result["subtitles"]
        ]
    ends = [{"Success": not one["message"], "Message": one["message"] or None} for one in result["subtitles"]]
    return {"OutSubtitleList": [one | end for one, end in zip(items, ends, strict=True)]}


def snapshot_job(row: Row) -> Shape:
    return _job(row) | {
        "Id": row["id"],
        "ReusedFrom": row["reused_from"] or None,
        "Count": _number(row["result"].get("count")),
        "TileCount": _number((row["result"].get("sheets") or {}).get("count")),
        "UserData": row["user_data"],
        "SnapshotConfig": Echo(_snapshot_config(row)),
    }


def _snapshot_config(row: Row) -> dict[str, Any]:
    """The configuration as it was asked for, with the object that it became: a workflow's names have placeholders, of
    which {Count} stays."""
    asked, key = jsonx.unwrap(row["request"].get("SnapshotConfig") or {}), row["spec"].get("object")
    return (
        asked | {"OutputFile": jsonx.unwrap(asked["OutputFile"]) | {"Object": quote(key, safe="/-_.~{}")}}
        if key
        else asked
    )


def media_info_job(row: Row) -> Shape:
    raw = row["result"].get("raw")
    return _job(row) | {
        "JobId": row["id"],
        "Async": row["request"].get("Async", False),
        "UserData": row["user_data"],
        "Properties": media_shapes.info_properties(raw) if raw else None,
    }


def analysis_job(row: Row, *, expired: bool) -> Shape:
    """`expired`: its result is too old to be used, so its templates are not told any more."""
    common = _job(row)
    old = (
        {"Code": "AnalysisResultNotFound", "Message": CODES["AnalysisResultNotFound"][1] % row["id"]} if expired else {}
    )
    return {name: value for name, value in common.items() if name != "Input"} | {
        "Id": row["id"],
        "Percent": row["percent"],
        "Priority": str(row["spec"].get("priority") or 6),
        "UserData": row["user_data"],
        "InputFile": common["Input"],
        "AnalysisConfig": Echo(row["request"].get("AnalysisConfig") or {}),
        "TemplateList": [] if expired else [Echo(one) for one in (row["result"].get("smart") or {}).values()],
        **old,
    }


def _job(row: Row) -> Shape:
    """What jobs of all kinds have in common."""
    failed = row["state"] in ("Fail", "Cancelled")
    return {
        "State": registry.node(row["kind"]).states[row["state"]],
        "PipelineId": row["pipeline_id"] or None,
        "CreationTime": clock.iso(row["created_ms"]),
        "Input": Echo(row["request"].get("Input") or {}),
        "Code": row["code"] if failed and row["code"] else None,
        "Message": row["message"] if failed and row["message"] else None,
        "MNSMessageResult": _message_result(row["message_result"]),
        "Failure": failure(row["failure"]),
    }
