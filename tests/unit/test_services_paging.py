"""Page tokens."""

import pytest

from reelmill.core.errors import CallerError
from reelmill.services import paging


def test_a_token_leads_behind_the_last_row_of_its_page() -> None:
    rows = [{"seq": s} for s in (9, 8, 7)]
    assert (
        paging.below(paging.token(rows, 2)) == 8
        and paging.token(rows, 3) is None
        and len(paging.token(rows, 2) or "") == 32
    )


@pytest.mark.parametrize("text", ["x", "f" * 32, "-000000000000001" + "0" * 16, "0" * 31])
def test_a_made_up_token_is_refused(text: str) -> None:
    with pytest.raises(CallerError):
        paging.below(text)


def test_no_token_is_the_first_page() -> None:
    assert paging.below(None) is None and paging.below("") is None
