"""Word lists of reviews: what must not be said in a film or about it."""

from collections.abc import Sequence
from typing import Any

from reelmill.core import clock
from reelmill.core.errors import CallerError, UserText
from reelmill.core.model import Caller
from reelmill.services.context import AppContext
from reelmill.store import word_lists
from reelmill.store.database import Row

MOST_LISTS, MOST_WORDS, _WORD_BYTES = 100, 10_000, 256
_PATTERN_MEMORY = 1 << 20  # bytes of a compiled pattern


def add(ctx: AppContext, caller: Caller, *, name: str, words: Sequence[Any], label: str, suggestion: str) -> Row:
    """A new list; reviews that are judged from now on know it."""
    checked, list_id, now = _checked(words), clock.new_id(), clock.now_ms()
    with ctx.database.write(alone="censor_word_lists") as tx:
        if len(word_lists.all_of(tx, caller)) >= MOST_LISTS:
            raise CallerError("PermissionDenied.ResourceQuotaExceed", "CensorWordList", f"{MOST_LISTS} are allowed.")
        values = {"name": name, "label": label, "suggestion": suggestion, "created_ms": now, "changed_ms": now}
        word_lists.add(tx, caller, id=list_id, words=checked, **values)
        return word_lists.find(tx, caller, [list_id])[list_id]


def list_(ctx: AppContext, caller: Caller) -> list[Row]:
    """All lists of the account, oldest first."""
    with ctx.database.read() as tx:
        return word_lists.all_of(tx, caller)


def update(ctx: AppContext, caller: Caller, list_id: str, **given: Any) -> Row:
    """Change what is given (not None); the rest stays."""
    values = {name: value for name, value in given.items() if value is not None}
    if "words" in values:
        values["words"] = _checked(values["words"])
    with ctx.database.write(alone="censor_word_lists") as tx:
        if not word_lists.change(tx, caller, list_id, changed_ms=clock.now_ms(), **values):
            raise _gone(list_id)
        return word_lists.find(tx, caller, [list_id])[list_id]


def delete(ctx: AppContext, caller: Caller, list_id: str) -> None:
    with ctx.database.write(alone="censor_word_lists") as tx:
        if not word_lists.delete(tx, caller, list_id):
            raise _gone(list_id)


def _checked(words: Sequence[Any]) -> list[str]:
    """Each word once; /.../ is a pattern that re2 knows, which never looks twice at a letter."""
    if len(words) > MOST_WORDS:
        raise CallerError("InvalidParameter.ListSizeExceed", "Words", f"A list may have {MOST_WORDS}.")
    for place, word in enumerate(words):
        if why := _problem(word):
            raise CallerError("InvalidParameter", f"Words[{place}]", why)
    return list(dict.fromkeys(word.strip() for word in words))


def _problem(word: Any) -> UserText:
    if not isinstance(word, str) or not word.strip():
        return "It must be a text."
    word = word.strip()
    if len(word.encode("utf-8", "surrogatepass")) > _WORD_BYTES:
        return f"It may have {_WORD_BYTES} bytes."
    if not (len(word) > 1 and word.startswith("/") and word.endswith("/")):
        return "" if any(c.isalnum() for c in word) else "It must hold a letter or a digit."
    import re2  # for patterns alone, of which most servers have none

    options = re2.Options()
    options.log_errors, options.max_mem = False, _PATTERN_MEMORY
    try:
        empty = re2.compile(word[1:-1], options).search("")
    except re2.error as error:
        said = error.args[0]
        shown = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"It is no pattern (RE2): {shown}."
    return "It fits every text." if empty else ""


def _gone(list_id: str) -> CallerError:
    return CallerError("InvalidParameter.ResourceNotFound", "Id", f'There is no word list "{list_id}".')
