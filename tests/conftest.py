"""Options and order for the whole suite."""

from pathlib import Path

import pytest

_COST = ("house", "unit", "property", "store", "contract", "fuzz", "console", "engine", "e2e", "browser")  # cheap floors first: a slip shows within seconds


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", type=int, default=0, metavar="N", help="kill the server at N more random moments (crash tests); 0: only the sample")
    parser.addoption("--fuzz", type=int, default=0, metavar="N", help="fuzz N times as long, with other examples in each run; 0: a sample that never changes")


def pytest_configure(config: pytest.Config) -> None:
    from fuzz import effort  # before the tests are read: their decorators ask it

    effort.FACTOR = int(config.getoption("--fuzz"))


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> int:
    """How many random kills the crash tests shall add to their sample."""
    return int(request.config.getoption("--soak"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent

    def cost(item: pytest.Item) -> tuple[bool, int]:
        floor = item.path.relative_to(here).parts[0]
        return item.get_closest_marker("slow") is not None, _COST.index(floor) if floor in _COST else len(_COST)

    items.sort(key=cost)  # stable: inside a floor the order of the files stays
