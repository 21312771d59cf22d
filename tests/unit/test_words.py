"""Words of the search index: cut the same way when written and when asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelmill.core import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("IMG_0042.mov", ["img", "0042", "mov"]),
        ("  Caf\u00e9 au LAIT, caf\u00e9 ", ["cafe", "au", "lait"]),
        (
            "\u6211\u7684\u5047\u671f\u89c6\u9891",
            [
                "\u6211\u7684\u5047\u671f",
                "\u7684\u5047\u671f\u89c6",
                "\u5047\u671f\u89c6\u9891",
                "\u671f\u89c6\u9891",
                "\u89c6\u9891",
                "\u9891",
            ],
        ),
        ("clip\u7b2c1\u96c6", ["clip", "\u7b2c", "1", "\u96c6"]),
        ("*** - \x00", []),
        ("\uff26\uff55\uff4c\uff4c", ["full"]),
        ("x" * 100, ["x" * 64]),
    ],
)
def test_a_text_is_cut_into_words(text: str, found: list[str]) -> None:
    assert words.words(text) == found


@given(st.text(max_size=80), st.integers(0, 80), st.integers(1, 80))
def test_a_part_without_spaces_between_words_is_found_anywhere(text: str, start: int, length: int) -> None:
    dense = "".join(c for c in text if "\u4e00" <= c <= "\u9fff") or "\u89c6\u9891"
    part = dense[start : start + length] or dense
    assert all(any(word.startswith(a) for word in words.words(dense)) for a in words.asked(part))


@given(st.text(max_size=200), st.text(max_size=60))
def test_nothing_in_the_index_can_leave_its_word(title: str, tag: str) -> None:
    text = words.of_media("a", "r", title, title, tag, [tag], 0, "Initiated")
    assert not set(text) & set('"*()') and all(word[0] in "+-/@=" for word in text.split())


@given(st.text(max_size=100))
def test_every_text_is_found_by_itself(text: str) -> None:
    assert all(any(word.startswith(a) for word in words.words(text)) for a in words.asked(text))
