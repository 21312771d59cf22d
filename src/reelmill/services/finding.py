"""Lists and searches of the media library, by pages or by tokens."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reelmill.core.errors import CallerError
from reelmill.core.model import Caller
from reelmill.services.categories import named_like
from reelmill.services.context import AppContext
from reelmill.services.paging import below, token
from reelmill.store import categories, media, search
from reelmill.store.database import Row
from reelmill.store.search import Question

REACH = 10_000  # as far as pages can be numbered and totals of a search are counted
_LIVING = ("Initiated", "Published", "UnPublish")


@dataclass(frozen=True, slots=True)
class Found:
    """One page. `next_token` is None on the last one; `at_least`: there may be more than `total`."""

    rows: list[Row]
    next_token: str | None
    total: int
    at_least: bool = False


def list_(
    ctx: AppContext, caller: Caller, question: Question, token_text: str | None, size: int
) -> tuple[list[Row], str | None]:
    """Newest first; deleted media only when the question names that state. (rows, token of the next page or None)."""
    with ctx.database.read() as tx:
        places = search.places(tx, question, caller, limit=size + 1, beyond=below(token_text))
        return media.listed(tx, caller, places[:size]), _token(places, size)


def find(
    ctx: AppContext,
    caller: Caller,
    question: Question,
    *,
    number: int,
    size: int,
    token_text: str | None = None,
    ascending: bool = False,
) -> Found:
    """Media that answer the question, newest (or oldest) first, as a numbered page or from a token on.

    The total is exact up to 10,000, and beyond that for questions about state and category alone. CallerError for a
    page beyond the 10,000th row.
    """
    if not token_text and number * size > REACH:
        raise CallerError(
            "InvalidParameter.OutOfRange",
            "PageNumber",
            f"Pages reach to the {REACH}th media; go on with NextPageToken.",
        )
    with ctx.database.read() as tx:
        if question.anywhere:
            question = replace(question, categories=named_like(categories.all_of(tx, caller), question.anywhere))
        skip = 0 if token_text else (number - 1) * size
        places = search.places(
            tx, question, caller, limit=size + 1, skip=skip, beyond=below(token_text), ascending=ascending
        )
        if question.plain():
            total = media.total(tx, caller, question.states or _LIVING, question.cate_ids)
        elif not token_text and len(places) <= size and (places or not skip):
            total = skip + len(places)  # the last page
        else:
            total = search.counted(tx, question, caller, REACH + 1)
        return Found(media.listed(tx, caller, places[:size]), _token(places, size), *_bounded(total, question.plain()))


def _bounded(total: int, exact: bool) -> tuple[int, bool]:
    return (total, False) if exact else (min(total, REACH), total > REACH)


def _token(places: Sequence[int], size: int) -> str | None:
    return token([{"seq": place} for place in places], size)
