"""What is pinned, what travels, what the project must never hold."""

import re
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def pinned() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    return dict(line.lower().replace("_", "-").split("==") for line in lines if line and not line.startswith("#"))


def test_every_direct_dependency_is_pinned():
    wanted = PROJECT["dependencies"] + [d for extra in PROJECT["optional-dependencies"].values() for d in extra]
    names = {re.split(r"[\[<>=; ]", d)[0].lower().replace("_", "-") for d in wanted}
    assert names - set(pinned()) - {"certmark"} == set()


def test_constraints_hold_names_and_numbers_only():
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"[A-Za-z0-9_.\-]+==[0-9A-Za-z.+!]+|#.*|", line), line


def test_the_version_is_said_once():
    import certmark
    from compliance.checking.session import VERSION

    assert {PROJECT["version"], certmark.VERSION, VERSION} == {PROJECT["version"]}


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True).stdout.split("\0")
    return [
        ROOT / n for n in names if n and (ROOT / n).suffix in {".py", ".md", ".yaml", ".toml", ".txt", ".cfg", ".html"}
    ]


def test_no_machine_path_and_no_registry_host_in_the_tree():
    places = re.compile(
        r"""(?:^|[ "'(=])/(?:work|farm|root|home)/[a-z]|https?://[^ ]*/simple/|https?://registry\.""", re.M
    )
    for path in tracked():
        assert not places.search(path.read_text(encoding="utf-8", errors="replace")), path
