"""Common encryption (cenc, cbcs): what a player with the key sees is what it sees without encryption, and nobody sees
the key."""

import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from clips import clip, ffmpeg, tools
from e2e.outputs import AUDIO, VIDEO, Made, make, spec
from reelmill.core.errors import MediaError
from reelmill.media import locks

URI = "https://media.example/-/keys"
_PROTECTION = "{urn:mpeg:dash:schema:mpd:2011}ContentProtection"


def locked(scheme: str, form: str, video: Any = VIDEO, audio: Any = None, **more: Any) -> dict[str, Any]:
    return spec(form, video, audio, Encryption={"Type": scheme, "KeyUri": URI}, **more)


def shown(files: list[Path], whole: Path, key: bytes = b"") -> list[str]:
    """Checksums of what a player with this key shows of fragments."""
    whole.write_bytes(b"".join(file.read_bytes() for file in files))
    opened = ["-decryption_key", key.hex()] if key else []
    argv = [tools().path("ffmpeg"), "-v", "error", *opened, "-i", "file:" + str(whole), "-f", "framemd5", "-"]
    ran = subprocess.run(argv, capture_output=True, text=True, check=False)
    return [line.split(",", 1)[1].strip() for line in ran.stdout.splitlines() if not line.startswith("#")]


def film(made: Made, number: int, stem: str, key: bytes = b"") -> list[str]:
    """What is shown of an output."""
    folder = made.path(number).parent
    files = [folder / f"{stem}-init.mp4", *sorted(folder.glob(f"{stem}-0*.m4s"))]
    return shown(files, made.io.work / "shown.mp4", key)


def plain(made: Made, stem: str) -> list[str]:
    """What was shown before it was encrypted."""
    folder = made.io.work / "encode" / stem
    return shown([folder / "init.mp4", *sorted(folder.glob("0*.m4s"))], made.io.work / "shown.mp4")


def nobody_saw(made: Made, key: bytes) -> None:
    """Neither commands nor what is left behind hold the key."""
    words = [word for argv in made.io.commands for word in argv]
    assert not any(key.hex() in word for word in words)
    left = [file for file in made.io.work.rglob("*") if file.is_file()]
    assert left and not any(key.hex().encode() in file.read_bytes() or key in file.read_bytes() for file in left)
    assert not any(file.suffix == ".flags" for file in left)


async def test_hls_with_cbcs_is_the_same_film_and_its_playlist_tells_where_the_key_is(tmp_path: Path) -> None:
    made = await make(
        tmp_path,
        "base.mp4",
        locked("cbcs", "m3u8", uri="p/v.m3u8"),
        locked("cbcs", "m3u8", None, AUDIO, uri="p/a.m3u8"),
    )
    key = made.io.vault.key("media", "")
    assert len(plain(made, "0")) == 96 and film(made, 0, "v", key) == plain(made, "0")
    assert film(made, 0, "v") != plain(made, "0"), "without the key there is nothing to see"
    assert plain(made, "1") and film(made, 1, "a", key) == plain(made, "1")
    text = made.path().read_text()
    assert '#EXT-X-KEY:METHOD=SAMPLE-AES,URI="https://media.example/-/keys?Ciphertext=' in text
    assert 'MediaId=media",KEYFORMAT="identity",KEYFORMATVERSIONS="1"' in text and "#EXT-X-MAP" in text
    assert made.results[0]["protection"]["ciphertext"] in text
    assert made.lengths() == [2.0, 2.0]
    nobody_saw(made, key)


async def test_a_clip_whose_first_picture_comes_late_is_the_same_film(tmp_path: Path) -> None:
    """It is cut between two pictures: the packager has to take the next one for as late as the muxer did."""
    clip = {"Clip": {"TimeSpan": {"Seek": "1.02"}}}
    made = await make(tmp_path, "base.mp4", locked("cbcs", "m3u8", uri="p/v.m3u8", **clip))
    assert plain(made, "0") and film(made, 0, "v", made.io.vault.key("media", "")) == plain(made, "0")


@pytest.mark.parametrize("scheme", ["cenc", "cbcs"])
async def test_dash_tells_the_scheme_and_the_id_of_the_key(tmp_path: Path, scheme: str) -> None:
    made = await make(tmp_path, "base.mp4", locked(scheme, "mpd", VIDEO, AUDIO))
    key = made.io.vault.key("media", "")
    for name, stem in (("clip-video", "0"), ("clip-audio", "1")):
        assert plain(made, stem) and film(made, 0, name, key) == plain(made, stem)
    told = list(ElementTree.fromstring(made.path().read_text()).iter(_PROTECTION))
    assert [one.get("value") for one in told] == [scheme, "ClearKey1.0"] * 2
    kid = told[0].get("{urn:mpeg:cenc:2013}default_KID")
    assert kid and kid.replace("-", "") == locks.key_id("media")
    assert kid.replace("-", "") in (made.path().parent / "clip-video-init.mp4").read_bytes().hex()
    (address,) = told[1]
    assert address.text and address.text.startswith(URI + "?Ciphertext=") and address.text.endswith("&MediaId=media")
    assert made.results[0]["protection"]["ciphertext"] in address.text, "for whoever writes a manifest of several"
    nobody_saw(made, key)


@pytest.mark.parametrize(
    ("scheme", "form", "uri", "more", "says"),
    [
        ("cenc", "m3u8", "p/v.m3u8", {}, "container mpd"),
        ("cbcs", "mp4", "", {}, "container m3u8 or mpd"),
        ("hls-aes-128", "mpd", "", {}, "container m3u8"),
        ("cbcs", "m3u8", "", {}, "stream of a package"),
        ("cenc", "mpd", "", {"SkipCnt": 2}, "no segments stay clear"),
    ],
)
def test_what_does_not_fit_together_is_refused(
    scheme: str, form: str, uri: str, more: dict[str, Any], says: str
) -> None:
    with pytest.raises(MediaError, match=says):
        spec(form, VIDEO, None, uri=uri, Encryption={"Type": scheme, "KeyUri": URI, **more})


def test_the_id_of_a_key_is_its_own_and_tells_nothing() -> None:
    vault = locks.Vault({1: bytes(32)})
    assert len(locks.key_id("a")) == 32 and locks.key_id("a") != locks.key_id("b")
    assert locks.key_id("a") != vault.key("a", "").hex()


def test_files_of_flags_are_gone_whatever_happens(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locks.flag_files(tmp_path, {"f": "0" * 32}, lambda: bytes(16)):
        assert (tmp_path / "f").stat().st_mode & 0o77 == 0 and "key=" + "0" * 32 in (tmp_path / "f").read_text()
        raise RuntimeError("the packager died")
    assert not (tmp_path / "f").exists()


async def test_a_source_that_is_encrypted_is_refused_and_told_so(tmp_path: Path) -> None:
    source, key = tmp_path / "locked.mp4", "00112233445566778899aabbccddeeff"
    how = f"-c copy -encryption_scheme cenc-aes-ctr -encryption_key {key} -encryption_kid {key}"
    ffmpeg(f"-i {clip('base.mp4')} {how}", f"file:{source}")
    made = await make(tmp_path, source, spec("mp4"))
    failure = made.outcomes[0].failure
    assert failure and failure.code == "InvalidParameter.ResourceNotSupported" and "DRM" in failure.message
