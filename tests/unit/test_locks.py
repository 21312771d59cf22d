"""Encrypted segments and the envelope of their keys."""

from fractions import Fraction
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from reelmill.core import links
from reelmill.media import hls, locks

OLD, NEW = bytes(32), bytes([7]) * 32


def test_a_sealed_key_opens_for_its_medium_alone_and_after_the_master_key_changed() -> None:
    sealed = locks.Vault({1: OLD}).seal("m1")
    later = locks.Vault({1: OLD, 2: NEW})
    key = later.open(sealed, "m1")
    assert key and len(key) == 16 and later.seal("m1") != sealed and later.open(later.seal("m1"), "m1") != key
    assert locks.Vault({1: OLD}).seal("m1") == sealed, "a second attempt writes the same"
    assert [later.open(text, "m1") for text in ("", "!", "AQ", sealed[:-2], later.seal("m2"))] == [None] * 5
    assert later.open(sealed, "m2") is None and locks.Vault({2: NEW}).open(sealed, "m1") is None
    assert key.hex() not in repr(later)


def test_decrypted_segments_are_the_plain_ones() -> None:
    key = bytes(range(16))
    for data in (b"", b"x" * 16, b"abc" * 63):
        closed = locks.encrypt(key, 3, data)
        assert len(closed) == locks.size(len(data))
        reader = Cipher(algorithms.AES(key), modes.CBC((3).to_bytes(16, "big"))).decryptor()
        padded = reader.update(closed) + reader.finalize()
        assert padded[: -padded[-1]] == data


def test_a_token_opens_one_medium_until_a_moment() -> None:
    token = links.media_token(b"k", "m1", 100)
    assert links.opens_media(b"k", token, "m1", 99_999)
    for key, given, media, now in (
        (b"k", token, "m1", 100_000),
        (b"k", token, "m2", 1),
        (b"other", token, "m1", 1),
        (b"", token, "m1", 1),
        (b"k", "", "m1", 1),
        (b"k", token.replace("100.", "200."), "m1", 1),
    ):
        assert not links.opens_media(key, given, media, now)
    signed = links.signed_path(b"k", "h", "bucket", "a/b.m3u8", 100, playlist=True).split("/")[3]
    assert links.expiry(signed) == 100 and not links.opens_media(b"k", signed, "m1", 1)


def test_a_key_that_was_given_is_sealed_anew_each_time_and_is_no_mediums() -> None:
    given, vault = bytes(range(16)), locks.Vault({1: OLD})
    sealed = vault.seal_given(given)
    assert vault.seal_given(given) != sealed and vault.key("m1", sealed) == given
    assert locks.Vault({1: OLD, 2: NEW}).key("", sealed) == given and vault.open(sealed, "m1") is None
    assert vault.key("m1", "") == vault.open(vault.seal("m1"), "m1")
    with pytest.raises(ValueError, match="gone"):
        locks.Vault({2: NEW}).key("", sealed)


def test_the_first_segments_may_stay_clear(tmp_path: Path) -> None:
    plain = {}
    for number in (1, 2, 3):
        plain[f"{number:05}.ts"] = tmp_path / f"{number}.plain"
        plain[f"{number:05}.ts"].write_bytes(b"G" * 188)
    locks.lock_files(bytes(16), plain, tmp_path, clear=2)
    assert [(tmp_path / name).read_bytes()[:1] == b"G" for name in plain] == [True, True, False]
    lines = hls.media(list(plain), [Fraction(1)] * 3, lock=hls.Lock("https://k", 2)).splitlines()
    assert lines.index('#EXT-X-KEY:METHOD=AES-128,URI="https://k"') == lines.index("00002.ts") + 1
