"""Options and order for the whole suite, and what is said about tests that were skipped."""

from pathlib import Path

import pytest
from hypothesis import settings

import databases
import machine
import running

_COST = (
    "house",
    "unit",
    "property",
    "store",
    "contract",
    "fuzz",
    "console",
    "engine",
    "e2e",
    "films",
    "browser",
)  # cheap floors first: a slip shows within seconds
# Files that take longest, longest first. They begin before the other slow ones, so that no process is left alone with
# one of them at the end.
_LONG = (
    "test_screens",
    "test_crash",
    "test_trust",
    "test_held_work",
    "test_restarts",
    "test_editor",
    "test_triggers",
    "test_upload_page",
    "test_run_page",
    "test_pieces_lost",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--soak",
        type=int,
        default=0,
        metavar="N",
        help="kill the server at every named point, and N times in a storm (crash tests); 0: only a sample",
    )
    parser.addoption(
        "--fuzz",
        type=int,
        default=0,
        metavar="N",
        help="fuzz N times as long, with other examples in each run; 0: a sample that never changes",
    )
    parser.addoption(
        "--films",
        type=int,
        default=0,
        metavar="N",
        help="draw N films by chance, put them through the product and judge all that comes out",
    )
    parser.addoption(
        "--database",
        choices=("both", *databases.KINDS),
        default="both",
        help="on which database: both means tests of the store on each, servers on SQLite but where a test says "
        "otherwise; postgresql lets every server of the suite run on it",
    )
    parser.addoption("--must-run", action="store_true", help="fail when a test was skipped that could have run here")


def pytest_configure(config: pytest.Config) -> None:
    from fuzz import effort  # before the tests are read: their decorators ask it

    effort.FACTOR = int(config.getoption("--fuzz"))
    running.COPIES = True
    chosen = str(config.getoption("--database"))
    databases.CHOSEN = databases.KINDS if chosen == "both" else (chosen,)
    settings.register_profile(
        "suite", effort.effort(50)
    )  # no deadline: how long an example takes says how busy the machine is
    settings.load_profile("suite")


@pytest.fixture(scope="session")
def soak(request: pytest.FixtureRequest) -> int:
    """How many random kills the crash tests shall add to their sample."""
    return int(request.config.getoption("--soak"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    # a conftest beside named files is read before the options are, and so makes its tests for every database
    others = [item for item in items if set(_parameters(item)) & (set(databases.KINDS) - set(databases.CHOSEN))]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]

    def cost(item: pytest.Item) -> tuple[bool, int, int]:
        floor, name = item.path.relative_to(here).parts[0], item.path.stem
        long = _LONG.index(name) if name in _LONG else len(_LONG)
        return (
            item.get_closest_marker("slow") is not None or name in _LONG,
            long,
            _COST.index(floor) if floor in _COST else len(_COST),
        )

    items.sort(key=cost)  # stable: inside a floor the order of the files stays


def _parameters(item: pytest.Item) -> list[str]:
    made = getattr(item, "callspec", None)
    return [value for value in made.params.values() if isinstance(value, str)] if made else []


def _inexcusable(config: pytest.Config) -> list[str]:
    """Of the tests that were skipped, those that could have run, with the reason that was given."""
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if not config.getoption("--must-run") or hasattr(config, "workerinput") or terminal is None:
        return []
    reasons = {
        report.nodeid: str(report.longrepr[2])
        for report in terminal.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    }
    return [f"{test}: {reason}" for test, reason in reasons.items() if not machine.excused(reason)]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if session.exitstatus == pytest.ExitCode.OK and _inexcusable(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if idle := _inexcusable(config):
        terminalreporter.section("skipped, though this machine can run them", red=True)
        for line in idle:
            terminalreporter.line(line)
