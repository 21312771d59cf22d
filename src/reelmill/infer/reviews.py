"""What is to be seen in the pictures of a film, and what that means.

`look ORDER SEEN SEEN...` looks at the pictures that lie in its folder (f000001.jpg ..., i000001.jpg ...): codes,
letters, scores of models; of those of the film not where it is given what was seen in each piece before. `judge SEEN
LISTS ORDER ANSWERS JUDGED` compares what was seen, and texts besides, with word lists, takes what providers answered,
and tells a result of each scene: [label, rate from 0 to 100, suggestion]. What nobody can look at is `unavailable`,
never passed.
"""

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from reelmill.infer import judging, pictures
from reelmill.infer.program import Unusable, moved

Seen = dict[str, Any]
Look = Callable[[Any], Any]


def main(command: str, *words: str) -> None:
    """See above."""
    (_look if command == "look" else _judge)(*words)


def _look(order: str, out: str, *before: str) -> None:
    asked, told = (json.loads(Path(order).read_text()), [json.loads(Path(part).read_text()) for part in before])
    films = [] if told else sorted(Path().glob("f[0-9]*.jpg"))
    images = [Path(f"i{number:06d}.jpg") for number in range(1, asked["images"] + 1)]
    if asked["film"] and not films and not told:
        raise Unusable("empty")
    looks = _looks(set(asked["scenes"])) if images or not told else {}
    new = [_told(number, asked["rate"], _seen(path, looks)) for number, path in enumerate(films, 1)]
    seen: Seen = {
        "can": told[0]["can"] if told else sorted(looks),
        "film": asked["film"],
        "rate": asked["rate"],
        "frames": [*(frame for part in told for frame in part["frames"]), *new],
        "images": [_cover(path, looks) for path in images],
    }
    whole = seen["frames"] and not asked.get("part")
    if whole and not any(frame is not None for frame in seen["frames"]):
        raise Unusable("unreadable")
    Path(out).write_text(json.dumps(seen))


def _looks(scenes: set[str]) -> dict[str, Look]:
    """What is loaded: name -> what it sees in a picture. Packages are imported here, when somebody asks for them."""
    looks: dict[str, Look] = {}
    if scenes & {"ad", "qrcode"}:
        from reelmill.infer import codes

        looks["codes"] = codes.look()
    if scenes & {"ad", "letters"}:
        from reelmill.infer import letters

        looks["letters"] = letters.look()
    if "porn" in scenes:
        from reelmill.infer import porn

        looks["porn"] = porn.look()
    return looks


def _seen(path: Path, looks: Mapping[str, Look]) -> Seen | None:
    """None of a picture that cannot be read: nobody has looked at it, so nobody passes it."""
    image = pictures.read(path)
    if image is None:
        return None
    return {name: found for name, one in looks.items() if (found := one(image))}


def _cover(path: Path, looks: Mapping[str, Look]) -> Seen | None:
    moved()
    return _seen(path, looks)


def _told(number: int, rate: float, found: Seen | None) -> Seen | None:
    """Say how far it is, as ffmpeg says it: a long film takes long, and silence would be taken for a standstill."""
    sys.stdout.write(f"frame={number}\nout_time_us={int(1_000_000 * number / rate)}\nprogress=continue\n")
    sys.stdout.flush()
    return found


def _judge(seen: str, lists: str, order: str, answers: str, out: str) -> None:
    told = judging.judged(*(json.loads(Path(name).read_text()) for name in (seen, lists, order, answers)))
    Path(out).write_text(json.dumps(told, ensure_ascii=False))
