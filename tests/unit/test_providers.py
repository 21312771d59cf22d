"""Providers of reviews without a server: their file, models of the user's own, answers of services."""

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

import tiny_onnx
from reelmill.infer import judging, logos, models
from reelmill.infer.program import Unusable
from reelmill.media import looking, providers, reviews
from reelmill.media.runtimes import RUNTIMES

MODEL = """
[[provider]]
name = "red pictures"
scenes = ["terrorism"]
[provider.model]
file = "red.onnx"
size = [64, 64]
labels = ["normal", "bloody"]
thresholds = {bloody = {review = 0.5, block = 0.8}}
"""
SERVICE = """
[[provider]]
name = "s"
scenes = ["live", "logo"]
[provider.service]
url = "http://127.0.0.1:9100/look"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "providers.toml"
    path.write_text(text)
    return path


def test_a_file_names_models_and_services(tmp_path: Path) -> None:
    model, service = providers.read(written(tmp_path, MODEL + SERVICE))
    assert model.model is not None and model.model["file"] == str(tmp_path / "red.onnx")
    assert model.scenes == ("terrorism",) and model.model["seconds"] == 30
    assert service.service == providers.Service("http://127.0.0.1:9100/look", "", 10.0, 3, 8)
    assert providers.read(written(tmp_path, "")) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[[provider]]", "[[provider", "is no TOML"),
        ("[[provider]]", "[[providers]]", "nothing else"),
        ('name = "red pictures"\n', "", "needs a name"),
        ('["terrorism"]', '["audio"]', "scenes must be some of"),
        ("[provider.model]", "[provider.modell]", 'provider "red pictures": "modell" is unknown'),
        ('file = "red.onnx"\n', "", "file must be"),
        ("[64, 64]", "[64, 1000000]", "size must be"),
        ("[64, 64]", "[nan, nan]", "size must be"),
        ("review = 0.5", "review = nan", "thresholds must be"),
        ("review = 0.5", "review = 50", "thresholds must be"),
        ("{bloody", "{gore", "thresholds must be"),
        ("size =", "std = [1, 0, 1]\nsize =", "std must be"),
        ("size =", "sizes = 1\nsize =", '"sizes" is unknown'),
        ("size =", "seconds = true\nsize =", "seconds must be"),
    ],
)
def test_what_is_wrong_in_a_file_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=told):
        providers.read(written(tmp_path, MODEL.replace(old, new)))


def test_a_secret_and_an_address_must_be_some(tmp_path: Path) -> None:
    for more, told in (('secret = "abc"', "whsec_"), ("tries = 0", "tries must be"), ("batch = 1000", "batch must be")):
        with pytest.raises(ValueError, match=told):
            providers.read(written(tmp_path, SERVICE + more))
    with pytest.raises(ValueError, match="url must be"):
        providers.read(written(tmp_path, SERVICE.replace("http://", "file://")))
    with pytest.raises(ValueError, match="cannot be read"):
        providers.read(tmp_path / "nothing.toml")


GOOD = {"label": "normal", "rate": 99, "suggestion": "pass"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no JSON"),
        ('{"pictures": {"f000001": {"live": ', "no JSON"),
        ("[" * 100_000, "no JSON"),
        ("null", "missing"),
        ('{"pictures": []}', "missing"),
        ('{"pictures": {}}', "live of f000001 is missing"),
        ('{"pictures": {"f000001": {"live": 1}}}', "live of f000001 is missing"),
        ('{"pictures": {"f000001": {"live": {"label": "a", "rate": NaN, "suggestion": "pass"}}}}', "no JSON"),
        ('{"pictures": {"f000001": {"live": {"label": "a", "rate": 1e999, "suggestion": "pass"}}}}', "rate"),
        ('{"pictures": {"f000001": {"live": {"label": "a", "rate": -1, "suggestion": "pass"}}}}', "rate"),
        ('{"pictures": {"f000001": {"live": {"label": "a", "rate": true, "suggestion": "pass"}}}}', "rate"),
        ('{"pictures": {"f000001": {"live": {"label": "<b>", "rate": 1, "suggestion": "pass"}}}}', "label"),
        ('{"pictures": {"f000001": {"live": {"label": "a", "rate": 1, "suggestion": "fine"}}}}', "suggestion"),
    ],
)
def test_an_answer_that_is_none_is_refused(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        providers.answered(text, ["f000001"], ["live"])


def test_an_answer_tells_a_result_for_every_scene_of_every_picture() -> None:
    text = json.dumps({"pictures": {"f000001": {"live": GOOD, "more": 1}, "else": 2}})
    assert providers.answered(text, ["f000001"], ["live"]) == {"f000001": {"live": ["normal", 99.0, "pass"]}}


def looked(folder: Path, model: bytes | None, more: str = "", side: int = 64) -> tuple[int, str, Any]:
    """The program as the server starts it, on a red picture, one that is grey, and one that is none."""
    pictures = folder / "look"
    pictures.mkdir()
    for number, colour in enumerate(((0, 0, 255), (120, 120, 120)), 1):
        cv2.imwrite(str(pictures / f"f{number:06d}.jpg"), np.full((90, 160, 3), colour, np.uint8))
    (pictures / "f000003.jpg").write_bytes(b"\xff\xd8\xff" + bytes(100))
    if model is not None:
        (folder / "red.onnx").write_bytes(model)
    (known,) = providers.read(written(folder, MODEL.replace("[64, 64]", f"[{side}, {side}]") + more))
    (folder / "order.json").write_text(json.dumps({"scenes": ["terrorism"], "model": known.model}))
    runtime = RUNTIMES["infer"]
    argv = [sys.executable, *runtime.first, "models", "order.json", "look", "found.json"]
    limit = f'ulimit -v {runtime.limits.address_space // 1024}; exec "$@"'
    ran = subprocess.run(["bash", "-c", limit, "x", *argv], cwd=folder, capture_output=True, text=True, timeout=60)
    out = folder / "found.json"
    return ran.returncode, ran.stderr.strip(), json.loads(out.read_text()) if out.exists() else None


def test_a_model_sees_what_its_thresholds_say(tmp_path: Path) -> None:
    code, said, found = looked(tmp_path, tiny_onnx.red())
    assert (code, said) == (0, "")
    assert {name: one["terrorism"][2] for name, one in found.items()} == {"f000001": "block", "f000002": "pass"}
    assert found["f000001"]["terrorism"][0] == "bloody" and found["f000001"]["terrorism"][1] > 70


@pytest.mark.parametrize(
    ("model", "more", "word"),
    [
        (None, "", "no-model"),
        (b"", "", "no-model"),
        (b"no model at all", "", "model-bad"),
        (tiny_onnx.red()[:100], "", "model-bad"),
        (bytes(5000), "", "model-bad"),
        (tiny_onnx.red((float("nan"),) * 6), "", "model"),
        (tiny_onnx.red((float("inf"),) * 6), "", "model"),
        (tiny_onnx.red(labels=2), "layout = 'nhwc'", "model-shape"),
        (tiny_onnx.huge(), "", "model-shape"),
    ],
)
def test_a_hostile_model_ends_in_a_clear_state(model: bytes | None, more: str, word: str, tmp_path: Path) -> None:
    code, said, found = looked(tmp_path, model, more)
    assert (code, said.rpartition("\n")[2], found) == (2, f"infer: {word}", None)
    assert looking.diagnose(["infer"], code, said).code != "InternalError"


def test_a_model_that_never_answers_is_killed(tmp_path: Path) -> None:
    code, _, found = looked(tmp_path, tiny_onnx.endless(), "seconds = 1")
    assert code < 0 and found is None


def test_scores_become_the_surest_of_the_worst() -> None:
    model: dict[str, Any] = {"labels": ["normal", "gun", "knife", "gun"]}
    model |= {"thresholds": {"gun": {"review": 0.3, "block": 0.9}, "knife": {"review": 0.2}}}
    assert models.judged([0.9, 0.1, 0.1, 0.2], model) == ["normal", 80.0, "pass"]
    assert models.judged([0.0, 0.1, 0.5, 0.4], model) == ["knife", 50.0, "review"]
    assert models.judged([0.0, 0.1, 0.99, 0.95], model) == ["gun", 95.0, "block"]


def told(*answers: Any, scenes: Any = ("terrorism",), can: Any = ()) -> dict[str, Any]:
    seen = {"can": list(can), "film": True, "frames": [{}, {}], "images": [{}]}
    return judging.judged(seen, [], {"scenes": list(scenes), "save": "abnormal", "texts": {}}, answers)


def answer(**found: str) -> dict[str, Any]:
    return {"scenes": ["terrorism"], "found": {name: {"terrorism": ["x", 90.0, one]} for name, one in found.items()}}


def test_what_a_provider_says_is_the_result() -> None:
    one = told(answer(f000001="pass", f000002="block", i000001="review"))
    assert one["scenes"] == {"terrorism": ["x", 90.0, "block"]} and reviews.suggestion(one) == "block"
    assert one["frames"] == [[2, {"terrorism": ["x", 90.0, "block"]}]]
    assert one["images"] == [{"terrorism": ["x", 90.0, "review"]}]


def test_a_provider_that_failed_passes_nothing_and_harms_nothing() -> None:
    nothing = {"scenes": ["terrorism"], "found": {}}
    one = told(nothing, scenes=["terrorism", "ad"], can=["codes", "letters"])
    assert (one["scenes"]["terrorism"][2], one["scenes"]["ad"][2]) == ("unavailable", "pass") and one["frames"] == []
    half = told(answer(f000001="pass"))
    assert half["scenes"]["terrorism"][2] == half["images"][0]["terrorism"][2] == "unavailable"
    assert told(answer(f000001="block"))["scenes"]["terrorism"][2] == "block"
    both = told(nothing, answer(f000001="pass", f000002="pass", i000001="pass"))
    assert both["scenes"]["terrorism"][2] == "unavailable"


def test_all_logos_of_a_picture_are_told_of_it_and_none_of_the_film() -> None:
    def found(name: str, suggestion: str) -> list[Any]:
        return [name, 90.0, suggestion, {"logos": [[name, name, 90.0, suggestion, 0.1, 0.1, 0.2, 0.2]]}]

    mine, other = ({"scenes": ["logo"], "found": {"f000001": {"logo": found(*one)}}} for one in _TWO)
    one = told(mine, other, scenes=["logo"])
    assert one["scenes"]["logo"] == ["b", 90.0, "block"]
    ((_, first),) = one["frames"]
    assert first["logo"][:3] == ["b", 90.0, "block"] and [hit[0] for hit in first["logo"][3]["logos"]] == ["a", "b"]


_TWO = (("a", "review"), ("b", "block"))


def logo(clear: bool) -> Any:
    """A ring and letters in a box; or with nothing around them."""
    drawn = np.full((100, 240, 4), (200, 120, 20, 0 if clear else 255), np.uint8)
    cv2.circle(drawn, (50, 50), 40, (40, 40, 220, 255), -1)
    cv2.circle(drawn, (50, 50), 22, (250, 250, 250, 255), -1)
    cv2.putText(drawn, "RM7", (100, 74), cv2.FONT_HERSHEY_DUPLEX, 2.0, (255, 255, 255, 255), 7)
    return drawn


def ground() -> Any:
    """A picture with edges, and noise."""
    chance = np.random.default_rng(7)
    small = chance.integers(0, 255, (9, 16, 3), np.uint8)
    noise = chance.normal(0, 6, (360, 640, 3))
    return np.clip(cv2.resize(small, (640, 360), interpolation=cv2.INTER_CUBIC) + noise, 0, 255).astype(np.uint8)


def drawn_on(picture: Any, what: Any, width: int) -> Any:
    high = round(width * what.shape[0] / what.shape[1])
    small = cv2.resize(what, (width, high), interpolation=cv2.INTER_AREA)
    share, made = small[:, :, 3:] / 255, picture.copy()
    place = made[10 : 10 + high, 600 - width : 600]
    place[:] = place * (1 - share) + small[:, :, :3] * share
    return cv2.imdecode(cv2.imencode(".jpg", made, [cv2.IMWRITE_JPEG_QUALITY, 75])[1], cv2.IMREAD_COLOR)


@pytest.mark.parametrize("clear", [False, True])
def test_a_logo_is_found_at_any_size_and_nowhere_else(clear: bool) -> None:
    what, plain = logo(clear), ground()
    shapes = logos.sizes(what)
    for width in (60, 130):
        score, box = logos.best(logos.Picture(logos.prepared(drawn_on(plain, what, width))), shapes)
        drawn = [480 / 640 * part for part in (600 - width, 10, width, width / 2.4)]
        assert score > 0.86 and np.abs(np.subtract(box, drawn)).max() < 6, (box, drawn)
    for none, most in ((plain, 0.78), (np.zeros((360, 640, 3), np.uint8), 0.78), (plain[:1], 0.0)):
        assert logos.best(logos.Picture(logos.prepared(none)), shapes)[0] <= most


def test_a_logo_is_followed_from_picture_to_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing has changed nobody looks, and a logo that stands is looked for at its place alone."""
    looked: list[object] = []
    whole = logos.best

    def best(picture: logos.Picture, sought: logos.Logo) -> tuple[float, logos.Box]:
        looked.append(picture)
        return whole(picture, sought)

    monkeypatch.setattr(logos, "best", best)
    what, plain = logo(False), ground()
    dark, other = (plain * 0.6).astype(np.uint8), np.ascontiguousarray(drawn_on(plain, what, 100)[::-1, ::-1])
    one = logos.Sought(logos.sizes(what), 0.82)
    told = []
    for picture in (plain, plain, drawn_on(plain, what, 100), drawn_on(dark, what, 100), dark, other, other):
        score, box = one.look(logos.Picture(logos.prepared(picture)))
        told.append((score >= 0.82, len(looked)))
        if score >= 0.82:
            assert np.abs(np.subtract(box, [375, 8, 75, 31])).max() < 6
    assert told == [(False, 1), (False, 1), (True, 2), (True, 2), (False, 3), (False, 4), (False, 4)]


