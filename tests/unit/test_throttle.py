"""Requests per second: who is slowed down, and who is not."""

import pytest

from reelmill.api.throttle import MPS_RATES, Throttle
from reelmill.app import quotas, rates
from reelmill.core import clock
from reelmill.core.errors import CallerError
from reelmill.settings import Settings, load


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    return now


def _through(throttle: Throttle, count: int, account: str = "ann", operation: str = "ListJob") -> int:
    done = 0
    for _ in range(count):
        try:
            throttle.take(account, operation)
            done += 1
        except CallerError as error:
            assert (error.code, error.status) == ("Throttling.User", 429) and operation in error.message
    return done


def test_a_second_lets_through_as_many_as_the_rate_says(time: list[float]) -> None:
    throttle = Throttle({"": 5})
    assert _through(throttle, 9) == 5
    time[0] += 0.4
    assert _through(throttle, 9) == 2
    time[0] += 60
    assert _through(throttle, 9) == 5, "what was not used does not add up"


def test_accounts_and_operations_do_not_slow_each_other(time: list[float]) -> None:
    throttle = Throttle({"": 2, "ListAllMediaBucket": 1})
    assert (_through(throttle, 3), _through(throttle, 3, "ben"), _through(throttle, 3, operation="AddMedia")) == (
        2,
        2,
        2,
    )
    assert _through(throttle, 3, operation="ListAllMediaBucket") == 1


def test_without_rates_nobody_is_slowed() -> None:
    assert _through(Throttle({}), 1000) == 1000


def test_the_preset_has_the_figures_of_mps_and_single_settings_win() -> None:
    none, mps = Settings(), load({"limits": "mps"}, {})
    assert (
        rates(none) == {}
        and rates(mps) is MPS_RATES
        and rates(load({"limits": "mps", "request_rate": 7}, {})) == {"": 7}
    )
    assert (quotas(none).workflows, quotas(none).queued_jobs) == (None, None)
    made = quotas(load({"limits": "mps", "template_quota": 25}, {}))
    assert (made.workflows, made.templates, made.watermarks, made.queued_jobs) == (10, 25, 10, 10_000)
