"""What the server says, the console can say in Chinese."""

import errno
import functools
import itertools
import json
import os
import re
from pathlib import Path

from house import sentences
from reelmill.api.table import operations

CONSOLE = Path(__file__).parents[2] / "console" / "src"
CATALOGUE = json.loads((CONSOLE / "i18n" / "sentences.zh.json").read_text(encoding="utf-8"))
_TOKEN = re.compile(r"\{\{|\}\}|\{[+*]?\w+\}|\{([^{}]*\|[^{}]*)\}")
JSON = {  # what json.loads says, of all versions of Python
    "{}: line {} column {} (char {})",
    "Expecting value",
    "Expecting property name enclosed in double quotes",
    "Expecting ',' delimiter",
    "Expecting ':' delimiter",
    "Extra data",
    "Unterminated string starting at",
    "Invalid control character at",
    "Illegal trailing comma before end of object",
    "Illegal trailing comma before end of array",
}
SYSTEM = {
    os.strerror(number) for number in errno.errorcode
}  # what the file system says; the catalogue has the usual ones


def _plain(sentence: str) -> str:
    """Without what makes no difference to the page: the case of its first letter and its last full stop."""
    sentence = sentence.replace("{+}", "{}").removesuffix(".")
    return sentence[:1].lower() + sentence[1:]


def _meant(entry: str) -> set[str]:
    """What an entry of the catalogue says, as the collector writes it."""
    parts, last = [], 0
    for found in _TOKEN.finditer(entry):
        parts += [
            [entry[last : found.start()]],
            found[1].split("|") if found[1] else [found[0] if found[0] in ("{{", "}}") else "{}"],
        ]
        last = found.end()
    return {_plain("".join(one)) for one in itertools.product(*parts, [entry[last:]])}


def _others() -> set[str]:
    """Sentences of the tables, of the page itself, and of the libraries whose words we pass on."""
    page = "".join(path.read_text(encoding="utf-8") for path in CONSOLE.rglob("*.ts"))
    return {
        *(p.refuse for o in operations().values() for p in o.parameters if p.refuse),
        *re.findall(
            r'(?:ApiError\([^\n]*?|= response\.statusText \|\| |getBody\(\) \|\| )"([A-Z][^"\n]* [^"\n]*)"', page
        ),
        *JSON,
    }


@functools.cache  # not while the tests are collected: every process does that
def _said() -> sentences.Sentences:
    return sentences.Sentences()


KNOWN = {plain: entry for entry in CATALOGUE for plain in _meant(entry)}


def test_every_sentence_is_written_where_it_is_said() -> None:
    assert _said().lost == [], "annotate this parameter as core.errors.UserText; if it is none, pass it by its name"
    assert len(_said().said) > 400


def test_a_new_sentence_is_found_where_it_stands(tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(
        "class Failure:\n"
        "    code: str\n"
        "    message: UserText\n"
        "def why(x) -> UserText:\n"
        "    return f'It was {x} ' + ('once' if x else 'never')\n"
        "def check(problems, x, other: str):\n"
        "    local = 'A local sentence.'\n"
        "    problems.add(Failure('Bad Code', 'Said at once.'), Failure('C', local), Failure('C', f'So: {why(x)}'))\n"
        "    return Failure('C', message='Filled by %s later' % x or other), Failure('C', other)\n"
    )
    found = sentences.Sentences(tmp_path)
    assert found.said == {
        "It was {} once": "new.py:5",
        "It was {} never": "new.py:5",
        "Said at once.": "new.py:8",
        "A local sentence.": "new.py:7",
        "So: {+}": "new.py:8",
        "Filled by {} later": "new.py:9",
    }
    assert found.lost == ["new.py:9: other"]


def test_every_sentence_has_its_chinese() -> None:
    said = {_plain(text): place for text, place in _said().said.items()} | {
        _plain(text): "elsewhere" for text in _others()
    }
    silent = [f"{place}: {text}" for text, place in sorted(said.items()) if text not in KNOWN]
    assert silent == [], "add them to console/src/i18n/sentences.zh.json"


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    said = {_plain(text) for text in (*_said().said, *_others(), *SYSTEM)}
    assert [entry for entry in CATALOGUE if not _meant(entry) & said] == []


def test_a_sentence_inside_another_is_marked_as_one() -> None:
    """Else its English would stand in the Chinese."""
    holes = re.compile(r"\{([+*]?)\w*\}")
    plain = [
        entry
        for text in _said().said
        if (entry := KNOWN.get(_plain(text)))
        and any(
            inner == "+" != mark
            for inner, mark in zip(
                holes.findall(text.replace("{{", "")), holes.findall(entry.replace("{{", "")), strict=False
            )
        )
    ]
    assert plain == []


def test_no_sentence_stands_twice_in_the_catalogue() -> None:
    twice = [entry for entry in CATALOGUE if any(KNOWN[plain] != entry for plain in _meant(entry))]
    assert twice == []