def test_the_program_tells_which_pictures_have_the_logo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    what, plain = logo(False), ground()
    cv2.imwrite("l.png", what)
    Path("look").mkdir()
    for name, picture in (("f000001", plain), ("f000002", drawn_on(plain, what, 100)), ("i000001", plain)):
        cv2.imwrite(f"look/{name}.jpg", picture)
    Path("look/f000003.jpg").write_bytes(b"\xff\xd8\xff" + bytes(100))
    mine = {"name": "mine", "file": "l.png", "label": "TV", "suggestion": "block", "least": 0.82}
    sent = base64.b64encode(cv2.imencode(".png", logo(True))[1].tobytes()).decode()
    other = {"name": "sent", "picture": sent, "label": "logo", "suggestion": "review", "least": 0.5}
    order = {"scenes": ["logo"], "logos": [mine, other]}
    Path("order.json").write_text(json.dumps(order))
    logos.main("order.json", "look", "found.json")
    found = {name: one["logo"] for name, one in json.loads(Path("found.json").read_text()).items()}
    assert {name: one[::2] for name, one in found.items() if name != "f000002"} == {
        "f000001": ["logo", "review"],
        "i000001": ["logo", "review"],
    }, "what is asked for so loosely is found anywhere"
    label, rate, suggestion, more = found["f000002"]
    assert (label, suggestion) == ("TV", "block") and [hit[:2] for hit in more["logos"]] == [
        ["mine", "TV"],
        ["sent", "logo"],
    ]
    assert rate == more["logos"][0][2] > 82
    assert more["logos"][0][4:] == pytest.approx([500 / 640, 10 / 360, 100 / 640, 42 / 360], abs=0.02)


