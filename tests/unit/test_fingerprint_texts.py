"""Texts as fingerprints, without a film: lines from samples, and where two films say the same."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

from reelmill.infer import texts

_CHANCE = random.Random(0)
WORDS = ["".join(_CHANCE.choice("bdfgklmnprst") + _CHANCE.choice("aeiou") for _ in range(3)) for _ in range(400)]


def compared(film: list[texts.Cue], known: list[texts.Cue]) -> list[list[Any]]:
    return texts.compared(texts.Film(film), known)


def talk(seed: int, count: int, begin: float = 5.0, rest: float = 1.0) -> list[texts.Cue]:
    """A film in which somebody says a line after the other, each for two seconds."""
    chance, made, at = random.Random(seed), list[texts.Cue](), begin
    for _ in range(count):
        line = " ".join(chance.choice(WORDS) for _ in range(5))
        made.append(texts.cue(at, at + 2.0, line))
        at += 2.0 + rest
    return made


def moved(film: list[texts.Cue], by: float = 0.0, speed: float = 1.0) -> list[texts.Cue]:
    return [texts.cue(one.begin * speed + by, one.end * speed + by, one.text) for one in film]


def misread(text: str, chance: random.Random) -> str:
    """As letters are read of a poor picture: one of twelve is another."""
    return "".join(chance.choice("oil1s5") if c != " " and chance.random() < 1 / 12 else c for c in text)


def test_a_line_is_one_line_however_it_is_read() -> None:
    samples = [["CALL NOW 555"], ["CALL N0W 555"], [], ["CALL NOW 555", "two"], ["ok"], [], ["x"], ["CALL NOW 555"]]
    assert texts.cues(samples, 2.0) == [[0.0, 2.0, "CALL NOW 555"], [1.5, 2.0, "two"], [3.5, 4.0, "CALL NOW 555"]]


def test_what_stands_for_long_is_a_logo_and_no_line() -> None:
    assert texts.cues([["CHANNEL SEVEN", "hello there"]] * 3 + [["CHANNEL SEVEN"]] * 80, 2.0) == [
        [0.0, 1.5, "hello there"]
    ]


def test_the_same_film_is_found_as_a_whole() -> None:
    film = talk(1, 20)
    (found,) = compared(film, film)
    begin, end, other, other_end, like, said, also = found
    assert (begin, end, other, other_end, like) == (5.0, 64.0, 5.0, 64.0, 1.0)
    assert said == also and said.startswith(film[0].text + "\n" + film[1].text)


@pytest.mark.parametrize(("by", "speed"), [(120.0, 1.0), (-4.0, 1.0), (0.0, 1.05), (30.0, 1 / 1.05)])
def test_a_part_is_found_where_it_is_though_it_is_misread(by: float, speed: float) -> None:
    chance = random.Random(5)
    part = talk(2, 12)
    inside = [texts.cue(one.begin, one.end, misread(one.text, chance)) for one in moved(part, by, speed)]
    other = [one for one in talk(3, 40, rest=3.0) if not inside[0].begin - 2 < one.begin < inside[-1].end]
    slices = compared(part, sorted([*other, *inside], key=lambda one: one.begin))
    assert sum(one[1] - one[0] for one in slices) > 0.8 * (part[-1].end - part[0].begin)
    for begin, end, there, there_end, like, *_ in slices:
        assert there == pytest.approx(begin * speed + by, abs=1.0) and like > 0.6
        assert there_end == pytest.approx(end * speed + by, abs=1.0)


def test_parts_that_changed_places_are_told_in_the_order_of_the_film() -> None:
    first, second = talk(4, 6), talk(5, 6, begin=40.0)
    slices = compared([*first, *second], [*moved(second, -30.0), *moved(first, 100.0)])
    assert [(round(begin), round(other)) for begin, _, other, *_ in slices] == [(5, 105), (40, 10)]


def test_chinese_lines_are_found() -> None:
    lines = ["今天天气很好我们出去走走", "你说的那本书我已经看完了", "明天早上八点在车站见面"]
    film = [texts.cue(3.0 * n, 3.0 * n + 2, line) for n, line in enumerate(lines)]
    (found,) = compared(film, moved(film, 10.0))
    assert found[:4] == [0.0, 8.0, 10.0, 18.0] and found[5] == "\n".join(lines)
    traditional = ["今天天氣很好我們出去走走", "你說的那本書我已經看完了", "明天早上八點在車站見面"]
    (found,) = compared(film, [texts.cue(3.0 * n, 3.0 * n + 2, line) for n, line in enumerate(traditional)])
    assert found[4] == 1.0 and found[6] == "\n".join(traditional)
    assert compared(film, [texts.cue(1, 3, "完全不同的另外一句话而已")]) == []


def test_films_that_say_other_things_or_hardly_anything_alike_are_not_alike() -> None:
    end = [texts.cue(150, 151, "What?"), texts.cue(152, 154, "I don't know."), texts.cue(190, 194, "The End")]
    for seed in range(20):
        assert compared([*talk(seed, 30), *end], [*talk(100 + seed, 30, rest=2.0), *end]) == []
    assert compared([], talk(1, 3)) == compared(talk(1, 3), []) == []


def test_the_program_compares_with_a_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    films = [json.dumps([[one.begin, one.end, one.text] for one in talk(seed, 10)]).encode() for seed in (1, 2, 3)]
    Path("library").write_bytes(b"".join(films))
    places = [sum(map(len, films[:n])) for n in range(3)]
    listed = [{"id": str(n), "text_at": at, "texts": len(films[n])} for n, at in enumerate(places)]
    Path("files").write_text(json.dumps(listed))
    Path("asked").write_bytes(films[1])
    texts.main("match", "asked", "library", "files", "found")
    told = json.loads(Path("found").read_text())
    assert [one["id"] for one in told["text"]] == ["1"] and told["said"] == 20.0
    seen = {"rate": 2.0, "frames": [{"letters": ["A LINE OF TEXT"]}, None, {}]}
    Path("seen.json").write_text(json.dumps(seen))
    Path("f000001.jpg").write_bytes(b"x")
    texts.main("cues", "seen.json", "texts")
    assert json.loads(Path("texts").read_text()) == [[0.0, 0.5, "A LINE OF TEXT"]] and not Path("f000001.jpg").exists()
