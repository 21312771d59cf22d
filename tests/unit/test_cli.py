"""The command line: options from the table, the client's signature, keys, the lock of a home, and what the demo
plans."""

import stat
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reelmill.cli import client, demo_plan, demo_view, home, keys
from reelmill.cli.main import app, parameters
from reelmill.core.errors import SettingError
from reelmill.core.model import AudioStream, MediaInfo, VideoStream
from reelmill.settings import Settings, load, table


def settings(folder: Path, **flags: object) -> Settings:
    return load({"home": folder, **flags}, {})


def test_every_setting_is_a_flag_of_serve() -> None:
    text = CliRunner().invoke(app, ["serve", "--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    assert [name for name in table() if f"--{name.replace('_', '-')}" not in text] == []


def test_every_command_tells_what_it_is_for() -> None:
    text = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200", "TERM": "dumb"}).output
    assert [
        word for word in ("serve", "demo", "doctor", "test", "check", "call", "migrate", "admin") if word not in text
    ] == []


def test_a_wrong_setting_stops_a_command_before_it_does_anything(tmp_path: Path) -> None:
    result = CliRunner().invoke(
        app, ["migrate", "--home", str(tmp_path / "new"), "--config", str(tmp_path / "no.toml")]
    )
    assert isinstance(result.exception, SettingError)
    assert not (tmp_path / "new").exists()


def test_the_signature_is_the_one_of_the_official_client() -> None:
    """Recomputed by the rule of the reference from what would be on the wire."""
    import hashlib
    import hmac

    query = client.canonical_query({"Name": "测 *~/", "A": "1"})
    assert query == "A=1&Name=%E6%B5%8B%20%2A~%2F"
    sent = client.signed_headers(
        "AddPipeline", "127.0.0.1:8600", query, "id", "secret", "2026-11-23T06:10:25Z", "n" * 32
    )
    names = sent["authorization"].split("SignedHeaders=")[1].split(",")[0]
    lines = "".join(f"{n}:{sent[n]}\n" for n in names.split(";"))
    request = f"POST\n/\n{query}\n{lines}\n{names}\n{sent['x-acs-content-sha256']}"
    signed = f"ACS3-HMAC-SHA256\n{hashlib.sha256(request.encode()).hexdigest()}"
    assert sent["authorization"].endswith(
        "Signature=" + hmac.new(b"secret", signed.encode(), hashlib.sha256).hexdigest()
    )


def test_parameters_of_call_are_pairs_and_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "flow.json").write_text("{}")
    assert parameters(["--Name", "films", "--State=All", "--Topology", f"@{tmp_path / 'flow.json'}"]) == {
        "Name": "films",
        "State": "All",
        "Topology": "{}",
    }
    with pytest.raises(SettingError, match="--Name value"):
        parameters(["films"])
    (tmp_path / "film").write_bytes(b"\xff\xfe")
    for file, why in (("gone.json", "No such file"), ("film", "not text")):
        with pytest.raises(SettingError, match=f"Topology: .*{why}"):
            parameters(["--Topology", f"@{tmp_path / file}"])


def test_every_folder_that_is_made_for_a_home_is_private(tmp_path: Path) -> None:
    """The demo's home lies inside the real one, which must not be open to other users because of that."""
    with home.owned(tmp_path / "outer" / "demo"):
        assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("outer", "outer/demo")] == [0o700, 0o700]


def test_the_databases_are_private_also_in_a_home_that_is_not(tmp_path: Path) -> None:
    (tmp_path / "library.db").touch(mode=0o644)
    with home.owned(tmp_path):
        assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("library.db", "engine.db")] == [
            0o600,
            0o600,
        ]


def test_the_first_start_makes_a_pair_and_later_ones_find_it(tmp_path: Path) -> None:
    with home.owned(tmp_path / "home"):
        filled, pair = keys.ensure(settings(tmp_path / "home"))
    assert pair.made
    assert pair.id.startswith("LTAI")
    assert len(pair.secret) == 30
    assert (filled.access_key_id, filled.access_key_secret) == (pair.id, pair.secret)
    assert keys.ensure(settings(tmp_path / "home"))[1] == keys.Pair(pair.id, pair.secret, made=False)
    assert stat.S_IMODE((tmp_path / "home" / "access-key.json").stat().st_mode) == 0o600


def test_rotating_keeps_the_id_and_changes_the_secret(tmp_path: Path) -> None:
    before = keys.ensure(settings(tmp_path))[1]
    after = keys.rotate(settings(tmp_path))
    assert after.id == before.id
    assert after.secret != before.secret
    assert keys.stored(settings(tmp_path)) == keys.Pair(after.id, after.secret)


def test_a_pair_of_the_settings_wins_and_is_not_rotated_here(tmp_path: Path) -> None:
    given = settings(tmp_path, access_key_id="LTAItest", access_key_secret="0123456789")
    assert keys.ensure(given)[1] == keys.Pair("LTAItest", "0123456789")
    assert not (tmp_path / "access-key.json").exists()
    with pytest.raises(SettingError, match="Change it there"):
        keys.rotate(given)


def test_a_damaged_key_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "access-key.json").write_text("[]")
    with pytest.raises(SettingError, match=r"access-key\.json"):
        keys.stored(settings(tmp_path))


