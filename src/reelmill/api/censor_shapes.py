"""Rows of reviews, word lists and logos -> the shapes of MPS answers. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.api.shapes import Row, Shape, failure, file_of
from reelmill.core import clock
from reelmill.core.urls import location_of
from reelmill.engine import registry

_TEXTS = {"title": "TitleCensorResult", "description": "DescCensorResult", "barrage": "BarrageCensorResult"}
_TEXT_SCENE = "antispam"
_AUDIO = "audio"


def word_list(row: Row) -> Shape:
    return {
        "Id": row["id"],
        "Name": row["name"],
        "Words": row["words"],
        "Label": row["label"],
        "Suggestion": row["suggestion"],
        "CreationTime": clock.iso(row["created_ms"]),
        "ModificationTime": clock.iso(row["changed_ms"]),
    }


def logo(row: Row, *, picture: bool) -> Shape:
    """With its picture when that is asked for."""
    return {
        "Id": row["id"],
        "Name": row["name"],
        "Label": row["label"],
        "Suggestion": row["suggestion"],
        "Input": file_of(row["bucket"], row["object"], location_of(row["region"])) if row["bucket"] else None,
        "Width": row["width"],
        "Height": row["height"],
        "Picture": row["picture"] if picture else None,
        "CreationTime": clock.iso(row["created_ms"]),
        "ModificationTime": clock.iso(row["changed_ms"]),
    }


def job(row: Row) -> Shape:
    """As lists tell it: without a time line."""
    given, result = row["request"].get("Input") or {}, row["result"]
    failed, config = row["state"] in ("Fail", "Cancelled"), row["request"].get("VideoCensorConfig") or {}
    told = {
        "JobId": row["id"],
        "State": registry.node(row["kind"]).states[row["state"]],
        "PipelineId": row["pipeline_id"],
        "UserData": row["user_data"],
        "Input": {name: given.get(name) for name in ("Bucket", "Location", "Object")},
        "VideoCensorConfig": config | {"VideoCensor": str(config.get("VideoCensor", True)).lower()},
        "Code": row["code"] if failed and row["code"] else None,
        "Message": row["message"] if failed and row["message"] else None,
        "CreationTime": clock.iso(row["created_ms"]),
        "FinishTime": clock.iso(row["finished_ms"]),
        "Failure": failure(row["failure"]),
    }
    return told | (_found(row, result) if "suggestion" in result else {})


def detail(row: Row, frames: Sequence[Any], token: str | None) -> Shape:
    """With a page of the time line, and with what is said in the film."""
    told = job(row)
    if told.get("AudioCensorResult"):
        said = [_sentence(*one) for one in row["result"].get("said", ())]
        told["AudioCensorResult"]["AudioDetailResultList"] = said
    if not told.get("VensorCensorResult"):
        return told
    page = {"VideoTimelines": [_line(*frame) for frame in frames], "NextPageToken": token}
    return told | {"VensorCensorResult": told["VensorCensorResult"] | page}


def _found(row: Row, result: Mapping[str, Any]) -> Shape:
    scenes = result["scenes"]
    return {
        "Suggestion": result["suggestion"],
        "UnavailableScenes": result["unavailable"],
        "UnavailableReasons": [{"Scene": scene, "Reason": why} for scene, why in result.get("reasons", {}).items()],
        "VensorCensorResult": {"CensorResults": _results(scenes)} if scenes else None,
        "AudioCensorResult": _audio(scenes.get(_AUDIO)),
        "CoverImageCensorResults": _images(row["request"].get("CoverImages") or (), result["images"]),
        **{word: _text(result["texts"].get(name)) for name, word in _TEXTS.items()},
    }


def _results(scenes: Mapping[str, Any]) -> list[Shape]:
    return [_result(scene, *one) for scene, one in scenes.items() if scene != _AUDIO]


def _result(
    scene: str, label: str, rate: float, suggestion: str, more: Mapping[str, Sequence[Any]] | None = None
) -> Shape:
    logos = [_found_logo(*one) for one in (more or {}).get("logos", ())]
    told = {"Scene": scene, "Label": label, "Suggestion": suggestion, "Rate": f"{rate:.2f}"}
    return told | ({"Logos": logos} if logos else {})


def _found_logo(name: str, label: str, rate: float, suggestion: str, *box: float) -> Shape:
    told = {"Name": name, "Label": label, "Suggestion": suggestion, "Rate": f"{rate:.2f}"}
    return told | dict(zip(("X", "Y", "Width", "Height"), box, strict=True))


def _line(seconds: float, key: str, scenes: Mapping[str, Any]) -> Shape:
    return {"Timestamp": _clock(seconds), "Object": key or None, "CensorResults": _results(scenes)}


def _clock(seconds: float) -> str:
    """hh:mm:ss.mmm"""
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02d}:{whole // 60_000 % 60:02d}:{whole // 1000 % 60:02d}.{whole % 1000:03d}"


def _text(found: Sequence[Any] | None) -> Shape | None:
    return _result(_TEXT_SCENE, *found) if found else None


def _audio(found: Sequence[Any] | None) -> Shape | None:
    return {"Label": found[0], "Suggestion": found[2]} if found else None


def _sentence(begin: float, end: float, text: str, label: str, suggestion: str, words: Sequence[str]) -> Shape:
    """Its times are whole seconds at MPS."""
    times = {"StartTime": math.floor(begin), "EndTime": math.ceil(end)}
    return times | {"Text": text, "Label": label, "Suggestion": suggestion, "Words": list(words)}


def _images(given: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[Shape]:
    return [
        {name: image.get(name) for name in ("Bucket", "Location", "Object")} | {"Results": _results(scenes)}
        for image, scenes in zip(given, found, strict=False)
    ]