def test_a_logo_is_judged_by_the_file(tmp_path: Path) -> None:
    text = '[[provider]]\nname = "l"\nscenes = ["logo"]\n[provider.logo]\nfile = "l.png"\n'
    (plain,) = providers.read(written(tmp_path, text))
    assert plain.logo is not None and (plain.model, plain.service) == (None, None)
    mine, box = {"name": plain.name, **plain.logo}, (24, 27, 48, 27)
    hit = ["l", "logo", 90.0, "review", 0.05, 0.1, 0.1, 0.1]
    assert logos.judged([(mine, 0.9, box)], (270, 480)) == ["logo", 90.0, "review", {"logos": [hit]}]
    assert logos.judged([(mine, 0.7, box)], (270, 480)) == ["normal", 30.0, "pass"]
    for more, told in (("least = nan", "least must"), ('suggestion = "pass"', "suggestion must"), ("x = 1", "unknown")):
        with pytest.raises(ValueError, match=told):
            providers.read(written(tmp_path, text + more))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (None, "no-logo"),
        (b"", "no-logo"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "no-logo"),
        (cv2.imencode(".png", logo(True))[1].tobytes()[:500], "no-logo"),
        (cv2.imencode(".png", np.zeros((2, 2), np.uint8))[1].tobytes(), "no-logo"),
        (
            cv2.imencode(".png", np.zeros((2000, 12), np.uint8) + np.arange(12, dtype=np.uint8) * 20)[1].tobytes(),
            "no-logo",
        ),
        (cv2.imencode(".png", np.full((50, 90, 3), 80, np.uint8))[1].tobytes(), "flat-logo"),
        (cv2.imencode(".png", np.zeros((50, 90, 4), np.uint8))[1].tobytes(), "flat-logo"),
    ],
)
def test_a_hostile_logo_ends_in_a_clear_state(data: bytes | None, word: str, tmp_path: Path) -> None:
    path = tmp_path / "l.png"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(Unusable, match=word):
        logos.sizes(logos.opened(path))
    assert looking.diagnose(["infer"], 2, f"infer: {word}").code != "InternalError"
