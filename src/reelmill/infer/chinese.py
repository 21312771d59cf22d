"""Traditional Chinese letters count as the simplified ones that stand for them, by the table of OpenCC."""

import functools
from collections.abc import Mapping

_LETTERS = (range(0x3400, 0xA000), range(0x20000, 0x2A6E0))  # CJK and its extensions A and B


def simplified(text: str) -> str:
    """The same letters, each by itself: what a letter becomes must not depend on its neighbours, for words are
    compared with parts of texts."""
    return text if text.isascii() else text.translate(_table())


@functools.cache
def _table() -> Mapping[int, str]:
    import opencc  # loads its tables, which texts without Chinese need not

    letters = [chr(number) for one in _LETTERS for number in one]
    told = opencc.OpenCC("t2s").convert("\n".join(letters)).split("\n")
    return {ord(one): other for one, other in zip(letters, told, strict=True) if one != other}
