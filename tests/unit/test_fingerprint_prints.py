"""Films that are found again: prints of pictures, and where two films run beside each other."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reelmill.infer import hearing, indexing, insets, matching, prints, program, seeking, sounds
from reelmill.infer.prints import RATE, SIDE


def film(count: int, seed: int) -> Any:
    """Smooth pictures of chance, each another one."""
    chance = np.random.default_rng(seed).uniform(0, 255, (count, 25, 25))
    far = np.linspace(0, 24, SIDE)
    low = np.clip(far.astype(int), 0, 23)
    part = far - low
    rows = chance[:, low] * (1 - part)[None, :, None] + chance[:, low + 1] * part[None, :, None]
    return (rows[:, :, low] * (1 - part) + rows[:, :, low + 1] * part).astype(np.uint8)


def shrunk(pictures: Any, high: int, wide: int) -> Any:
    """The same pictures with fewer lines."""
    down, across = (np.linspace(0, pictures.shape[1] - 1, n).round().astype(int) for n in (high, wide))
    return pictures[:, down][:, :, across]


def apart(one: Any, other: Any) -> Any:
    return np.bitwise_count(one ^ other).sum(-1)


def test_a_print_survives_bars_a_mirror_and_a_crop_and_tells_others_apart() -> None:
    pictures = film(40, 1)
    known = prints.of_pictures(pictures)
    boxed = np.zeros_like(pictures)
    boxed[:, 16:112] = shrunk(pictures, 96, SIDE)
    cut = shrunk(pictures[:, 13:115, 13:115], SIDE, SIDE)
    assert np.median(apart(prints.of_pictures(boxed)["prints"][:, 0], known["prints"][:, 0])) < 30
    assert np.median(apart(prints.of_pictures(pictures[:, :, ::-1])["mirrored"], known["prints"][:, 0])) < 8
    assert np.median(apart(prints.of_pictures(cut)["prints"][:, 0], known["prints"][:, 2])) < 40
    assert apart(prints.of_pictures(film(40, 2))["prints"][:, 0], known["prints"][:, 0]).min() > 84


def test_pictures_without_anything_on_them_say_nothing() -> None:
    blank = np.full((8, SIDE, SIDE), 16, np.uint8)
    made = prints.of_pictures(blank)
    assert not made["good"].any() and not made["prints"].any()


def _library(folder: Path, films: list[Any], heard: list[Any]) -> list[dict[str, Any]]:
    folder.mkdir()
    files: list[dict[str, Any]] = []
    at = {"samples": 0, "items": 0}
    for number, (pictures, items) in enumerate(zip(films, heard, strict=True)):
        place = folder / str(number)
        place.mkdir()
        (place / "f").write_bytes(pictures.tobytes())
        (place / "s").write_bytes(items.astype("<u4").tobytes())
        prints.main(str(place / "f"), str(place / "s"), str(place / "prints.npz"))
        for kind in ("samples", "heads", "sounds"):
            with (folder / kind).open("ab") as file:
                file.write((place / kind).read_bytes())
        count = (len(pictures) + 1) // 2
        one = {
            "id": str(number),
            "sample_at": at["samples"],
            "samples": count,
            "item_at": at["items"],
            "items": len(items),
        }
        files.append(one)
        at = {"samples": at["samples"] + count, "items": at["items"] + len(items)}
    return files


def _match(tmp_path: Path, films: list[Any], heard: list[Any], asked: Any, items: Any) -> dict[str, Any]:
    files = _library(tmp_path / "library", films, heard)
    (tmp_path / "f").write_bytes(asked.tobytes())
    (tmp_path / "s").write_bytes(items.astype("<u4").tobytes())
    (tmp_path / "files").write_text(json.dumps(files))
    assert program.main(["prints", str(tmp_path / "f"), str(tmp_path / "s"), str(tmp_path / "p.npz")]) == 0
    words = [str(tmp_path / name) for name in ("p.npz", "library", "files", "out")]
    assert program.main(["match", *words]) == 0
    return dict(json.loads((tmp_path / "out").read_text()))


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_part_of_a_known_film_inside_another_is_found_with_its_borders(
    tmp_path: Path, mirrored: bool, large: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if large:
        monkeypatch.setattr(matching, "_BUDGET", 0)
    known, other = np.repeat(film(60, 1), 2, axis=0), film(40, 2)
    inside = known[20 : 20 + 5 * RATE]
    asked = np.concatenate([other[:16], inside[:, :, ::-1] if mirrored else inside, other[16:28]])
    none = np.zeros(0, np.uint32)
    found = _match(tmp_path, [film(60, 3), known], [none, none], asked, none)
    assert [one["id"] for one in found["video"]] == ["1"] and found["audio"] == []
    (begin, end, since, until, near), *more = found["video"][0]["slices"]
    assert not more and near > 0.8
    assert (begin, end, since, until) == pytest.approx((4, 9, 5, 10), abs=1)


@pytest.mark.parametrize(("top", "left", "high", "wide"), [(60, 70, 48, 44), (0, 80, 52, 48), (20, 0, 64, 64)])
def test_a_film_inside_a_moving_picture_is_found(tmp_path: Path, top: int, left: int, high: int, wide: int) -> None:
    known, asked = np.repeat(film(60, 1), 2, axis=0), np.repeat(film(40, 2), 2, axis=0)
    asked[20:70, top : top + high, left : left + wide] = shrunk(known[40:90], high, wide)
    none = np.zeros(0, np.uint32)
    found = _match(tmp_path, [film(60, 3), known], [none, none], asked, none)
    assert [one["id"] for one in found["video"]] == ["1"]
    (begin, end, since, until, near), *more = found["video"][0]["slices"]
    assert not more and near > 0.5
    assert (begin, end, since, until) == pytest.approx((5, 17.5, 10, 22.5), abs=1)


def test_a_plain_film_and_a_still_one_have_nothing_inside() -> None:
    assert not insets.of(film(60, 1)).any()
    assert not insets.of(np.repeat(film(1, 2), 60, axis=0)).any() and not insets.of(film(3, 1)).any()


def test_sounds_meet_wherever_one_half_is_the_same() -> None:
    chance = np.random.default_rng(8)
    asked, known = (chance.integers(0, 1 << 32, count, np.uint32) for count in (300, 200_000))
    asked[::3] &= np.uint32(0x00FF_03FF)  # some halves more than once
    known[1000:1100] = asked[50:150] ^ (np.uint32(1) << np.uint32(20))
    known[150_000:150_050] = asked[:50] ^ np.uint32(2)
    met, where = sounds.Listener(asked).meetings(known)
    good = sounds.telling(asked)
    wanted = set()
    for shift in (0, 16):
        halves = [(items >> np.uint32(shift)) & np.uint32(0xFFFF) for items in (asked, known)]
        for key in np.unique(halves[0][good]):
            mine = np.flatnonzero((halves[0] == key) & good)[:8]
            wanted |= {(int(a), int(b), shift) for b in np.flatnonzero(halves[1] == key) for a in mine}
    assert len(met) == len(wanted) and {(a, b) for a, b, _ in wanted} == set(
        zip(met.tolist(), where.tolist(), strict=True)
    )


def test_a_faster_copy_is_found_as_a_whole(tmp_path: Path) -> None:
    known = np.repeat(film(60, 1), 4, axis=0)
    faster = known[np.clip((np.arange(int(len(known) / 1.05)) * 1.05).round().astype(int), 0, len(known) - 1)]
    none = np.zeros(0, np.uint32)
    found = _match(tmp_path, [known], [none], faster, none)
    covered = sum(end - begin for begin, end, *_ in found["video"][0]["slices"])
    assert covered > 0.9 * len(faster) / RATE


def test_sound_alone_is_found_and_silence_is_not(tmp_path: Path) -> None:
    chance = np.random.default_rng(4)
    known, other = (chance.integers(0, 1 << 32, 200, np.uint32) for _ in range(2))
    asked = np.concatenate([other[:50], known[80:140] ^ (np.uint32(1) << np.uint32(3)), np.full(60, 7, np.uint32)])
    still = np.full(200, 7, np.uint32)
    blank = np.zeros((0, SIDE, SIDE), np.uint8)
    found = _match(tmp_path, [blank, blank], [known, still], asked, asked)
    assert [one["id"] for one in found["audio"]] == ["0"] and found["video"] == []
    begin, end, since, _, _ = found["audio"][0]["slices"][0]
    assert (begin, end, since) == pytest.approx((50 * sounds.STEP, 110 * sounds.STEP, 80 * sounds.STEP), abs=1)


def test_nothing_to_look_at_is_refused_by_one_word(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("f", "s"):
        (tmp_path / name).write_bytes(b"")
    assert program.main(["prints", str(tmp_path / "f"), str(tmp_path / "s"), str(tmp_path / "p.npz")]) == 2
    assert capsys.readouterr().err == "infer: empty\n"


def test_both_sides_agree_on_what_frames_are() -> None:
    from reelmill.engine import fingerprints as keeping
    from reelmill.media import fingerprints

    assert (fingerprints.RATE, fingerprints.SIDE) == (RATE, SIDE)
    assert fingerprints.INDEXED == {"heads": indexing.SAMPLES, "sounds": indexing.ITEMS}
    assert keeping._BYTES["samples"] == matching._SAMPLE


def _indexed(folder: Path, kind: str, parts: int) -> None:
    for part in range(parts):
        assert program.main(["index", kind, str(folder), str(part), str(folder / f"{kind}-{part}")]) == 0


def test_an_index_finds_what_is_found_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "SAMPLES", 1 << 14)
    chance = np.random.default_rng(5)
    heads = chance.integers(0, 1 << 64, (50_000, 3), np.uint64)
    asked = chance.integers(0, 1 << 64, (40, 2), np.uint64)
    flips = np.uint64(1) << chance.integers(0, 64, (20, 4)).astype(np.uint64)
    for at, mirror in ((20_000, 0), (32_760, 1), (49_300, 0)):  # in a part, over the end of one, in none
        heads[at : at + 20, 1] = asked[::2, mirror] ^ np.bitwise_xor.reduce(flips, axis=1)
    (tmp_path / "heads").write_bytes(heads.tobytes())
    spans = [(100, 25_000), (30_000, 20_000)]
    plain = seeking.likely(tmp_path / "heads", spans, asked)
    _indexed(tmp_path, "heads", 3)
    assert seeking.likely(tmp_path / "heads", spans, asked) == plain and len(plain) >= 3
    for at in (20_000, 32_760, 49_300):
        assert any(first <= at < first + count for first, count in plain)


def test_sounds_are_found_by_an_index_as_without_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "ITEMS", 1 << 12)
    chance = np.random.default_rng(6)
    heard = [chance.integers(0, 1 << 32, 700, np.uint32) for _ in range(20)]  # 3.4 parts
    blank = np.zeros((0, SIDE, SIDE), np.uint8)
    # inside of a part, over the end of one, over the end of the last one, in none
    asked = np.concatenate([heard[n][100:200] for n in (3, 5, 17, 19)])
    plain = _match(tmp_path, [blank] * len(heard), heard, blank, asked)
    assert sorted(one["id"] for one in plain["audio"]) == ["17", "19", "3", "5"]
    _indexed(tmp_path / "library", "sounds", 3)
    words = [str(tmp_path / name) for name in ("p.npz", "library", "files", "out")]
    for most in (hearing._MOST_MET, 0):  # a sound that meets too much is compared without it
        monkeypatch.setattr(hearing, "_MOST_MET", most)
        assert program.main(["match", *words]) == 0
        found = json.loads((tmp_path / "out").read_text())["audio"]
        assert sorted(found, key=lambda one: one["id"]) == sorted(plain["audio"], key=lambda one: one["id"])


def test_what_was_taken_out_is_not_found_by_an_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "ITEMS", 1 << 10)
    chance = np.random.default_rng(6)
    heard = [chance.integers(0, 1 << 32, 500, np.uint32) for _ in range(5)]
    blank = np.zeros((0, SIDE, SIDE), np.uint8)
    assert len(_match(tmp_path, [blank] * 5, heard, blank, heard[1][100:200])["audio"]) == 1
    _indexed(tmp_path / "library", "sounds", 2)
    files = json.loads((tmp_path / "files").read_text())
    (tmp_path / "files").write_text(json.dumps([files[0], *files[2:]]))
    words = [str(tmp_path / name) for name in ("p.npz", "library", "files", "out")]
    assert program.main(["match", *words]) == 0
    assert json.loads((tmp_path / "out").read_text())["audio"] == []


def test_a_large_library_is_looked_at_only_where_something_speaks_for_it(tmp_path: Path) -> None:
    chance = np.random.default_rng(5)
    heads = chance.integers(0, 1 << 64, (100_000, 3), np.uint64)
    asked = chance.integers(0, 1 << 64, (40, 2), np.uint64)
    flips = np.uint64(1) << chance.integers(0, 64, (20, 4)).astype(np.uint64)
    heads[70_000:70_020, 1] = asked[::2, 0] ^ np.bitwise_xor.reduce(flips, axis=1)  # two a second, a middle of theirs
    heads[30_000:30_020, 0] = asked[::2, 1]
    (tmp_path / "heads").write_bytes(heads.tobytes())
    found = seeking.likely(tmp_path / "heads", [(0, 50_000), (60_000, 40_000)], asked)
    for wanted in (30_000, 70_000):
        assert any(first <= wanted and wanted + 20 <= first + count for first, count in found)
    assert sum(count for _, count in found) < 2_000
    found = seeking.likely(tmp_path / "heads", [(0, 30_010), (75_000, 25_000)], asked)  # what lies between is deleted
    assert all(first + count <= 30_010 or first >= 75_000 for first, count in found)
    assert any(first <= 30_000 < first + count for first, count in found)


def test_sounds_are_found_in_any_part_of_a_large_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = np.random.default_rng(6)
    heard = [chance.integers(0, 1 << 32, 400, np.uint32) for _ in range(30)]
    blank = np.zeros((0, SIDE, SIDE), np.uint8)
    monkeypatch.setattr(sounds, "most", lambda _asked: 1000)  # three films at a time
    found = _match(tmp_path, [blank] * len(heard), heard, blank, np.concatenate([heard[7][:100], heard[29][300:]]))
    assert sorted(one["id"] for one in found["audio"]) == ["29", "7"]
    (begin, _, since, _, _) = next(one for one in found["audio"] if one["id"] == "29")["slices"][0]
    assert (begin, since) == pytest.approx((100 * sounds.STEP, 300 * sounds.STEP), abs=1)


def test_who_works_long_says_that_it_moves(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _match(tmp_path, [film(300, 1)], [np.zeros(0, np.uint32)], film(300, 1), np.zeros(0, np.uint32))
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("frame=")]
    assert len(told) >= 4 and len(set(told)) == len(told)
