"""What ImAudit found -> the shapes of MPS's answer. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from reelmill.api.shapes import Row, Shape
from reelmill.core.errors import UserText
from reelmill.services.audits import TEXT_SCENE, Item

_GOOD, _BAD = 200, 400
_NOBODY: UserText = "Nobody here looks at this scene."


def answer(row: Row, images: Sequence[Item], texts: Sequence[Item]) -> Shape:
    """Pictures and texts in the order of the request."""
    result = row["result"]
    return {
        "ImageQuotaExceed": False,
        "TextQuotaExceed": False,
        "ImageResults": {
            "result": [
                _image(row["id"], item, found, result["reasons"])
                for item, found in zip(images, result["images"], strict=True)
            ]
        },
        "TextResults": {
            "result": [_text(row["id"], item, found) for item, found in zip(texts, result["texts"], strict=True)]
        },
    }


def _image(job: str, item: Item, found: Mapping[str, Any], reasons: Mapping[str, str]) -> Shape:
    told = {"url": item.value, "dataId": item.data_id or None, "taskId": job}
    if "failure" in found:
        return told | {"code": _BAD, "msg": found["failure"]}
    blind = {scene: reasons.get(scene, _NOBODY) for scene, one in found["scenes"].items() if one[2] == "unavailable"}
    results = [_scene(scene, found["size"], *one) for scene, one in found["scenes"].items()]
    return told | {"msg": "OK", "results": results, "extras": blind or None}


def _scene(
    scene: str,
    size: Sequence[int],
    label: str,
    rate: float,
    suggestion: str,
    more: Mapping[str, Sequence[Any]] | None = None,
) -> Shape:
    told = more or {}
    codes, logos = told.get("codes", ()), told.get("logos", ())
    return {
        "Scene": scene,
        "Label": label,
        "Suggestion": suggestion,
        "Rate": rate,
        "qrcodeData": [text for text, *_ in codes],
        "qrcodeLocations": [{"qrcode": text} | _box(size, *place) for text, *place in codes],
        "ocrData": list(told.get("letters", ())),
        "hintWordsInfo": [{"context": word} for word, *_ in told.get("words", ())],
        "logoData": [
            {"name": name, "type": kind} | _box(size, *place) for name, kind, _rate, _suggestion, *place in logos
        ],
    }


def _box(size: Sequence[int], x: float, y: float, width: float, height: float) -> dict[str, int]:
    """Pixels of the picture as it came."""
    wide, high = size
    return {"x": round(x * wide), "y": round(y * high), "w": round(width * wide), "h": round(height * high)}


def _text(job: str, item: Item, found: Sequence[Any]) -> Shape:
    label, rate, suggestion, more = found
    details = [
        {"Label": kind, "contexts": [{"context": word, "libCode": list_id, "libName": name}]}
        for word, kind, list_id, name in more["words"]
    ]
    one = {"scene": TEXT_SCENE, "label": label, "rate": rate, "suggestion": suggestion, "details": details}
    return {
        "code": _GOOD,
        "msg": "OK",
        "content": item.value,
        "dataId": item.data_id or None,
        "taskId": job,
        "results": [one],
    }
