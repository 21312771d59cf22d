"""Rows of fingerprint libraries and their jobs -> the shapes of MPS answers. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.api.shapes import Row, Shape, failure
from reelmill.core import clock, jsonx
from reelmill.engine import registry

_WORDS = {"video": "FpShots", "audio": "AudioFpShots"}


def library(row: Row) -> Shape:
    """With how much is in it."""
    return {
        "FpDBId": row["id"],
        "Name": row["name"],
        "Description": row["description"],
        "ModelId": row["model"],
        "Config": row["config"] or None,
        "State": row["state"],
        "Status": row["state"],
        "FileCount": row["films"],
        "Seconds": row["seconds"],
        "CreationTime": clock.iso(row["created_ms"]),
    }


def film(row: Row) -> Shape:
    return {
        "FileId": row["id"],
        "PrimaryKey": row["primary_key"],
        "StoreTime": clock.iso(row["created_ms"]),
        "InputFile": {"Bucket": row["bucket"], "Location": row["location"], "Object": row["object"]},
    }


def job(row: Row) -> Shape:
    """A job that compares, and perhaps keeps."""
    given, result = row["request"].get("Input") or {}, row["result"]
    return _any(row) | {
        "State": registry.node(row["kind"]).states[row["state"]],
        "FileId": result.get("file") or None,
        "Duration": round(result["length"]) if "length" in result else None,
        "Duplicate": result.get("duplicate"),
        "FpShotConfig": row["spec"]["config"],
        "Input": jsonx.dumps(given),
        "InputFile": given,
        "FpShotResult": _found(result) if "video" in result else None,
        "CreationTime": clock.iso(row["created_ms"]),
        "Failure": failure(row["failure"]),
    }


def imported(row: Row) -> Shape:
    """A job that brings a film into a library."""
    asked = row["request"]
    return _any(row) | {
        "Status": registry.node(row["kind"]).states[row["state"]],
        "FpDBId": asked["FpDBId"],
        "FpImportConfig": jsonx.dumps(asked["FpImportConfig"]),
        "Input": jsonx.dumps(asked.get("Input") or {}),
        "ProcessMessage": f"{row['percent']}%",
        "CreateTime": clock.iso(row["created_ms"]),
    }


def removal(row: Row) -> Shape:
    """What was taken out: done when it was asked for."""
    word = "FileIds" if row["of"] == "files" else "DelType"
    moment = clock.iso(row["created_ms"])
    return {
        "Id": row["id"],
        "FpDBId": row["library_id"],
        word: row["what"],
        "Status": "Success",
        "PipelineId": row["pipeline_id"] or None,
        "UserData": row["user_data"],
        "CreationTime": moment,
        "FinishTime": moment,
    }


def _any(row: Row) -> Shape:
    failed = row["state"] in ("Fail", "Cancelled")
    return {
        "Id": row["id"],
        "PipelineId": row["pipeline_id"],
        "UserData": row["user_data"],
        "Code": row["code"] if failed and row["code"] else None,
        "Message": row["message"] if failed and row["message"] else None,
        "FinishTime": clock.iso(row["finished_ms"]),
    }


def _found(result: Mapping[str, Any]) -> Shape:
    told: Shape = {word: _shots(result[kind]) for kind, word in _WORDS.items()}
    texts = [
        _shot(one) | {"TextFpShotSlices": [_said(*part) for part in one["slices"]]} for one in result.get("text", ())
    ]
    return told | {"TextFpShots": texts}


def _shots(found: Sequence[Mapping[str, Any]]) -> list[Shape]:
    return [_shot(one) | {"FpShotSlices": [_slice(*part) for part in one["slices"]]} for one in found]


def _shot(one: Mapping[str, Any]) -> Shape:
    return {
        "PrimaryKey": one["key"],
        "FileId": one["file"],
        "InputFile": {word: one.get(word.lower()) for word in ("Bucket", "Location", "Object")},
        "Similarity": _number(one["similarity"]),
    }


def _slice(begin: float, end: float, other: float, other_end: float, near: float) -> Shape:
    return {
        "Input": {"Start": _number(begin), "Duration": _number(end - begin)},
        "Duplication": {"Start": _number(other), "Duration": _number(other_end - other)},
        "Similarity": _number(near),
    }


def _said(begin: float, end: float, other: float, other_end: float, near: float, text: str, other_text: str) -> Shape:
    told = _slice(begin, end, other, other_end, near)
    fragment = {"InputFragment": told.pop("Input"), "InputText": text, "DuplicationText": other_text}
    return fragment | told


def _number(value: float) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".")
