"""Providers: who looks at scenes that no model here can see. A file in TOML, which the setting `review_providers`
names, says which there are: a model of the user's own, a logo to be looked for, or a service that is asked by HTTP.
Pure but for `read`."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SCENES = ("porn", "terrorism", "ad", "live", "logo")  # that pictures can have
MOST, _MOST_LABELS, _MOST_BYTES = 20, 1000, 1 << 20
SUGGESTIONS = ("pass", "review", "block")
_KINDS = ("model", "logo", "service")
_NAME, _LABEL = re.compile(r"[\w. -]{1,64}"), re.compile(r"[\w.-]{1,64}")
_PLAIN: dict[str, Any] = {
    "colours": "rgb",
    "layout": "nchw",
    "scale": 1 / 255,
    "mean": [0.0] * 3,
    "std": [1.0] * 3,
    "output": "as it is",
    "seconds": 30,
}

Found = dict[str, dict[str, list[Any]]]  # picture -> scene -> [label, rate, suggestion]


@dataclass(frozen=True, slots=True)
class Service:
    """What is asked by HTTP: `batch` pictures in a request, each answered within `seconds`, tried `tries` times."""

    url: str
    secret: str
    seconds: float
    tries: int
    batch: int


@dataclass(frozen=True, slots=True)
class Provider:
    """One of the three is there. `model`: what reelmill.infer.models works from; `logo`: what reelmill.infer.logos
    does."""

    name: str
    scenes: tuple[str, ...]
    model: Mapping[str, Any] | None
    logo: Mapping[str, Any] | None
    service: Service | None


def read(path: Path) -> list[Provider]:
    """The providers of a file; models lie beside it unless their path is absolute. ValueError tells what is wrong."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        given = tomllib.loads(data.decode())
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path.name} is no TOML: {error}") from error
    if len(data) > _MOST_BYTES:
        raise ValueError(f"{path.name} is too long")
    found = given.get("provider", [])
    if set(given) - {"provider"} or not isinstance(found, list) or len(found) > MOST:
        raise ValueError(f"{path.name} may have [[provider]] up to {MOST} times, and nothing else")
    made = [_provider(one, path.parent) for one in found]
    if len({one.name for one in made}) < len(made):
        raise ValueError("two providers have the same name")
    return made


