"""The front door opens one wing at a time and stays light."""

import subprocess
import sys

import pytest

import certmark

HEAVY = ("spacy", "sqlmodel", "scrapy", "twisted", "bs4", "pydantic", "typer", "rich")


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "certmark", *args], capture_output=True, text=True)


def test_help_names_every_command_and_imports_nothing_heavy():
    code = (
        "import sys, certmark\n"
        "try: certmark.main(['--help'])\n"
        "except SystemExit as stop: assert stop.code == 0\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    *page, loaded = done.stdout.splitlines()
    assert loaded == "[]"
    assert all(any(line.strip().startswith(name) for line in page) for name in certmark.COMMANDS)


def test_an_unknown_command_is_bad_usage_with_a_hint():
    done = run("chek")
    assert done.returncode == 2
    assert "did you mean `check`" in done.stderr
    assert done.stdout == ""


def test_no_command_at_all_shows_the_help_and_is_bad_usage():
    done = run()
    assert done.returncode == 2
    assert "usage: certmark COMMAND" in done.stdout


@pytest.mark.parametrize("name", sorted(certmark.COMMANDS))
def test_every_command_exists_and_has_help(name):
    done = run(name, "--help")
    assert done.returncode == 0, done.stderr
    assert "Usage" in done.stdout


def test_every_command_has_a_line_of_help():
    assert all(line and not line.endswith(".") for _, line in certmark.COMMANDS.values())
