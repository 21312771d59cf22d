"""ImAudit in a running server, through both SDKs: pictures and texts by the models, word lists and logos of reviews."""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from codes import qr
from contract.sdks import NewSdk, OldSdk
from reelmill.cli.client import Refused
from running import KEY, REGION, SECRET, Running, running
from unit.test_providers import drawn_on, ground, logo

pytestmark = pytest.mark.slow
LINK = "https://example.com/win"


CODE: Any = cv2.imdecode(np.frombuffer(qr(LINK, 400), np.uint8), cv2.IMREAD_GRAYSCALE)
SIDE = CODE.shape[0]


def jpeg(picture: Any) -> bytes:
    return bytes(cv2.imencode(".jpg", picture)[1].tobytes())


def coded() -> Any:
    """A large picture with a code at its right."""
    picture = np.full((1500, 3000, 3), 90, np.uint8)
    picture[100 : 100 + SIDE, 2400 : 2400 + SIDE] = CODE[:, :, None]
    return picture


def lettered() -> Any:
    picture = np.full((360, 640, 3), 30, np.uint8)
    cv2.putText(picture, "GET LUCKY SPIN NOW", (40, 200), cv2.FONT_HERSHEY_DUPLEX, 1.6, (255, 255, 255), 3)
    return picture


@dataclass
class World:
    server: Running

    def url(self, name: str) -> str:
        return f"http://cin.oss-{REGION}.aliyuncs.com/{name}"

    def audit(self, scenes: list[str], images: list[Any] = [], texts: list[Any] = []) -> dict[str, Any]:  # noqa: B006
        given = {"Images": images} if images else {}
        given |= {"Contents": texts} if texts else {}
        return self.server.client.call("ImAudit", Scenes=scenes, **given)

    def refusal(self, **values: Any) -> str:
        with pytest.raises(Refused) as refused:
            self.server.client.call("ImAudit", **values)
        return str(refused.value.answer["Code"])


def found(answer: dict[str, Any], place: int = 0) -> dict[str, Any]:
    return {one["Scene"]: one for one in answer["ImageResults"]["result"][place]["results"]}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("audits")
    with running(folder / "home", ai="true") as server:
        server.client.call("BindInputBucket", Bucket="cin")
        words = {"Words": ["lucky spin"], "Label": "ad", "Suggestion": "block"}
        server.client.call("AddCensorWordList", Name="offers", **words)
        sent = base64.b64encode(cv2.imencode(".png", logo(True))[1].tobytes()).decode()
        server.client.call("AddCensorLogo", Name="seven", Picture=sent, Label="TV", Suggestion="review")
        files = {"ground.jpg": ground(), "code.jpg": coded(), "text.jpg": lettered()}
        files["logo.jpg"] = cv2.resize(drawn_on(ground(), logo(True), 120), (1920, 1080))
        for name, picture in files.items():
            (folder / name).write_bytes(jpeg(picture))
            server.put("cin", name, folder / name)
        turned = jpeg(coded())
        exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"  # turned by 90 degrees
        other = {
            "code.png": bytes(cv2.imencode(".png", coded())[1].tobytes()),
            "code.webp": bytes(cv2.imencode(".webp", coded())[1].tobytes()),
            "turned.jpg": turned[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2) + exif + turned[2:],
        }
        bad = other | {
            "cut.jpg": jpeg(ground())[:400],
            "empty.jpg": b"",
            "none.jpg": b"no picture at all",
            "huge.png": bytes(cv2.imencode(".png", np.zeros((8193, 8192), np.uint8))[1].tobytes()),
            "long.jpg": jpeg(ground()) + bytes(20 << 20),
            "list.jpg": b"ffconcat version 1.0\nfile ground.jpg\n",
        }
        for name, data in bad.items():
            (folder / name).write_bytes(data)
            server.put("cin", name, folder / name)
        yield World(server)


def test_both_sdks_read_what_was_found(world: World) -> None:
    asked = {"Scenes": '["ad","logo","antispam"]', "BizType": "common"}
    asked["Images"] = json.dumps([{"url": world.url("text.jpg"), "dataId": "a"}, world.url("logo.jpg")])
    asked["Contents"] = json.dumps(["L u c k y  5pin", {"content": "A film", "dataId": "b"}])
    for kind in (NewSdk, OldSdk):
        answer = kind(world.server.port, KEY, SECRET, REGION).call("ImAudit", **asked)
        first, second = answer["ImageResults"]["result"]
        assert (first["dataId"], first["url"], first["msg"]) == ("a", world.url("text.jpg"), "OK")
        assert len(first["taskId"]) == 32 and "code" not in first
        told = {one["Scene"]: one for one in first["results"]}
        assert (told["ad"]["Label"], told["ad"]["Suggestion"], told["ad"]["Rate"]) == ("ad", "block", 100)
        assert told["ad"]["hintWordsInfo"] == [{"context": "lucky spin"}]
        assert "LUCKY SPIN" in " ".join(told["ad"]["ocrData"]) and told["logo"]["Suggestion"] == "pass"
        told = {one["Scene"]: one for one in second["results"]}
        (mark,) = told["logo"]["logoData"]
        assert (mark["name"], mark["type"], told["logo"]["Suggestion"]) == ("seven", "TV", "review")
        assert [mark[name] for name in "xywh"] == pytest.approx([3 * 480, 3 * 10, 3 * 120, 3 * 50], abs=30)
        bad, good = answer["TextResults"]["result"]
        assert (bad["content"], good["dataId"], bad["code"]) == ("L u c k y  5pin", "b", 200)
        (one,) = bad["results"]
        assert (one["scene"], one["label"], one["suggestion"]) == ("antispam", "ad", "block")
        ((detail,), (passed,)) = one["details"], good["results"]
        assert detail["Label"] == "ad" and detail["contexts"][0]["libName"] == "offers"
        assert detail["contexts"][0]["context"] == "lucky spin" and passed["suggestion"] == "pass"


