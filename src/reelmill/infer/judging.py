"""What was seen in a film becomes suggestions. Pure: JSON in, JSON out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reelmill.infer import spoken
from reelmill.infer.wording import Hit, Lists

Result = list[Any]  # [label, rate, suggestion], and of a picture perhaps what is to be told of it: name -> list
_ORDER = {"pass": 0, "review": 1, "block": 2}
_BAD = ("review", "block")
_NORMAL: Result = ["normal", 100.0, "pass"]
_UNAVAILABLE: Result = ["", 0.0, "unavailable"]
_HIT = 100.0  # how sure a word or a code is
_SURE, _SURE_TOO = 0.8, 0.7  # open_nsfw, nsfwjs: both block
_LIKELY = 0.5  # both want to be looked at
_SEXY, _SEXY_TOO = 0.7, 0.5
_PICTURES = ("porn", "terrorism", "ad", "live", "logo", "qrcode")


def judged(
    seen: Mapping[str, Any],
    lists: Sequence[Mapping[str, Any]],
    order: Mapping[str, Any],
    answers: Sequence[Mapping[str, Any]] = (),
) -> dict[str, Any]:
    """{"scenes": scene -> result of the film, "frames": [[number, scene -> result]], "images": [scene -> result],
    "texts": name -> result or None, "said": see spoken.told}; `order`: scenes, save (abnormal or all), texts, details
    (whether results tell by which codes, letters and words), said (of a film that was listened to, see spoken);
    `answers`: of each provider its scenes, and what it found: picture -> scene -> result. Of the frames only those are
    told that are stored, and of what is said likewise."""
    known = Lists(lists)
    can, details = _can(seen), bool(order.get("details"))
    asked = [scene for scene in _PICTURES if scene in order["scenes"]]
    judges: dict[str, Callable[[Mapping[str, Any]], Result]] = {
        "ad": lambda one: _ad(one, known, lists, details),
        "porn": porn,
        "qrcode": lambda one: _qrcode(one, details),
    }
    frames = [
        (number, {scene: judges[scene](one) for scene in asked if scene in can})
        for number, one in enumerate(seen["frames"], 1)
        if one is not None
    ]
    if "porn" in can and "porn" in asked:
        _agree([told for _, told in frames])
    frames = [(number, _joined(told, answers, asked, f"f{number:06d}")) for number, told in frames]
    blind = dict.fromkeys(asked, _UNAVAILABLE)
    images = [
        blind
        | _joined({scene: judges[scene](one) for scene in asked if scene in can}, answers, asked, f"i{number:06d}")
        if one is not None
        else blind
        for number, one in enumerate(seen["images"], 1)
    ]
    scenes = {scene: _together([told[scene] for _, told in frames if scene in told])[:3] for scene in asked}
    scenes = scenes if seen["film"] else {}
    lines = spoken.lines(order.get("said") or [], known, lists)
    if "audio" in order["scenes"] and (seen["film"] or "said" in order):
        heard = order.get("said") is not None
        scenes["audio"] = _worst([[line.label, _HIT, line.suggestion] for line in lines]) if heard else _UNAVAILABLE
    return {
        "scenes": scenes,
        "frames": [
            [n, told] for n, told in frames if order["save"] == "all" or any(one[2] in _BAD for one in told.values())
        ],
        "images": images,
        "texts": {name: _text(text, known, lists, details) if text else None for name, text in order["texts"].items()},
        "said": [line.told() for line in lines if order["save"] == "all" or line.suggestion in _BAD],
    }


def _can(seen: Mapping[str, Any]) -> set[str]:
    """Scenes that were looked at."""
    can = set(seen["can"])
    return (
        ({"ad"} if {"codes", "letters"} <= can else set())
        | ({"qrcode"} if "codes" in can else set())
        | ({"porn"} & can)
    )


def _joined(
    told: Mapping[str, Result], answers: Sequence[Mapping[str, Any]], asked: Sequence[str], picture: str
) -> dict[str, Result]:
    """What was seen here, and what the providers of a scene say of a picture."""
    found = {scene: [one] for scene, one in told.items()}
    for one in answers:
        for scene in one["scenes"]:
            found.setdefault(scene, []).append(one["found"].get(picture, {}).get(scene, _UNAVAILABLE))
    return {scene: _together(found[scene]) for scene in asked if scene in found}


def _together(parts: Sequence[Result]) -> Result:
    """The worst. Where somebody has not looked nothing is passed, though what others found stands."""
    seen = [one for one in parts if one[2] in _ORDER]
    worst = _worst(seen)
    if not seen or (len(seen) < len(parts) and worst[2] not in _BAD):
        return _UNAVAILABLE
    return [*worst[:3], *_more(seen)]


def _more(parts: Sequence[Result]) -> list[dict[str, list[Any]]]:
    """What some results tell besides, as the fourth part of one; [] when that is nothing."""
    told: dict[str, list[Any]] = {}
    for one in parts:
        for name, found in (one[3] if len(one) > 3 else {}).items():
            told.setdefault(name, []).extend(found)
    return [told] if told else []


def porn(one: Mapping[str, Any]) -> Result:
    """Two models vote. Each alone is wrong about one ordinary picture in twenty; both together were not, on what they
    were tried with (see docs/howto/review-films.md)."""
    nsfw, explicit, sexy = one.get("porn") or (0.0, 0.0, 0.0)
    both = min(nsfw, explicit)
    if nsfw >= _SURE and explicit >= _SURE_TOO:
        return ["porn", round(100 * both, 2), "block"]
    if both >= _LIKELY:
        return ["porn", round(100 * both, 2), "review"]
    if sexy >= _SEXY and nsfw >= _SEXY_TOO:
        return ["sexy", round(100 * sexy, 2), "review"]
    return ["normal", round(100 * (1 - both), 2), "pass"]


def _agree(frames: Sequence[dict[str, Result]]) -> None:
    """One sample alone is not believed: what only it suspects is passed, what only it would block is to be looked at.
    Of a film with no other sample it counts."""
    if len(frames) < 2:
        return
    suggested = ["pass", *(told["porn"][2] for told in frames), "pass"]
    for place, told in enumerate(frames, 1):
        label, rate, suggestion = told["porn"]
        if suggested[place - 1] == suggested[place + 1] == "pass" and suggestion != "pass":
            told["porn"] = (
                [label, rate, "review"] if suggestion == "block" else ["normal", round(100 - rate, 2), "pass"]
            )


def _ad(one: Mapping[str, Any], known: Lists, lists: Sequence[Mapping[str, Any]], details: bool) -> Result:
    """By its codes and its words. A bar code alone stands on goods, and is nothing."""
    found = [_code()] if _opened(one) else []
    text = "\n".join([*one.get("letters", ()), *(code[1] for code in one.get("codes", ()))])
    hits = known.hits(text) if text else []
    told = _worst(found + _results(hits, lists))
    more = {"codes": _opened(one), "letters": list(one.get("letters", ())), "words": _words(hits, lists)}
    return [*told, more] if details else told


def _qrcode(one: Mapping[str, Any], details: bool) -> Result:
    codes = _opened(one)
    told = _code() if codes else _NORMAL
    return [*told, {"codes": codes}] if details else told


def _code() -> Result:
    return ["qrcode", _HIT, "review"]


def _opened(one: Mapping[str, Any]) -> list[list[Any]]:
    """The codes that a telephone opens: [text, x, y, width, height]."""
    return [code[1:] for code in one.get("codes", ()) if code[0] == "qrcode"]


def _text(text: str, known: Lists, lists: Sequence[Mapping[str, Any]], details: bool) -> Result:
    hits = known.hits(text)
    told = _worst(_results(hits, lists))
    return [*told, {"words": _words(hits, lists)}] if details else told


def _results(hits: Sequence[Hit], lists: Sequence[Mapping[str, Any]]) -> list[Result]:
    return [[lists[hit.list]["label"], _HIT, lists[hit.list]["suggestion"]] for hit in hits]


def _words(hits: Sequence[Hit], lists: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """[word, label, id and name of its list]"""
    return [[hit.word, *(lists[hit.list][name] for name in ("label", "id", "name"))] for hit in hits]


def _worst(found: Sequence[Result]) -> Result:
    return max(found, key=lambda one: (_ORDER[one[2]], one[1] if one[2] != "pass" else 0), default=_NORMAL)
