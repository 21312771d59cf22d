"""Reviews without a server: words in disguise, and what is seen becomes suggestions."""

import asyncio
import json
import logging
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from codes import qr
from reelmill.core.model import ObjectRef
from reelmill.infer import codes, judging, porn, wording
from reelmill.infer.program import Unusable
from reelmill.media import reviews
from reelmill.media.runtimes import RUNTIMES
from reelmill.media.tools import Tools
from reelmill.nodes import censor
from reelmill.testkit import LocalIO


def lists(*words: str, label: str = "ad", suggestion: str = "block") -> list[dict[str, Any]]:
    return [{"id": "1", "name": "w", "words": list(words), "label": label, "suggestion": suggestion}]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("luckyspin23", "WIN WITH LUCKYSPIN23 TODAY"),
        ("luckyspin23", "now l u c k y s p i n 2 3!"),
        ("luckyspin23", "ｌｕｃｋｙｓｐｉｎ２３ and more"),
        ("luckyspin23", "lúcky-sp1n 23"),
        ("luckyspin23", "WINWITHLUCKYSPIN23TODAY"),
        ("luckyspin", "lu\u200bcky\nspin"),
        ("casino", "саsіnо"),  # with Cyrillic letters
        ("Casino", "c@$ino"),
        ("加微信领奖", "加 微 信 领 奖"),
        ("加微信领奖", "快来加·微·信·领·奖吧"),
        ("加微信领奖", "加 微 信 領 獎"),
        ("頭髮與發財", "头发与发财"),
        ("spam", "some s p a m here"),
        ("/win [0-9]+/", "You WIN  100 now"),
        ("/v[i1]p/", "ＶＩＰ"),
    ],
)
def test_a_word_in_disguise_is_found(word: str, text: str) -> None:
    assert wording.Lists(lists(word)).hits(text) == [wording.Hit(0, word)]


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("ass", "a glass of grass"),
        ("spam", "gas pam"),
        ("luckyspin", "An ordinary day, nothing to see"),
        ("加微信领奖", "今天天气很好"),
        ("/^win$/", "winter"),
    ],
)
def test_an_ordinary_text_is_passed(word: str, text: str) -> None:
    assert wording.Lists(lists(word)).hits(text) == []


def test_no_pattern_takes_long() -> None:
    known, begun = wording.Lists(lists("/(a+)+$/", "/(x|xx)*y/")), time.process_time()
    assert known.hits("a" * 15000 + "!" + "x" * 4000) == []
    assert time.process_time() - begun < 2


def test_the_label_and_the_suggestion_are_those_of_the_list() -> None:
    order = {
        "scenes": ["ad"],
        "save": "abnormal",
        "texts": {"title": "l u c k y spin", "description": "", "barrage": ""},
    }
    told = judging.judged(seen([{}]), lists("lucky spin", label="spam", suggestion="review"), order)
    assert told["texts"] == {"title": ["spam", 100.0, "review"], "description": None, "barrage": None}
    assert told["scenes"] == {"ad": ["normal", 100.0, "pass"]} and reviews.suggestion(told) == "review"


def seen(frames: Sequence[Any], can: Sequence[str] = ("codes", "letters"), film: bool = True) -> dict[str, Any]:
    return {"can": list(can), "film": film, "frames": list(frames), "images": []}


def test_a_code_is_to_be_looked_at_and_a_bar_code_is_nothing() -> None:
    frames = [{}, {"codes": [["qrcode", "https://x"]]}, {"codes": [["barcode", "4006381333931"]]}]
    order = {"scenes": ["ad"], "save": "abnormal", "texts": {}}
    told = judging.judged(seen(frames), [], order)
    assert told["frames"] == [[2, {"ad": ["qrcode", 100.0, "review"]}]]
    assert told["scenes"]["ad"] == ["qrcode", 100.0, "review"]
    assert [n for n, _ in judging.judged(seen(frames), [], order | {"save": "all"})["frames"]] == [1, 2, 3]


def _porn(*scores: Any) -> list[str]:
    frames = [{"porn": list(one)} if one else {} for one in scores]
    told = judging.judged(seen(frames, can=["porn"]), [], {"scenes": ["porn"], "save": "all", "texts": {}})
    return [one["porn"][2] for _, one in told["frames"]]


def test_both_models_must_vote_and_neighbours_agree() -> None:
    sure, likely, one_alone = (0.95, 0.9, 0.1), (0.6, 0.6, 0.1), (0.99, 0.1, 0.1)
    assert _porn(sure, sure, (), ()) == ["block", "block", "pass", "pass"]
    assert _porn(sure, likely, ()) == ["block", "review", "pass"]
    assert _porn((), sure, ()) == ["pass", "review", "pass"]  # alone it does not block
    assert _porn((), likely, ()) == ["pass", "pass", "pass"]
    assert _porn(one_alone, one_alone, (0.1, 0.99, 0.9)) == ["pass", "pass", "pass"]
    assert _porn((0.6, 0.1, 0.8), (0.6, 0.1, 0.8)) == ["review", "review"]
    assert _porn(sure) == ["block"]


