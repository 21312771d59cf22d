"""From the bytes of a subtitle file to its text: the charset that was given, or the one that fits. Pure."""

import codecs
import re
import unicodedata
from collections import Counter
from functools import cache
from itertools import combinations

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
# What short texts are made of: syllables of Korean, and letters of Chinese whose bytes are also syllables
_SYLLABLES = frozenset(
    "가각간갈감갔강같개거건걸것게겠결경계고곧곳과관괜교구군그근금기긴길까께꼭끝나난날남내너네년녕노누는늘니다단달당대"
    "더데도돈돌동되된될됐두드든들등때또라람랑래러런렇레려력로록료를름리린마막만많말맞매먹면명모못무문물미민밀및바반받"
    "발밖방배버번벌법별보부분불비빠빨사살상새생서선성세소속손송수순술스습시식신실십싸쓰씨아안않알았애야약어언얼엄없었에"
    "여연열영예오온올와왔외요용우운원월위으은을음응의이인일있잊자작잖잘장재저적전절정제조족좀좋주죄중줄지직진질집찮찾"
    "처천청체초출친카타통파편평품하학한할함합항해했행형호혼화확회후히"
)
_HANZI = frozenset(
    "啊哎哈嘿混蛋爱爸吧白百班办半帮包北本比必边变别并不步部才参差长常场唱车成吃冲出处穿传次此从错打大带代待但当刀到道得的等低地弟"
    "第点电掉顶定丢东懂动都读对多而儿耳二发法反饭房放飞非分风夫服父该干感刚高告哥个各给跟更公工共够姑故怪关管光鬼贵国"
    "果过还孩海害喊好号喝何和黑很红后候呼湖话花坏欢换黄回会婚活火或几机己记技家间见件将讲叫教接街节结姐解今金近进京经"
    "警静久酒就旧救军开看康考科可刻客肯空口哭苦快块来蓝老了乐累离里理力立利连脸练两亮了林零领另留流六楼路旅妈马吗买卖"
    "满慢忙毛么没每美妹门们梦迷米面民名明命母目拿哪那男南难脑呢内能你年念您牛女怕拍派跑陪朋皮片票平破妻七其奇骑起气千"
    "前钱强亲轻清情请秋求区去全却然让热人认日肉如"
)
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
    ("cp1250", "áäčďéíľňóôšťúýž"),
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
_MIXED = ("cp1252", "cp1250", "cp1254")
_LANGUAGES = 3  # that are mixed in one film
_LONG_RUN = re.compile(r"[^\W\d_a-zA-Z]{4}")  # of letters beyond ASCII: it is a word in another alphabet
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
    if text := _latin(data) or _mixed(data):
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
    """The text, when its two bytes are all syllables of Korean: in GBK these are common letters too, and of a short
    text it counts in which of both they are words of every day."""
    text, other = _strictly(data, "cp949") or "", _strictly(data, "gb18030") or ""
    beyond = [letter for letter in text if ord(letter) > 127 and _is_letter(letter)]
    if not all("가" <= letter <= "힣" for letter in beyond):
        return None
    daily = sum(one in _SYLLABLES for one in beyond) > sum(one in _HANZI for one in other)
    return text if daily or len(beyond) >= _KOREAN else None


def _latin(data: bytes) -> str | None:
    """The text in the charset in which it has the letters of one language."""
    best, found = _FITS, None
    texts = {name: _strictly(data, name) for name in dict.fromkeys(name for name, _ in _LATIN)}
    for name, letters in _LATIN:
        share = _share((texts[name] or "")[:_SAMPLE], letters)
        if share > best or (share == best and found is None):
            best, found = share, texts[name]
    return found


def _mixed(data: bytes) -> str | None:
    """The text in the charset in which its letters are those of the fewest languages."""
    # Turkish has the bytes of Icelandic; its own i is as common there as eth is here
    turkish = data.count("ı".encode("cp1254")) > data.count("ğ".encode("cp1254"))
    texts = {name: _strictly(data, name) for name in (_MIXED[::-1] if turkish else _MIXED)}
    found = {name: text for name, text in texts.items() if text and not _LONG_RUN.search(text[:_SAMPLE])}
    for count in range(2, _LANGUAGES + 1):
        best, chosen = _FITS, None
        for name, text in found.items():
            beyond = _beyond(text[:_SAMPLE])
            sets = combinations(_languages(name), count)
            share = max((_known(beyond, "".join(letters)) for letters in sets), default=0.0)
            if share > best or (share == best and chosen is None):
                best, chosen = share, text
        if chosen:
            return chosen
    return None


@cache
def _languages(name: str) -> tuple[str, ...]:
    """The letters of the languages that a charset has: its own, and those that have the same bytes in it."""
    return tuple(
        letters
        for own, letters in _LATIN
        if own == name or letters.encode(own, "replace") == letters.encode(name, "replace")
    )


def _share(text: str, letters: str) -> float:
    """Which share of what a text has beyond ASCII could stand in a language with these letters."""
    return _known(_beyond(text), letters)


def _beyond(text: str) -> Counter[str]:
    """What a text has beyond ASCII, how often; nothing where it is too much for Latin letters."""
    beyond = [one for one in text if ord(one) > 127]
    return Counter(beyond if len(beyond) <= _FEW * sum(one.isalpha() for one in text) else ())


def _known(beyond: Counter[str], letters: str) -> float:
    known = letters + letters.upper() + _SIGNS
    fine = sum(often for one, often in beyond.items() if one in known or unicodedata.category(one)[0] in "PZ")
    return fine / beyond.total() if beyond else 0.0


def _is_letter(letter: str) -> bool:
    return letter.isalpha() or "\ue000" <= letter <= "\uf8ff"
