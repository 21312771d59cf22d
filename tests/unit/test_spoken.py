"""What is said in a film without a server: sentences become suggestions, a long sound is listened to in windows,
what cannot be believed is left out."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from reelmill.infer import judging, speech
from reelmill.infer.program import Unusable
from reelmill.media import reviews
from unit.test_reviews import lists, seen

Array = Any
ORDER = {"scenes": ["audio"], "save": "abnormal", "texts": {}}


def judged(said: Any, *words: str, **more: Any) -> dict[str, Any]:
    return judging.judged(seen([], film=False), lists(*words), ORDER | {"said": said} | more)


def test_a_listed_word_is_told_with_its_time() -> None:
    told = judged([[1.0, 2.5, "Good evening."], [3.0, 6.5, "Come to the Lucky Spin, today!"]], "lucky spin", "today")
    assert told["scenes"] == {"audio": ["ad", 100.0, "block"]} and reviews.suggestion(told) == "block"
    assert told["said"] == [[3.0, 6.5, "Come to the Lucky Spin, today!", "ad", "block", ["lucky spin"]]]


def test_chinese_words_are_found_whatever_stands_between_them() -> None:
    assert judged([[0.0, 2.0, "快来加，微信 领奖吧。"]], "加微信领奖")["scenes"]["audio"][2] == "block"


def test_a_phrase_may_go_across_two_sentences() -> None:
    near, far = [[0.0, 2.0, "Try the lucky"], [2.5, 4.0, "spin tonight"]], [[0.0, 2.0, "lucky"], [9.0, 9.5, "spin"]]
    assert judged(near, "lucky spin")["said"] == [
        [0.0, 4.0, "Try the lucky spin tonight", "ad", "block", ["lucky spin"]]
    ]
    assert judged(far, "lucky spin") == judged([], "lucky spin")


def test_all_that_is_said_is_told_when_that_is_asked_for() -> None:
    told = judged([[1.0, 2.5, "Good evening."]], "lucky spin", save="all")
    assert told["said"] == [[1.0, 2.5, "Good evening.", "normal", "pass", []]]
    assert told["scenes"] == {"audio": ["normal", 100.0, "pass"]}


def test_a_film_without_sound_says_nothing_and_one_that_nobody_heard_is_not_passed() -> None:
    assert judged([])["scenes"] == {"audio": ["normal", 100.0, "pass"]}
    assert judged(None)["scenes"] == {"audio": ["", 0.0, "unavailable"]}
    untold = judging.judged(seen([], film=True), [], ORDER)
    assert untold["scenes"] == {"audio": ["", 0.0, "unavailable"]}
    assert judging.judged(seen([], film=False), [], ORDER)["scenes"] == {}, "only texts and cover images were asked for"


def test_a_window_ends_where_it_is_quietest() -> None:
    noise = np.random.default_rng(1).integers(-9000, 9000, 700 * speech.RATE).astype(np.int16)
    for second in (290, 570):
        noise[second * speech.RATE : (second + 1) * speech.RATE] = 3
    found = list(speech.windows(noise))
    assert [begin for begin, _ in found] == [0, *(end for _, end in found[:-1])] and found[-1][1] == len(noise)
    assert [round(end / speech.RATE) for _, end in found[:-1]] == [291, 571]
    assert list(speech.windows(noise[:5])) == [(0, 5)] and list(speech.windows(noise[:0])) == []


def test_times_are_those_of_the_film_and_every_window_says_how_far_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    silence = np.zeros(650 * speech.RATE, np.int16)

    def listener(window: Array) -> Any:
        assert abs(float(window[0])) <= 1 and window.dtype == np.float32
        return iter([(1.0, 2.0, "x" * 5000)])

    said = list(speech.heard(silence, listener))
    assert [one[0] - 1 for one in said] == [begin / speech.RATE for begin, _ in speech.windows(silence)]
    assert {len(one[2]) for one in said} == {1000}
    reached = [
        int(line.partition("=")[2]) for line in capsys.readouterr().out.split() if line.startswith("out_time_us")
    ]
    assert reached == sorted(reached) and reached[-1] == 650_000_000


def _segment(text: str, sure: float = -0.2, shorter: float = 1.2) -> SimpleNamespace:
    return SimpleNamespace(start=0.0, end=1.0, text=text, avg_logprob=sure, compression_ratio=shorter)


def test_what_whisper_itself_does_not_believe_is_left_out() -> None:
    given = [
        _segment(" Good evening. "),
        _segment("mumble", sure=-1.4),
        _segment("you " * 60, shorter=9.0),
        _segment(" "),
    ]
    assert list(speech.believed(given)) == [(0.0, 1.0, "Good evening.")]


def test_damaged_weights_are_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speech, "SHA256", "0" * 64)
    with pytest.raises(Unusable, match="weights"):
        speech.weights()
