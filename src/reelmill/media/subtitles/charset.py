"""From the bytes of a subtitle file to its text: the charset that was given, or the one that fits. Pure."""

import codecs
import unicodedata

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
_KOREAN = 20  # letters: so many of a Chinese text would not all lie in the first half of its common ones
_WIDE = 0.1  # share of zeros among the bytes of a text in UTF-16, whose times and line ends are ASCII
# Charsets of Latin letters differ in few of them, so that nearly every text can be read in each: right is the one in
# which its letters are those of one language. (charset, letters of a language beyond ASCII), where they are the same
# the more usual one first.
_LATIN = (
    ("cp1252", "àâæçéèêëîïôœùûüÿ"),
    ("cp1252", "äöüßé"),
    ("cp1252", "áéíñóúü"),
    ("cp1252", "àáâãçéêíóôõúü"),
    ("cp1252", "àèéìíîòóùú"),
    ("cp1252", "åäöéü"),
    ("cp1252", "æøåéöä"),
    ("cp1252", "àçèéíïòóúü"),
    ("cp1252", "áéëïíóöüèê"),
    ("cp1250", "ąćęłńóśźż"),
    ("cp1250", "áčďéěíňóřšťúůýž"),
    ("cp1250", "áäčďéíĺľňóôŕšťúýž"),
    ("cp1250", "áéíóöőúüű"),
    ("cp1250", "ăâîșțşţ"),
    ("cp1250", "čćđšž"),
    ("cp1254", "çğıİöşüâîû"),
    ("cp1252", "áéíóúýþæöð"),
)
_SIGNS = "°ºª€£§©®™·"  # that any language may have besides punctuation
_FITS = 0.95  # share of a language's own letters in a text; the others are in names
_SAMPLE = 50_000  # characters by which the language is told
_FEW = 0.4  # share of letters beyond ASCII that a text in Latin letters may have
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
    if (text := _wide(data)) is not None or (text := _strictly(data, "utf-8")) is not None:
        return text
    if b"\x00" in data:
        return None
    share, text = max((_common(data, *one) for one in _COMMON), key=lambda one: one[0])
    if share >= _LIKELY:
        return _korean(data) or text
    if text := _latin(data):
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


def _wide(data: bytes) -> str | None:
    """UTF-16 without its mark: the zeros of its ASCII letters stand at every second place."""
    first, second = data[::2].count(0), data[1::2].count(0)
    if first + second < _WIDE * len(data) or min(first, second) > _LOST * max(first, second):
        return None
    return _strictly(data, "utf-16-be" if first > second else "utf-16-le")


def _korean(data: bytes) -> str | None:
    """The text, when its two bytes are all syllables of Korean: in GBK these are common letters too."""
    text = _strictly(data, "cp949") or ""
    beyond = [letter for letter in text if ord(letter) > 127 and _is_letter(letter)]
    return text if len(beyond) >= _KOREAN and all("가" <= letter <= "힣" for letter in beyond) else None


def _latin(data: bytes) -> str | None:
    """The text in the charset in which it has the letters of one language."""
    best, found = _FITS, None
    texts = {name: _strictly(data, name) for name in dict.fromkeys(name for name, _ in _LATIN)}
    for name, letters in _LATIN:
        share = _share((texts[name] or "")[:_SAMPLE], letters)
        if share > best or (share == best and found is None):
            best, found = share, texts[name]
    return found


def _share(text: str, letters: str) -> float:
    """Which share of what a text has beyond ASCII could stand in a language with these letters."""
    beyond = [one for one in text if ord(one) > 127]
    if not beyond or len(beyond) > _FEW * sum(one.isalpha() for one in text):
        return 0.0
    known = letters + letters.upper() + _SIGNS
    return sum(one in known or unicodedata.category(one)[0] in "PZ" for one in beyond) / len(beyond)


def _is_letter(letter: str) -> bool:
    return letter.isalpha() or "\ue000" <= letter <= "\uf8ff"
