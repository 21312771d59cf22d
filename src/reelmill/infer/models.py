"""A model of the user's own looks at pictures: `models ORDER FOLDER FOUND` looks at those of a folder (f000001.jpg ...,
i000001.jpg ...), and tells picture -> scene -> [label, rate, suggestion]. `ORDER`: scenes, and what the file of
providers says of the model (`media.providers`)."""

import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from onnxruntime.capi import onnxruntime_pybind11_state as state

from reelmill.infer import pictures, sessions
from reelmill.infer.program import Unusable

Array = Any
_MOST_FILE = 2 << 30
# its errors have no class of their own in common
_FAULTS: tuple[type[Exception], ...] = (
    RuntimeError,
    ValueError,
    *(one for one in vars(state).values() if isinstance(one, type) and issubclass(one, Exception)),
)


def main(order: str, folder: str, out: str) -> None:
    """See above. A picture that cannot be read has no answer: nobody has looked at it."""
    asked = json.loads(Path(order).read_text())
    model = asked["model"]
    session = opened(Path(model["file"]))
    found: dict[str, Any] = {}
    for number, path in enumerate(sorted(Path(folder).glob("[fi][0-9]*.jpg")), 1):
        signal.alarm(model["seconds"])  # a model may never end: the process does
        image = pictures.read(path)
        if image is not None:
            result = judged(scores(session, prepared(image, model), model), model)
            found[path.stem] = dict.fromkeys(asked["scenes"], result)
        sys.stdout.write(f"frame={number}\nout_time_us={number * 500_000}\nprogress=continue\n")
        sys.stdout.flush()
    signal.alarm(0)
    Path(out).write_text(json.dumps(found))


def opened(path: Path) -> Any:
    """A session of a model that takes one picture."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise Unusable("no-model") from error
    if not os.access(path, os.R_OK) or not 0 < size <= _MOST_FILE:
        raise Unusable("no-model")
    try:
        session = sessions.opened(str(path))
    except _FAULTS as error:
        raise Unusable("model-bad") from error
    if len(session.get_inputs()) != 1:
        raise Unusable("model-shape")
    return session


def prepared(image: Array, model: Mapping[str, Any]) -> Array:
    """A picture as the model wants it: stretched to its size, (value * scale - mean) / std of each colour."""
    small = cv2.resize(image, tuple(model["size"]), interpolation=cv2.INTER_AREA)
    ordered = small[:, :, ::-1] if model["colours"] == "rgb" else small
    mean, std = np.array(model["mean"], np.float32), np.array(model["std"], np.float32)
    values = (ordered.astype(np.float32) * np.float32(model["scale"]) - mean) / std
    return np.ascontiguousarray(values.transpose(2, 0, 1) if model["layout"] == "nchw" else values)[None]


def scores(session: Any, given: Array, model: Mapping[str, Any]) -> list[float]:
    """A number from 0 to 1 for each label."""
    try:
        answer = np.asarray(session.run(None, {session.get_inputs()[0].name: given})[0], np.float64).ravel()
    except _FAULTS as error:
        raise Unusable("model-shape") from error
    if len(answer) != len(model["labels"]):
        raise Unusable("model-shape")
    if not np.isfinite(answer).all():
        raise Unusable("model")
    if model["output"] == "softmax":
        powers = np.exp(answer - answer.max())
        answer = powers / powers.sum()
    elif model["output"] == "sigmoid":
        answer = 1 / (1 + np.exp(-np.clip(answer, -60, 60)))
    return [float(one) for one in np.clip(answer, 0, 1)]


def judged(found: list[float], model: Mapping[str, Any]) -> list[Any]:
    """[label, rate, suggestion] of a picture: of what is to be blocked, else of what is to be looked at, the surest."""
    best: dict[str, float] = {}
    for label, score in zip(model["labels"], found, strict=True):
        best[label] = max(score, best.get(label, 0.0))
    for suggestion in ("block", "review"):
        hits = [
            (best[label], label)
            for label, limits in model["thresholds"].items()
            if suggestion in limits and best[label] >= limits[suggestion]
        ]
        if hits:
            score, label = max(hits)
            return [label, round(100 * score, 2), suggestion]
    return ["normal", round(100 * (1 - max(best[label] for label in model["thresholds"])), 2), "pass"]
