"""The judge itself: a good output has no fault, and whatever is done to it is seen as what it is."""

from dataclasses import replace
from pathlib import Path

import pytest

from films import judge
from films.encode import ffmpeg
from films.film import Film
from films.mux import make
from films.seen import look
from films.truth import Truth, truth

FILM = Film(bframes=2)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film itself is a faultless output of itself."""
    return make(FILM, tmp_path_factory.mktemp("judge") / "good.mp4").path


@pytest.fixture(scope="module")
def facts(good: Path) -> Truth:
    return truth(FILM, make(FILM, good.with_name("again.mp4")))


def kinds(path: Path, facts: Truth, name: str = "mp4") -> set[str]:
    return {c.kind for c in judge.judge(name, look(path, judge.eye(facts)), facts)}


def changed(good: Path, *words: str, before: tuple[str, ...] = ()) -> Path:
    """The good output after ffmpeg did something to it."""
    path = good.with_name(f"changed{abs(hash((words, before)))}.mp4")
    ffmpeg([*before, "-i", str(good), *words, str(path)])
    return path


_CODED = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "12", "-c:a", "aac", "-b:a", "192k")


def test_a_good_output_has_no_fault(good: Path, facts: Truth) -> None:
    assert kinds(good, facts) == set()
    assert kinds(changed(good, *_CODED), facts) == set()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (
            "disorder",
            ("-vf", "setpts='if(eq(N,30),PTS+1.5/25/TB,PTS)'", "-fps_mode", "passthrough", "-enc_time_base", "1:90000"),
        ),
        ("lost", ("-vf", "select='not(eq(n,30))'", "-fps_mode", "passthrough")),
        ("lost", ("-vf", "fps=12.5")),
        ("repeated", ("-vf", "fps=50")),
        (
            "times",
            ("-vf", "setpts='if(gt(N,40),PTS+0.06/TB,PTS)'", "-fps_mode", "passthrough", "-enc_time_base", "1:90000"),
        ),
        ("sync", ("-af", "adelay=60:all=1")),
        ("sync", ("-af", "atrim=start=0.03,asetpts=PTS-STARTPTS")),
        ("level", ("-af", "volume=-3dB")),
        ("level", ("-af", "volume=0.6dB")),
        ("level", ("-af", "pan=stereo|c0=c0|c1=0*c0")),
        ("clipping", ("-af", "asoftclip=type=hard:threshold=0.15")),
        ("beeps", ("-af", "volume=0:enable='between(t,1,1.3)'")),
        ("beeps", ("-af", "asetrate=52800,aresample=48000")),
        ("no sound", ("-an",)),
        ("length", ("-af", "atrim=end=2.9")),
        ("colours", ("-vf", "scale=out_color_matrix=bt709,setparams=colorspace=smpte170m")),
        ("colours", ("-vf", "setparams=colorspace=bt709", "-colorspace", "bt709")),
        ("colours", ("-vf", "scale=in_range=tv:out_range=pc,setparams=range=tv")),
        ("colours", ("-vf", "eq=brightness=0.03")),
        ("circle", ("-vf", "scale=264:144,setsar=1")),
        ("shape", ("-vf", "scale=256:136,setsar=1")),
        ("unreadable", ("-vf", "hflip,rotate=0.6")),
        ("disorder", ("-vf", "hflip")),
    ],
)
def test_what_is_wrong_is_seen(good: Path, facts: Truth, kind: str, words: tuple[str, ...]) -> None:
    found = kinds(changed(good, *words, *_CODED), facts)
    assert kind in found


def test_two_pictures_that_are_exchanged_are_seen(good: Path, facts: Truth) -> None:
    show = look(good, judge.eye(facts))
    pictures = list(show.pictures)
    pictures[20], pictures[21] = (
        replace(pictures[21], time=pictures[20].time),
        replace(pictures[20], time=pictures[21].time),
    )
    show.pictures = pictures
    assert {c.kind for c in judge.judge("mp4", show, facts)} == {"disorder"}


def test_combing_is_seen_and_what_moves_is_not_taken_for_it(tmp_path: Path) -> None:
    woven = replace(FILM, scan="tff", bframes=0)
    made = make(woven, tmp_path / "woven.mp4")
    assert "combing" in kinds(made.path, truth(woven, made))
    ffmpeg(["-i", str(made.path), "-vf", "bwdif=mode=send_frame", *_CODED, str(tmp_path / "smooth.mp4")])
    assert kinds(tmp_path / "smooth.mp4", truth(woven, made)) == set()


def test_stills_of_another_moment_and_matrix_are_seen(good: Path, facts: Truth) -> None:
    def still(at: str, *filters: str) -> set[str]:
        path = good.with_name("still.jpg")
        ffmpeg(
            [
                "-ss",
                at,
                "-i",
                str(good),
                "-frames:v",
                "1",
                "-vf",
                ",".join((*filters, "scale=out_range=full")),
                "-q:v",
                "2",
                str(path),
            ]
        )
        return {c.kind for c in judge.judge_still("single", [look(path, judge.eye(facts))], facts)}

    assert still("1.11") == set()
    assert still("1.31") == {"picture"}
    assert still("1.11", "scale=out_color_matrix=bt709", "setparams=colorspace=smpte170m") == {"colours"}
    assert still("1.11", "crop=240:144:0:0") >= {"shape"}


def test_a_package_whose_parts_do_not_fit_is_seen(good: Path, facts: Truth, tmp_path: Path) -> None:
    hls = [
        "-f",
        "hls",
        "-hls_time",
        "1",
        "-hls_playlist_type",
        "vod",
        "-avoid_negative_ts",
        "disabled",
        "-hls_segment_options",
        "avoid_negative_ts=disabled",
    ]  # or each part begins its own clock
    for name, words in (
        ("v", ["-an", "-force_key_frames", "expr:gte(t,n_forced)"]),
        ("a", ["-vn"]),
        ("late", ["-vn", "-af", "adelay=1000:all=1"]),
    ):
        (tmp_path / name).mkdir()
        ffmpeg(
            ["-i", str(good), *words, *(_CODED if name == "v" else _CODED[6:]), *hls, str(tmp_path / name / "x.m3u8")]
        )
    pictures, sound, late = (look(tmp_path / name / "x.m3u8", judge.eye(facts)) for name in ("v", "a", "late"))
    assert judge.judge("own", pictures, facts, sound) == []
    assert {c.kind for c in judge.judge("own", pictures, facts, late)} >= {"sync"}
    playlist = tmp_path / "v/x.m3u8"
    playlist.write_text(playlist.read_text().replace("#EXTINF:1.0", "#EXTINF:1.2", 1))
    assert {c.kind for c in judge.judge("own", look(playlist, judge.eye(facts)), facts, sound)} == {"extinf"}
    (tmp_path / "v/x1.ts").write_bytes((tmp_path / "v/x0.ts").read_bytes())
    assert {c.kind for c in judge.judge("own", look(playlist, judge.eye(facts)), facts, sound)} & {"lost", "disorder"}


def test_failures_must_name_what_is_wrong(facts: Truth) -> None:
    locked, leaping, silent = (
        replace(facts, fails="encrypt"),
        replace(facts, may_fail="clock"),
        replace(facts, sound=None),
    )
    assert judge.refused("mp4", locked, "it is encrypted") == []
    assert [c.kind for c in judge.refused("mp4", locked, "it is broken") or []] == ["sentence"]
    assert [c.kind for c in judge.refused("mp4", locked, None) or []] == ["not refused"]
    assert judge.refused("mp4", leaping, "its clock leaps") == [] and judge.refused("mp4", leaping, None) is None
    assert [c.kind for c in judge.refused("mp4", facts, "its clock leaps") or []] == ["fails"]
    assert judge.refused("mp3", silent, "the source has no audio stream") == []
    assert [c.kind for c in judge.refused("mp4", silent, "the source has no audio stream") or []] == ["fails"]
