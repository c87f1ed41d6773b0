"""Every command of the README runs, and the README says nothing of commands that don't exist."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import certmark

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
COMMANDS = [line[2:] for block in re.findall(r"```console\n(.*?)```", README, re.S) for line in block.splitlines()]
NEEDS_A_CORPUS = "rules diff"


@pytest.mark.slow
@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_readme_runs(line, tmp_path):
    import os

    args = shlex.split(line)
    assert args[0] == "certmark"
    if NEEDS_A_CORPUS in line:
        (tmp_path / "my-rules").mkdir()
    environ = os.environ | {"CERTMARK_DATA": str(tmp_path / "data"), "PYTHONPATH": str(Path(certmark.__file__).parent)}
    done = subprocess.run(
        [sys.executable, "-m", "certmark", *args[1:]], capture_output=True, text=True, cwd=tmp_path, env=environ
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def test_the_readme_names_only_commands_that_exist():
    named = set(re.findall(r"`certmark ([a-z]+)", README)) | {shlex.split(line)[1] for line in COMMANDS}
    assert named <= set(certmark.COMMANDS)


def test_the_two_commands_of_the_readme_are_targets():
    makefile = (Path(__file__).parents[2] / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"^make ([a-z]+)", README, re.M):
        assert re.search(rf"^{target}:", makefile, re.M)