def _provider(given: Any, folder: Path) -> Provider:
    name = given.get("name") if isinstance(given, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("every provider needs a name of up to 64 letters, digits, '.', '_', '-' and blanks")
    at = _At(f'provider "{name}"', given, {"name", "scenes", *_KINDS})
    scenes = at.get("scenes", lambda v: _texts(v) and bool(v) and set(v) <= set(SCENES), f"some of {', '.join(SCENES)}")
    if sum(kind in given for kind in _KINDS) != 1:
        raise ValueError(f'provider "{name}": it needs one of [provider.model], [provider.logo], [provider.service]')
    model = _model(f'the model of "{name}"', given["model"], folder) if "model" in given else None
    logo = _logo(f'the logo of "{name}"', given["logo"], folder) if "logo" in given else None
    service = _service(f'the service of "{name}"', given["service"]) if "service" in given else None
    return Provider(name, tuple(dict.fromkeys(scenes)), model, logo, service)


def _logo(where: str, given: Any, folder: Path) -> Mapping[str, Any]:
    plain = {"label": "logo", "suggestion": "review", "least": 0.82}
    at = _At(where, given, {"file", *plain}, plain)
    file = at.get("file", lambda v: isinstance(v, str) and v != "" and "\0" not in v, "the name of a file")
    return {
        "file": str((folder / Path(file).expanduser()).absolute()),
        "label": at.get("label", lambda v: isinstance(v, str) and _LABEL.fullmatch(v), "a word"),
        "suggestion": at.get("suggestion", lambda v: v in SUGGESTIONS[1:], "review or block"),
        "least": at.get("least", lambda v: _number(v, 0.5, 1), "a number from 0.5 to 1"),
    }


def _model(where: str, given: Any, folder: Path) -> Mapping[str, Any]:
    at = _At(where, given, {"file", "size", "labels", "thresholds", *_PLAIN})
    file = at.get("file", lambda v: isinstance(v, str) and v != "" and "\0" not in v, "the name of a file")
    labels = at.get(
        "labels",
        lambda v: _texts(v) and 0 < len(v) <= _MOST_LABELS and all(map(_LABEL.fullmatch, v)),
        "a list of words, one for each number of the output",
    )
    three = "three numbers, as many as colours"
    return {
        "file": str((folder / Path(file).expanduser()).absolute()),
        "size": at.get("size", lambda v: _numbers(v, 2) and all(_whole(n, 8, 2048) for n in v), "[width, height]"),
        "labels": labels,
        "thresholds": at.get("thresholds", lambda v: _thresholds(v, labels), "LABEL = {review = 0.5, block = 0.9}"),
        "colours": at.get("colours", lambda v: v in ("rgb", "bgr"), "rgb or bgr"),
        "layout": at.get("layout", lambda v: v in ("nchw", "nhwc"), "nchw or nhwc"),
        "scale": at.get("scale", lambda v: _number(v, -1e6, 1e6), "a number"),
        "mean": at.get("mean", lambda v: _numbers(v, 3), three),
        "std": at.get("std", lambda v: _numbers(v, 3) and all(v), three + ", not 0"),
        "output": at.get("output", lambda v: v in ("as it is", "softmax", "sigmoid"), "as it is, softmax or sigmoid"),
        "seconds": at.get("seconds", lambda v: _whole(v, 1, 600), "a whole number from 1 to 600"),
    }


def _service(where: str, given: Any) -> Service:
    plain = {"secret": "", "seconds": 10, "tries": 3, "batch": 8}
    at = _At(where, given, {"url", *plain}, plain)
    url = at.get("url", lambda v: isinstance(v, str) and re.match(r"https?://[^/]", v), "an http or https address")
    secret = at.get("secret", lambda v: isinstance(v, str) and (not v or _is_secret(v)), "whsec_ and base64 behind it")
    seconds = at.get("seconds", lambda v: _number(v, 0.1, 600), "a number from 0.1 to 600")
    tries = at.get("tries", lambda v: _whole(v, 1, 10), "a whole number from 1 to 10")
    batch = at.get("batch", lambda v: _whole(v, 1, 64), "a whole number from 1 to 64")
    return Service(url, secret, float(seconds), tries, batch)


class _At:
    """A table of the file, and where it stands."""

    def __init__(self, where: str, given: Any, known: set[str], plain: Mapping[str, Any] | None = None):
        if not isinstance(given, dict):
            raise ValueError(f"{where}: it must be a table")
        if strange := sorted(set(given) - known):
            raise ValueError(f'{where}: "{strange[0]}" is unknown; there are {", ".join(sorted(known))}')
        self._where, self._given, self._plain = where, given, _PLAIN if plain is None else plain

    def get(self, name: str, fits: Callable[[Any], Any], what: str) -> Any:
        """The value, or what stands for it; ValueError when it does not fit."""
        if name not in self._given and name in self._plain:
            return self._plain[name]
        if name not in self._given or not fits(self._given[name]):
            raise ValueError(f"{self._where}: {name} must be {what}")
        return self._given[name]


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _number(value: Any, low: float, high: float) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high


def _whole(value: Any, low: int, high: int) -> bool:
    return isinstance(value, int) and _number(value, low, high)


def _numbers(value: Any, count: int) -> bool:
    return isinstance(value, list) and len(value) == count and all(_number(one, -1e6, 1e6) for one in value)


def _thresholds(value: Any, labels: Sequence[str]) -> bool:
    """Of at least one label, from which score on it is to be looked at, or blocked."""
    return (
        isinstance(value, dict)
        and bool(value)
        and all(
            label in labels
            and isinstance(one, dict)
            and bool(one)
            and set(one) <= {"review", "block"}
            and all(_number(score, 0, 1) for score in one.values())
            for label, one in value.items()
        )
    )


def _is_secret(text: str) -> bool:
    return bool(re.fullmatch(r"whsec_(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", text))


def question(scenes: Sequence[str], pictures: Sequence[Mapping[str, Any]]) -> str:
    """The body of a request; each picture: name, seconds (None: a cover image), jpeg (base64)."""
    return json.dumps({"type": "review.pictures", "scenes": list(scenes), "pictures": list(pictures)})


def answered(text: str, names: Sequence[str], scenes: Sequence[str]) -> Found:
    """What a service says of these pictures: every scene of every one, or ValueError."""
    try:
        given = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise ValueError("it is no JSON") from error
    told = given.get("pictures") if isinstance(given, dict) else None
    if not isinstance(told, dict):
        raise ValueError('"pictures" is missing')
    return {name: {scene: _result(told.get(name), name, scene) for scene in scenes} for name in names}


def _no_number(word: str) -> float:
    raise ValueError(word)


def _result(given: Any, name: str, scene: str) -> list[Any]:
    one = given.get(scene) if isinstance(given, dict) else None
    if not isinstance(one, dict):
        raise ValueError(f"{scene} of {name} is missing")
    label, suggestion = one.get("label"), one.get("suggestion")
    rate: Any = one.get("rate")
    if not isinstance(label, str) or not _LABEL.fullmatch(label):
        raise ValueError(f"the label of {scene} of {name} is no word")
    if not _number(rate, 0, 100):
        raise ValueError(f"the rate of {scene} of {name} is no number from 0 to 100")
    if suggestion not in SUGGESTIONS:
        raise ValueError(f"the suggestion of {scene} of {name} is none of {', '.join(SUGGESTIONS)}")
    return [label, round(float(rate), 2), suggestion]
