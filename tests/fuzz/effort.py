"""How hard the fuzzers try: a sample that is the same in every run of the suite, or `--fuzz N` times as much, each time
something new."""

from hypothesis import HealthCheck, settings

FACTOR = 0  # set by tests/conftest.py from --fuzz


def effort(examples: int) -> settings:
    """Settings of one test: this many examples in the suite."""
    slow = (
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.data_too_large,
    )
    return settings(
        max_examples=examples * max(1, FACTOR),
        derandomize=not FACTOR,
        deadline=None,
        database=None,
        suppress_health_check=slow,
    )
