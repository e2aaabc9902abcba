"""What all tests share: the reference data beside the project, and the rule about skipped tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

# Tests that may be skipped under CI=true: the start of a node id → why. Any other skip fails there,
# so that a machine that lacks something cannot pass by testing less.
SKIPS_ALLOWED_IN_CI: dict[str, str] = {
    "tests/graph/test_duck_store.py::test_a_full_disk": "mounts a disk, which takes root; a limit"
    " on file size stands in for it in test_no_room_leaves_the_old_version",
    "tests/graph/test_duck_store.py::test_a_read_only_disk": "mounts a disk, which takes root",
}

# Two cores shared with other work make single examples slow now and then; that is no failure. In CI
# the same examples every time: a change is judged by what it changed.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

_skips = pytest.StashKey[list[str]]()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data beside the project: `$CHAINSCOUT_SHARED/data`, else `../shared/data`."""
    shared = Path(os.environ.get("CHAINSCOUT_SHARED") or ROOT.parent / "shared")
    if not (shared / "data").is_dir():
        pytest.skip(f"no data/ in {shared}: set CHAINSCOUT_SHARED to the folder that has it")
    return shared / "data"


def pytest_configure(config: pytest.Config) -> None:
    """Start the list of skips that nobody allowed."""
    config.stash[_skips] = []
    config.pluginmanager.register(_SkipWatch(config.stash[_skips]))


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Under CI=true, turn a run with skips that nobody allowed into a failed one."""
    if os.environ.get("CI") and session.config.stash[_skips] and exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Name the skips that failed the run."""
    if os.environ.get("CI") and config.stash[_skips]:
        terminalreporter.section("skipped, and not allowed to be in CI", red=True)
        for node in config.stash[_skips]:
            terminalreporter.line(node)
        terminalreporter.line("Provide what they need, or allow them in tests/conftest.py.")


class _SkipWatch:
    """Collects the node ids of tests and modules that were skipped without leave."""

    def __init__(self, found: list[str]) -> None:
        self.found = found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note(report.nodeid)

    def _note(self, nodeid: str) -> None:
        if not nodeid.startswith(tuple(SKIPS_ALLOWED_IN_CI)):
            self.found.append(nodeid)
