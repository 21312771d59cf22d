"""From the bytes of a subtitle file to its text: the charset that was given, or the one that fits. Pure."""

import codecs

import charset_normalizer

CHARSETS = ("UTF-8", "GBK", "BIG5", "auto")  # templates.md 3
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAMED = {"UTF-8": ("utf-8",), "GBK": ("gb18030",), "BIG5": ("cp950", "big5hkscs")}
# A short text in one Chinese charset can nearly always be read in the other one too, as rare letters: what is written
# in common ones is right. (charset, its lead bytes of common letters and signs)
_COMMON = (("gb18030", range(0xB0, 0xD8), "gb2312"), ("cp950", range(0xA4, 0xC7), "big5"))
_LIKELY = 0.8  # share of common letters of a text in the right charset
_OTHERS = ("cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1256", "shift_jis", "euc_jp", "euc_kr")
_LOST = 0.01  # share of the letters that may be damaged


def decode(data: bytes, charset: str = "auto") -> str | None:
    """The text; None when it is none in this charset (`auto`: in any)."""
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _strictly(data, name)
    if charset != "auto":
        found = (_strictly(data, name) for name in _NAMED[charset])
        return next((text for text in found if text is not None), None) or _nearly(data, _NAMED[charset][0])
    if (text := _strictly(data, "utf-8")) is not None:
        return text
    if b"\x00" in data:
        return None
    share, text = max((_common(data, *one) for one in _COMMON), key=lambda one: one[0])
    if share >= _LIKELY:
        return text
    best = charset_normalizer.from_bytes(data, cp_isolation=list(_OTHERS)).best()
    return str(best) if best is not None else None


def _strictly(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except UnicodeError:
        return None


def _nearly(data: bytes, name: str) -> str | None:
    """A few damaged bytes are no reason to lose all the rest."""
    text = data.decode(name, "replace")
    beyond = sum(ord(letter) > 127 for letter in text)
    return text if text.count("\ufffd") <= _LOST * beyond else None


def _common(data: bytes, name: str, leads: range, basic: str) -> tuple[float, str]:
    """(share of common letters among those beyond ASCII, the text)."""
    text = _strictly(data, name)
    beyond = [letter for letter in text or "" if ord(letter) > 127 and _is_letter(letter)]
    if text is None or not beyond:
        return 0.0, ""
    encoded = (letter.encode(basic, "ignore") for letter in beyond)
    common = sum(len(two) == 2 and two[0] in leads for two in encoded)
    return common / len(beyond), text


def _is_letter(letter: str) -> bool:
    return letter.isalpha() or "\ue000" <= letter <= "\uf8ff"
