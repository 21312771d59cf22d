"""Signed addresses: what a token opens, for whom, until when."""

import pytest

from reelmill.core import links
from reelmill.media.containers import PLAYLISTS, STREAMED, media_type

ANN, BEN = "ann\nr1\n1.5", "ben\nr1\n1.5"


def token(key: str, until: int = 100, holder: str = ANN) -> str:
    return links.signed_path(b"key", holder, "b", key, until, playlist=media_type(key) in PLAYLISTS).split("/")[3]


def opens(
    one: str, key: str, *, holder: str = ANN, bucket: str = "b", now: int = 99_000, secret: bytes = b"key"
) -> bool:
    return links.opens(secret, holder, one, bucket, key, now, streamed=lambda: media_type(key) in STREAMED)


def test_the_address_names_bucket_and_object() -> None:
    assert links.signed_path(b"key", ANN, "b", "d/e/x y.m3u8", 100, playlist=True).endswith("/b/d/e/x%20y.m3u8")


def test_an_object_is_opened_exactly() -> None:
    for key in ("root.bin", "d/e/x.mp4", "d/.m3u8.mp4", "m3u8", ".m3u8"):
        assert opens(token(key), key)
        for other in ("other.bin", "d/e/y.mp4", "d/e/x.mp4/z", "d/e/", "", key + "x", "x" + key):
            assert not opens(token(key), other)


def test_a_playlist_opens_its_folder_and_what_is_below() -> None:
    one = token("d/e/x.m3u8")
    assert all(opens(one, key) for key in ("d/e/x.m3u8", "d/e/z.ts", "d/e/f/z.ts"))
    assert not any(opens(one, key) for key in ("d/z.ts", "d/ee/z.ts", "d/e", "z.ts", "e/z.ts"))


def test_what_is_a_playlist_is_told_not_read_off_its_name() -> None:
    picture = links.signed_path(b"key", ANN, "b", "d/e/x.m3u8", 100, playlist=False).split("/")[3]
    assert opens(picture, "d/e/x.m3u8") and not opens(picture, "d/e/z.ts")
    manifest = links.signed_path(b"key", ANN, "b", "d/e/x", 100, playlist=True).split("/")[3]
    assert opens(manifest, "d/e/x") and opens(manifest, "d/e/z.ts")


def test_a_playlist_at_the_root_opens_its_own_parts_and_no_more() -> None:
    one = token("film.m3u8")
    assert all(opens(one, key) for key in ("film.m3u8", "film-00001.ts", "film/hd/v.m3u8", "film.init.mp4"))
    assert not any(
        opens(one, key)
        for key in ("films.mp4", "other.m3u8", "film.txt", "film-secret.bin", "a/film-00001.ts", "film", "fil.m3u8")
    )


@pytest.mark.parametrize("key", ["x.bin", "d/x.bin", "d/x.m3u8", "x.m3u8"])
def test_holder_bucket_time_and_secret_belong_to_it(key: str) -> None:
    one = token(key)
    assert opens(one, key)
    assert (
        not opens(one, key, holder=BEN)
        and not opens(one, key, holder="ann\nr1\n2.9")
        and not opens(one, key, holder="")
    )
    assert (
        not opens(one, key, bucket="c")
        and not opens(one, key, now=100_000)
        and not opens(one, key, secret=b"other")
        and not opens(one, key, secret=b"")
    )


@pytest.mark.parametrize("key", ["d/x.bin", "d/x.m3u8"])
def test_a_token_that_was_bent_opens_nothing(key: str) -> None:
    one = token(key)
    expiry, *_, signature = one.split(".")
    bent = [
        "",
        ".",
        "100",
        "x.y",
        "²." + signature,
        f"101.{signature}",
        f"{expiry}.{signature.upper()}0",
        f"{expiry}.{signature}0",
        f"+{expiry}.{signature}",
        f"{one}.x",
        f"{expiry}.",
        f"{expiry}.0.{signature}",
        f"{expiry}.1.{signature}",
        f"{expiry}.9999.{signature}",
        f"0{one}",
        one + "\n",
    ]
    assert not any(opens(t, k) for t in bent for k in (key, "d/y.bin", "y.bin"))
