"""Rows of cover jobs -> the shapes of MPS answers. Pure."""

from collections.abc import Mapping
from typing import Any

from reelmill.api.shapes import Row, Shape, failure
from reelmill.core import clock, jsonx
from reelmill.core.model import ObjectRef
from reelmill.core.urls import object_url
from reelmill.engine import registry


def job(row: Row, base_url: str) -> Shape:
    """Result is JSON text: the pictures with their addresses, times and scores, best first, and the clip."""
    asked, failed = row["request"].get("IProduction") or {}, row["state"] in ("Fail", "Cancelled")
    where, spec = row["request"].get("Input") or {}, row["spec"]
    return {
        "JobId": row["id"],
        "FunctionName": registry.node(row["kind"]).name,
        "State": registry.node(row["kind"]).states[row["state"]],
        "Input": asked.get("Input") or _address(where.get("Bucket"), where.get("Location"), where.get("Object")),
        "Output": asked.get("Output") or _address(spec["bucket"], where.get("Location"), spec["object"]),
        "JobParams": jsonx.dumps(asked.get("JobParams") or {}),
        "PipelineId": row["pipeline_id"],
        "UserData": row["user_data"],
        "Result": _told(row, base_url),
        "Code": row["code"] if failed and row["code"] else None,
        "Message": row["message"] if failed and row["message"] else None,
        "CreationTime": clock.iso(row["created_ms"]),
        "FinishTime": clock.iso(row["finished_ms"]),
        "Failure": failure(row["failure"]),
    }


def one(row: Row, base_url: str) -> Shape:
    """The answer of MPS's own operation, which holds less; why a job failed stands in its Result."""
    shape = job(row, base_url)
    return {name: value for name, value in shape.items() if name not in _OURS}


_OURS = frozenset({"Code", "Message", "CreationTime", "FinishTime", "Failure"})


def _told(row: Row, base_url: str) -> str | None:
    if row["state"] == "Success":
        return jsonx.dumps(_result(row["result"], base_url))
    return jsonx.dumps({"Code": row["code"], "Message": row["message"]}) if row["code"] else None


def _result(result: Mapping[str, Any], base_url: str) -> Shape:
    def file(one: Mapping[str, Any]) -> Shape:
        key = one["object"]
        return {"Object": key, "URL": object_url(base_url, ObjectRef(result["bucket"], "", key)), "Time": one["time"]}

    clip = result["clip"]
    return {
        "Bucket": result["bucket"],
        "Covers": [file(one) | {"Score": one["score"]} for one in result["covers"]],
        "Clip": file(clip) | {"Seconds": clip["seconds"]} if clip else None,
    }


def _address(bucket: str | None, location: str | None, key: str | None) -> str:
    return f"oss://{bucket}.{location}.aliyuncs.com/{key}"
