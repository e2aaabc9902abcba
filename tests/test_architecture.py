"""The shape that the project agreed on: folders, layers, sizes, what an installation gets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PACKAGES = {"graph", "recommender", "ingest", "api", "workspace", "chainscout"}
BESIDE = {"benchmarks", "tests", "notebooks", "docs"}
LONGEST_FILE = 500

# A place on somebody's machine: home, root or scratch folders of Unix, a user's folder on Windows.
MACHINE_PATH = re.compile(r"(?<![\w./~$-])/(?:work|tmp|root|home|Users)/\w|\b[A-Za-z]:\\Users\\")
TEXT = {
    ".py",
    ".toml",
    ".md",
    ".yaml",
    ".yml",
    ".csv",
    ".html",
    ".css",
    ".js",
    ".ipynb",
    ".txt",
    "",
}


def project_files() -> list[Path]:
    """Files as git sees them: committed, or new and not ignored; relative to ROOT."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    names = listing.stdout.decode("utf-8").split("\0")
    return [Path(name) for name in sorted(set(names)) if name and (ROOT / name).is_file()]


FILES = project_files()


def test_imports_run_downhill() -> None:
    linter = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as go; go()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert linter.returncode == 0, linter.stdout + linter.stderr
    assert re.search(r"[1-9]\d* kept, 0 broken", linter.stdout), linter.stdout


def test_top_level_folders_are_those_agreed() -> None:
    folders = {path.parts[0] for path in FILES if len(path.parts) > 1}
    assert {name for name in folders if not name.startswith(".")} == PACKAGES | BESIDE


def test_packages_are_typed_and_documented() -> None:
    for package in sorted(PACKAGES):
        assert Path(package, "py.typed") in FILES, package
        assert (ROOT / package / "__init__.py").read_text(encoding="utf-8").startswith('"""'), (
            package
        )


def test_no_python_file_holds_more_than_one_idea() -> None:
    lengths = {
        str(path): len((ROOT / path).read_text(encoding="utf-8").splitlines())
        for path in FILES
        if path.suffix == ".py"
    }
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_path_of_a_machine() -> None:
    found = [
        f"{path}:{number}: {line.strip()[:100]}"
        for path in FILES
        if path.suffix in TEXT and path != Path("tests/test_architecture.py")
        for number, line in enumerate(_lines(path), start=1)
        if MACHINE_PATH.search(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["cd /work/here", 'open("/tmp/x")', "/home/me/data", r"C:\Users\me\Desktop"]
)
def test_a_path_of_a_machine_is_recognised(text: str) -> None:
    assert MACHINE_PATH.search(text)


@pytest.mark.parametrize(
    "text", ["../shared/data", "/api/v1/work/1", "$HOME/tmp/x", "https://example.org/home/page"]
)
def test_other_paths_are_not_taken_for_one(text: str) -> None:
    assert not MACHINE_PATH.search(text)


def test_wheel_holds_every_file_of_the_packages_and_nothing_else(tmp_path: Path) -> None:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    with zipfile.ZipFile(wheel) as archive:
        inside = {name for name in archive.namelist() if ".dist-info/" not in name}
        (entry_points,) = [n for n in archive.namelist() if n.endswith("entry_points.txt")]
        assert "chainscout = chainscout.cli:main" in archive.read(entry_points).decode("utf-8")
    assert inside == {path.as_posix() for path in FILES if path.parts[0] in PACKAGES}


def test_every_dependency_is_pinned_within_its_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = dict(line.split("==") for line in _lines(Path("constraints.txt")) if line[0] != "#")
    versions = {canonicalize_name(name): version for name, version in pins.items()}
    wanted = map(Requirement, project["dependencies"] + project["optional-dependencies"]["dev"])
    unmet = [
        str(need)
        for need in wanted
        if not need.specifier.contains(versions.get(canonicalize_name(need.name), "0"))
    ]
    assert unmet == [], "run: make lock"


@pytest.mark.parametrize(("ci", "code"), [("true", 1), ("", 0)])
def test_a_skip_that_nobody_allowed_fails_ci(tmp_path: Path, ci: str, code: int) -> None:
    case = tmp_path / "test_case.py"
    case.write_text(
        "import pytest\n\ndef test_a():\n    pytest.skip('no server')\n\ndef test_b():\n    pass\n",
        encoding="utf-8",
    )
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-c", os.devnull, "-p", "tests.conftest", str(case)],
        cwd=ROOT,
        env={**os.environ, "CI": ci},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == code, run.stdout + run.stderr
    assert ("not allowed to be in CI" in run.stdout) == bool(code)
    assert "1 passed, 1 skipped" in run.stdout


def _lines(path: Path) -> list[str]:
    return (ROOT / path).read_text(encoding="utf-8", errors="replace").splitlines()
