"""What the library of conditions says, in words for those who write them. Pure."""

import re

from reelmill.core.errors import UserText

_PATTERNS = {
    name: re.compile(pattern, re.DOTALL)
    for name, pattern in {
        "end": r"Syntax error: .*'<EOF>'.*",
        "strange": r"Syntax error: (?:mismatched|extraneous|no viable alternative at) input '(.+?)'(?: expecting .*)?",
        "unread": r"Syntax error: token recognition error at: '(.+)'",
        "unknown": r"undeclared reference to '(.+)'",
        "field": r"undefined field '(.+)' not found in (?:struct )?'(.+)'",
        "key": r"Key not found in map : (.+)",
        "place": r"Index error: index=(.+) size=(\d+)",
        "types": r"found no matching overload for '(.+)' applied to '\((.*)\)'",
        "method": r"No matching overloads found : \((.*?)\)\.(\w+)\((.*)\)",
        "function": r"No matching overloads found : (.+?)\((.*)\)",
        "type": r"No matching overloads found : (\S+)",
        "conversion": r"(?:cannot convert|Type conversion error from) '?(\w+)'? to '?(\w+)'?",
        "time": r"String to (Timestamp|Duration) conversion failed",
        "regular": r"invalid regular expression: (.+)",
        "zero": r"(?:divide|modulus) by zero",
        "large": r"integer overflow",
        "negative": r"int64 out of uint64 range",
        "fieldless": r"Applying SELECT to non-message type",
        "has": r"has\(\) argument must be a field selection",
        "bytes": r"malformed UTF-8 bytes",
    }.items()
}
_SIGN = re.compile(r"_(\W+?)_|(\W)_|_(\W+?)")  # how the library writes the names of operators
OWN = re.compile(r" \(in container ''\)|reelmill\.facts\.")  # what only the library knows
_OTHERS = {"_?_:_": "? :", "@in": "in", "_[_]": "[ ]"}
_SIGNS = {"and": "&&", "or": "||", "not": "!", "&": "&&", "|": "||", "=": "=="}
_FUNCTIONS = re.compile(
    r"size|startsWith|endsWith|contains|matches|u?int|double|string|bool|bytes|timestamp|duration|type|dyn|has|all|map|"
    r"filter|exists(?:_one)?|get(?:FullYear|Month|Date|DayOf(?:Month|Week|Year)|Hours|Minutes|(?:Milli)?[sS]econds)"
)
_TYPES = re.compile(r"\b(?:google\.protobuf\.|reelmill\.facts\.)|(?<=int)64\b")


def readable(text: UserText) -> UserText:
    """A complaint of the library; one that is not known here stays as it is."""
    text = OWN.sub("", text)
    for name, pattern in _PATTERNS.items():
        if found := pattern.fullmatch(text):
            return _told(name, [one or "" for one in found.groups()])
    return text


def _told(name: str, parts: list[str]) -> UserText:
    first, second, third, *_ = [*parts, "", "", ""]
    match name:
        case "end":
            return "something is missing at the end"
        case "strange" | "unread" | "unknown":
            return _word(name, first.strip())
        case "field":
            owner = second.lower()
            return f'{owner} has no field "{first}"'
        case "key":
            return f"there is no {first}"
        case "place":
            return f"there is no element {first}: the list has {second}"
        case "types" | "function":
            types, sign = _TYPES.sub("", second), _sign(first)
            return f"{sign} cannot be used on ({types})"
        case "method":
            types = _TYPES.sub("", ", ".join(filter(None, (first, third))))
            return f"{second} cannot be used on ({types})"
        case "type":
            sign = _sign(first)
            return f"{sign} cannot be used on values of these types"
        case "conversion":
            return f"this {first} is no {second}"
        case "time":
            kind = first.lower()
            return f"this text is no {kind}"
        case "regular":
            return f"the pattern is wrong: {first}"
    return _plainly(name)


def _word(name: str, word: str) -> UserText:
    """Of a word that cannot stand where it does, or that nobody knows."""
    if sign := _SIGNS.get(word.lower()):
        return f"write {sign} for {word}"
    if name == "strange":
        return f"{word} does not belong here"
    if name == "unread":
        return f"{word} cannot be read"
    if _FUNCTIONS.fullmatch(word):
        return f"{word} cannot be used like this"
    first = word.split(".")[0]
    return f'nobody knows "{first}"'


def _plainly(name: str) -> UserText:
    match name:
        case "zero":
            return "it divides by zero"
        case "large":
            return "a whole number becomes too large"
        case "negative":
            return "a number without sign becomes negative"
        case "fieldless":
            return "what stands before the dot has no fields"
        case "has":
            return "has() asks for a field, such as has(input.key)"
    return "these bytes are no text"


def _sign(name: str) -> str:
    found = _SIGN.fullmatch(name)
    return next(one for one in found.groups() if one) if found else _OTHERS.get(name, name)