def test_by_what_a_result_came_is_told_when_it_is_asked_for() -> None:
    order = {"scenes": ["ad", "qrcode"], "save": "all", "texts": {"0": "a film", "1": "lucky spin"}, "details": True}
    place = [0.1, 0.2, 0.3, 0.4]
    one = {"codes": [["qrcode", "https://x", *place], ["barcode", "4006", *place]], "letters": ["LUCKY SPIN"]}
    told = judging.judged(seen([], film=False) | {"images": [one, {}]}, lists("lucky spin"), order)
    words = [["lucky spin", "ad", "1", "w"]]
    found = {"codes": [["https://x", *place]], "letters": ["LUCKY SPIN"], "words": words}
    assert told["images"][0] == {
        "ad": ["ad", 100.0, "block", found],
        "qrcode": ["qrcode", 100.0, "review", {"codes": found["codes"]}],
    }
    assert told["images"][1]["qrcode"] == ["normal", 100.0, "pass", {"codes": []}]
    assert told["texts"] == {
        "0": ["normal", 100.0, "pass", {"words": []}],
        "1": ["ad", 100.0, "block", {"words": words}],
    }


def test_what_cannot_be_read_is_not_passed() -> None:
    order = {"scenes": ["ad"], "save": "all", "texts": {}}
    told = judging.judged(seen([None, {}]) | {"images": [None]}, [], order)
    assert [n for n, _ in told["frames"]] == [2] and told["images"] == [{"ad": ["", 0.0, "unavailable"]}]


def _program(folder: Path, *words: str) -> tuple[int, str]:
    """The program as the server starts it, in this folder."""
    runtime = RUNTIMES["infer"]
    ran = subprocess.run(
        [sys.executable, *runtime.first, *words], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    return ran.returncode, ran.stderr.strip().rpartition("\n")[2]


def _says_huge(good: bytes) -> bytes:
    """The same JPEG, with 65500 lines and columns in its head."""
    at = good.index(b"\xff\xc0") + 5
    return good[:at] + b"\xff\xdc\xff\xdc" + good[at + 4 :]


HOSTILE: dict[str, Callable[[bytes], bytes]] = {
    "truncated": lambda good: good[: len(good) // 3],
    "zero bytes": lambda good: bytes(len(good)),
    "empty": lambda _good: b"",
    "says that it is huge": _says_huge,
    "huge": lambda _good: cv2.imencode(".png", np.zeros((4000, 6000), np.uint8))[1].tobytes(),
    "a line": lambda _good: cv2.imencode(".png", np.zeros((1, 30000), np.uint8))[1].tobytes(),
    "no picture": lambda _good: b"\xff\xd8\xff" + bytes(range(256)) * 40,
}


@pytest.mark.parametrize("kind", sorted(HOSTILE))
def test_a_hostile_picture_ends_in_a_clear_state(kind: str, tmp_path: Path) -> None:
    good = cv2.imencode(".jpg", np.full((90, 160, 3), 120, np.uint8))[1].tobytes()
    (tmp_path / "f000001.jpg").write_bytes(HOSTILE[kind](good))
    (tmp_path / "order.json").write_text(json.dumps({"scenes": ["porn", "ad"], "film": True, "images": 0, "rate": 2.0}))
    code, said = _program(tmp_path, "review", "look", "order.json", "seen.json")
    if code == 0:  # a decoder may make something of a part
        told = json.loads((tmp_path / "seen.json").read_text())
        assert told["can"] == ["codes", "letters", "porn"] and len(told["frames"]) == 1
    else:
        assert (code, said) == (2, "infer: unreadable")


@pytest.mark.parametrize("kind", [".jpg", ".webp"])
def test_a_cover_image_is_looked_at_whatever_it_is_called(kind: str, tmp_path: Path) -> None:
    (tmp_path / "covers").mkdir()
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3), np.uint8)
    picture = cv2.imencode(kind, noise)[1].tobytes()  # as large as real ones: ffmpeg looks at the beginning alone
    names = (f"one{kind}", "two.jpg", "three.png", "four")
    for name in names:
        (tmp_path / "covers" / name).write_bytes(picture)
    io = LocalIO(tmp_path / "none", tmp_path / "work", tmp_path / "out", tools=Tools(ai=True), buckets=tmp_path)
    look = reviews.look(None, None, "j", ("live",), [ObjectRef("covers", "", name) for name in names])
    assert asyncio.run(io.execute([look]))[0].failure is None
    seen = json.loads((tmp_path / "work" / reviews.LOOK / reviews.SEEN).read_text())
    assert seen["images"] == [{}] * len(names), "each could be read"


def test_odd_sizes_and_numbers_that_are_none_are_no_pass() -> None:
    scores = porn.look()
    assert scores(np.zeros((720, 1280, 3), np.uint8)) == []
    assert len(scores(np.full((16, 1280, 3), 255, np.uint8))) == 3
    with pytest.raises(Unusable, match="model"):
        porn.checked([float("nan"), 0.0, 0.0])