def test_a_second_process_on_one_home_is_refused_with_the_first_ones_number(tmp_path: Path) -> None:
    hold = (
        f"from pathlib import Path; from reelmill.cli import home\nwith home.owned(Path({str(tmp_path)!r})): "
        f"print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={"PYTHONPATH": "src"}
    ) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(SettingError, match=f"process {other.pid}"), home.owned(tmp_path):
            pass
        other.kill()
        other.wait()
    with home.owned(tmp_path):  # the lock of a killed process is free
        pass


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="cannot be used"), home.owned(tmp_path / "file" / "home"):
        pass


def info(width: int, height: int, sound: bool = True) -> MediaInfo:
    video = VideoStream(
        0,
        "h264",
        "High",
        31,
        width,
        height,
        width,
        height,
        0,
        "yuv420p",
        Fraction(25),
        Fraction(25),
        0.0,
        5.0,
        0,
        False,
        False,
    )
    audio = AudioStream(1, "aac", 48000, 2, 0.0, 5.0, 0, "")
    return MediaInfo("mov", 0.0, 5.0, 1, 1, (video,) if width else (), (audio,) if sound else ())


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1280, 720), [(360, "Height"), (480, "Height"), (720, "Height")]),
        ((1920, 1080), [(360, "Height"), (480, "Height"), (720, "Height"), (1080, "Height")]),
        ((720, 1280), [(360, "Width"), (480, "Width"), (720, "Width")]),
        ((320, 241), [(240, "Height")]),
        ((64, 64), [(128, "Height")]),
    ],
)
def test_the_demo_makes_only_renditions_that_fit_the_source(
    size: tuple[int, int], expected: list[tuple[int, str]]
) -> None:
    assert [(r.pixels, r.side) for r in demo_plan.renditions(info(*size))] == expected


def test_the_demo_refuses_a_file_without_a_picture() -> None:
    with pytest.raises(SettingError, match="no video"):
        demo_plan.renditions(info(0, 0))


@pytest.mark.parametrize("sound", [True, False])
def test_every_activity_of_the_demos_topology_is_reached_and_ends_in_the_report(sound: bool) -> None:
    chosen = [(r, "t" * 32) for r in demo_plan.renditions(info(1280, 720))]
    drawing = demo_plan.topology("p" * 32, "oss-cn-hangzhou", chosen, sound)
    after, reached, ready = drawing["Dependencies"], set(), ["start"]
    while ready:
        name = ready.pop()
        reached.add(name)
        assert after[name] or name == "publish"
        ready += after[name]
    assert reached == set(drawing["Activities"]) == set(after)
    assert ("audio" in reached) == sound


def test_a_second_run_of_the_demo_gets_a_new_object() -> None:
    assert demo_plan.object_name("a.b.mp4", [], ("mp4",)) == "films/a.b.mp4"
    assert demo_plan.object_name("a.b.mp4", ["films/a.b.mp4", "films/a.b-2.mp4"], ("mp4",)) == "films/a.b-3.mp4"
    assert demo_plan.object_name("film", ["films/film"], ("mp4",)) == "films/film-2"
    with pytest.raises(SettingError, match="extension"):
        demo_plan.object_name("notes.txt", [], ("mp4",))


def test_the_view_tells_of_activities_that_have_not_begun_and_of_failures() -> None:
    told = [
        {"Name": "start", "State": "Success"},
        {"Name": "hd", "State": "Running", "JobId": "j"},
        {"Name": "sd", "State": "Fail", "Code": "C", "Message": "m"},
    ]
    order = {"start": "Start", "hd": "Transcode", "sd": "Transcode", "end": "Report"}
    assert demo_view.steps(order, told, {"j": 40}) == [
        demo_view.Step("start", "Start", "Success"),
        demo_view.Step("hd", "Transcode", "Running", 40),
        demo_view.Step("sd", "Transcode", "Fail", 0, "C: m"),
        demo_view.Step("end", "Report"),
    ]


def test_pairs_are_managed_beside_a_running_server(tmp_path: Path) -> None:
    from reelmill.store import migrate

    def mill(*words: str) -> str:
        result = CliRunner().invoke(app, ["admin", "keys", *words, "--home", str(tmp_path)], env={"COLUMNS": "200"})
        if result.exception:
            raise result.exception
        return result.output

    with pytest.raises(SettingError, match="no library yet"):
        mill("list")
    migrate.upgrade(f"sqlite:///{tmp_path / 'library.db'}")
    made = dict(line.split() for line in mill("add", "--role", "viewer", "--account", "films").splitlines())
    assert "films" in mill("list") and "viewer" in mill("list") and made["AccessKeySecret"] not in mill("list")
    assert "operator of films" in mill("role", made["AccessKeyId"], "operator") and "Inactive" in mill(
        "disable", made["AccessKeyId"]
    )
    assert "Active" in mill("enable", made["AccessKeyId"]) and made["AccessKeySecret"] not in mill(
        "rotate", made["AccessKeyId"]
    )
    for words, why in (
        (("role", made["AccessKeyId"], "king"), "a role is one of"),
        (("disable", "LTAInobody"), "no such key"),
        (("remove", made["AccessKeyId"]), "Disable the key"),
        (("add", "--account", "a b"), "an account has"),
    ):
        with pytest.raises(SettingError, match=why):
            mill(*words)
    mill("disable", made["AccessKeyId"])
    mill("remove", made["AccessKeyId"])
    assert mill("list").strip() == ""