def test_a_code_is_told_with_its_place_in_the_picture_as_it_came(world: World) -> None:
    told = found(world.audit(["qrcode", "ad"], [world.url("code.jpg")]))
    for scene in ("qrcode", "ad"):
        assert (told[scene]["Label"], told[scene]["Suggestion"]) == ("qrcode", "review")
        assert told[scene]["qrcodeData"] == [LINK]
        (code,) = told[scene]["qrcodeLocations"]
        assert code["qrcode"] == LINK and code["x"] == pytest.approx(2450, abs=60) and code["y"] > 100
    clear = found(world.audit(["qrcode"], [world.url("ground.jpg")]))["qrcode"]
    assert (clear["Label"], clear["Suggestion"], clear["qrcodeData"]) == ("normal", "pass", [])


@pytest.mark.parametrize("name", ["code.png", "code.webp", "turned.jpg"])
def test_places_are_those_of_the_picture_as_it_is_shown(world: World, name: str) -> None:
    (code,) = found(world.audit(["qrcode"], [world.url(name)]))["qrcode"]["qrcodeLocations"]
    middle = code["x"] + code["w"] / 2, code["y"] + code["h"] / 2
    there = (2400 + SIDE / 2, 100 + SIDE / 2)
    assert middle == pytest.approx((1500 - there[1], there[0]) if name == "turned.jpg" else there, abs=12)


def test_what_nobody_sees_is_unavailable_and_never_passed(world: World) -> None:
    answer = world.audit(["porn", "terrorism", "live"], [world.url("ground.jpg")])
    assert {scene: one["Suggestion"] for scene, one in found(answer).items()} == {
        "porn": "pass",
        "terrorism": "unavailable",
        "live": "unavailable",
    }
    assert set(answer["ImageResults"]["result"][0]["extras"]) == {"terrorism", "live"}


@pytest.mark.parametrize("name", ["cut.jpg", "empty.jpg", "none.jpg", "huge.png", "long.jpg", "list.jpg", "gone.jpg"])
def test_a_hostile_picture_fails_by_itself(world: World, name: str) -> None:
    answer = world.audit(["qrcode"], [world.url(name), world.url("code.jpg")])
    bad, good = answer["ImageResults"]["result"]
    assert bad["code"] == 400 and bad["msg"] and bad["msg"] != "OK" and not bad["results"]
    assert good["results"][0]["Label"] == "qrcode", "the other one is looked at"


def test_a_picture_of_nobodys_bucket_is_not_looked_at(world: World) -> None:
    (one,) = world.audit(["ad"], [f"http://nobodys.oss-{REGION}.aliyuncs.com/x.jpg"])["ImageResults"]["result"]
    assert one["code"] == 400 and "not bound" in one["msg"]


def test_what_is_no_question_is_refused(world: World) -> None:
    image = {"Images": [world.url("ground.jpg")]}
    assert world.refusal(Scenes=["ad"]) == "MissingParameter"
    assert world.refusal(Scenes=["nothing"], **image) == "InvalidParameter"
    assert world.refusal(Scenes=["antispam"], **image) == "InvalidParameter"
    assert world.refusal(Scenes="[[", **image) == "InvalidParameter.JsonArrayFormatInvalid"
    assert world.refusal(Scenes=["ad"], Images=[5]) == "InvalidParameter"
    assert world.refusal(Scenes=["ad"], Images=["http://10.0.0.1/x.jpg"]) == "InvalidParameter.Format"
    assert world.refusal(Scenes=["ad"], Contents=["x" * 10_001]) == "InvalidParameter.OutOfRange"
    assert world.refusal(Scenes=["ad"], Contents=["x"] * 6) == "InvalidParameter.ListSizeExceed"
    for scenes in ('{"antispam"}', "antispam,ad", '["antispam"]'):
        answer = world.audit(scenes, texts=["lucky spin"])  # type: ignore[arg-type]
        assert answer["TextResults"]["result"][0]["results"][0]["suggestion"] == "block"


def test_without_models_it_is_refused(tmp_path: Path) -> None:
    with running(tmp_path / "home") as server, pytest.raises(Refused) as refused:
        server.client.call("ImAudit", Scenes=["ad"], Contents=["x"])
    assert refused.value.answer["Code"] == "InvalidParameter.NotSupported"
    assert "REELMILL_AI" in refused.value.answer["Message"]