def test_a_code_and_letters_are_seen_in_a_picture() -> None:
    height = width = 320
    sheet = np.full((height, width * 3, 3), 90, np.uint8)
    head, _, raw = qr("https://example.com/win", 200).partition(b" 255\n")
    wide, high = (int(one) for one in head.split()[1:])
    code = np.frombuffer(raw, np.uint8).reshape(high, wide)
    sheet[20 : 20 + high, 20 : 20 + wide] = code[..., None]
    cv2.putText(sheet, "CALL LUCKYSPIN", (340, 180), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (255, 255, 255), 4)
    ((kind, said, *place),) = codes.look()(sheet)
    assert (kind, said) == ("qrcode", "https://example.com/win")
    share = [(20 + wide / 2) / (3 * width), (20 + high / 2) / height]
    assert [place[0] + place[2] / 2, place[1] + place[3] / 2] == pytest.approx(share, abs=0.01), "its middle"
    from reelmill.infer import letters  # where it is used: it takes a second, and all processes read all files

    assert wording.Lists(lists("luckyspin")).hits("\n".join(letters.look()(sheet)))


def test_what_nobody_can_look_at_is_never_passed() -> None:
    order = {"scenes": ["porn", "terrorism", "live", "logo", "audio"], "save": "all", "texts": {}}
    told = judging.judged(seen([{}], can=[]), [], order)
    assert {one[2] for one in told["scenes"].values()} == {"unavailable"}
    assert reviews.suggestion(told) == "unavailable"
    titled = {one: {**told, "texts": {"title": ["a", 100.0, one]}} for one in reviews.SUGGESTIONS}
    assert [reviews.suggestion(one) for one in titled.values()] == ["unavailable", "review", "block"]
    some = {**titled["pass"], "scenes": {**told["scenes"], "ad": ["normal", 100.0, "pass"]}}
    assert reviews.suggestion(some) == "pass"


@pytest.mark.parametrize(
    ("abort", "told", "gate"),
    [
        ("", "block", "pass"),
        ("block", "block", "stop"),
        ("block", "review", "pass"),
        ("review,block", "review", "stop"),
    ],
)
def test_the_branch_ends_by_the_rule(abort: str, told: str, gate: str) -> None:
    judged = {"scenes": {"ad": ["qrcode", 100.0, told]}, "frames": [], "images": [], "texts": {}}
    spec = censor.spec({"Scenes": ["ad"]}, {}, abort=abort)
    ended = censor.outcome(spec, judged, [], {})
    assert ended.gate == gate and bool(ended.reason) == (gate == "stop")


@pytest.mark.parametrize(
    ("human", "told", "gate"),
    [
        ("never", "review", "pass"),
        ("review", "review", "wait"),
        ("review", "unavailable", "wait"),
        ("review", "pass", "pass"),
        ("review", "block", "stop"),
        ("always", "pass", "wait"),
        ("always", "block", "wait"),
    ],
)
def test_a_person_is_asked_by_the_rule(human: str, told: str, gate: str) -> None:
    judged = {"scenes": {"ad": ["qrcode", 100.0, told]}, "frames": [], "images": [], "texts": {}}
    ended = censor.outcome(censor.spec({"Scenes": ["ad"]}, {}, abort="block", human=human), judged, [], {})
    assert ended.gate == gate and bool(ended.reason) == (gate != "pass")


def test_the_worst_part_is_the_result_of_the_whole() -> None:
    assert reviews.worst(["pass", "unavailable", "review"]) == "review"
    assert reviews.worst(["unavailable", "pass"]) == "pass"
    assert reviews.worst(["block", "review"]) == "block"
    assert reviews.worst([]) == "unavailable"


def test_threads_that_look_at_pictures_sleep_while_they_wait() -> None:
    """What turns in a circle instead takes the processor from whoever encodes."""
    import onnxruntime
    from rapidocr import RapidOCR

    from reelmill.infer import letters, porn, sessions

    engine: Any = RapidOCR(params=letters._PARAMS)
    written = np.zeros((96, 480, 3), np.uint8)
    cv2.putText(written, "LUCKY SPIN", (20, 64), cv2.FONT_HERSHEY_SIMPLEX, 1.6, (255, 255, 255), 3)
    engine(written)  # it loads its models when they are wanted
    ours = sessions.opened(str(porn._yahoo()))
    for session in (engine.text_det.session.session, engine.text_rec.session.session, ours):
        assert isinstance(session, onnxruntime.InferenceSession)
        entry = session.get_session_options().get_session_config_entry("session.intra_op.allow_spinning")
        assert entry == "0" and session.get_session_options().intra_op_num_threads == 2


def test_loading_what_reads_letters_leaves_the_logs_on() -> None:
    from reelmill.infer import letters

    letters.look()
    assert logging.root.manager.disable == logging.NOTSET
