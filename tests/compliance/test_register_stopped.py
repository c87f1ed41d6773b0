"""An import that is stopped midway by a full disk or by Ctrl-C: its own message, exit status, and the old snapshot whole."""

import os
import pty
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from compliance.register.sample import write_sample
from compliance.store.faults import words_of

HEAD = "证书编号,获证组织名称,认证项目,发证日期,有效期至,证书状态"
ROW = "00024Q30001R0M,霁汀市晟曜机械有限公司,质量管理体系认证,2024-03-01,2027-02-28,有效"
FILE_LIMIT = 1_500_000  # bytes


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a small register imported and a larger file to import."""
    monkeypatch.delenv("CERTMARK_DATABASE_URL", raising=False)
    monkeypatch.setenv("CERTMARK_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    Path("old.csv").write_text(f"{HEAD}\n{ROW}\n", encoding="utf-8")
    write_sample(tmp_path / "new.csv", 0.002, 3)
    assert run("import", "old.csv", "--snapshot", "2026-10-01", "--source", "某库").returncode == 0
    return tmp_path


def run(*args: str, **more) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "certmark", "register", *args], capture_output=True, text=True, env=environment(), **more
    )


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}


def the_old_snapshot_is_whole() -> bool:
    told = run("stats", "--format", "json")
    return told.returncode == 0 and '"rows": 1,' in told.stdout and '"snapshot": "2026-10-01"' in told.stdout


@pytest.mark.usefixtures("home")
def test_a_disk_that_fills_up_has_its_own_message_and_leaves_the_old_snapshot_whole() -> None:
    done = run("import", "new.csv", "--snapshot", "2026-11-01", "--source", "某库",
               preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (FILE_LIMIT, FILE_LIMIT)))  # fmt: skip
    assert done.returncode == 2
    assert "full" in done.stderr and "what was in is whole" in done.stderr
    assert "Traceback" not in done.stderr
    assert the_old_snapshot_is_whole()
    assert run("import", "new.csv", "--snapshot", "2026-11-01", "--source", "某库").returncode == 0


@pytest.mark.usefixtures("home")
def test_an_interrupted_import_says_so_and_leaves_the_old_snapshot_whole() -> None:
    script = (
        "import signal; from contextlib import contextmanager; import compliance.register_cli as cli\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "def wait(at, size, rows):\n    print(rows, flush=True); signal.pause()\n"
        "@contextmanager\ndef bar(title):\n    yield wait\n"
        "cli.progress_bar = bar\n"
        "cli.app(['import', 'new.csv', '--snapshot', '2026-11-01', '--source', '某库'])"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
    ) as process:
        assert process.stdout is not None
        assert int(process.stdout.readline()) > 0
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert process.returncode == 130
    assert "interrupted" in told and "Traceback" not in told
    assert the_old_snapshot_is_whole()


@pytest.mark.usefixtures("home")
def test_a_terminal_sees_a_bar_with_the_time_left_and_a_pipe_does_not() -> None:
    command = [sys.executable, "-m", "certmark", "register", "import", "new.csv", "--snapshot", "2026-11-01"]
    screen, line = pty.openpty()
    with subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=line, env=environment() | {"TERM": "xterm"}
    ) as process:
        os.close(line)
        shown = b""
        try:
            while piece := os.read(screen, 65536):
                shown += piece
        except OSError:  # the other end is closed
            pass
    os.close(screen)
    assert process.returncode == 0
    assert b"reading new.csv" in shown and b"%" in shown and (b"0:00:" in shown or b"-:--:--" in shown)
    assert "%" not in run("import", "new.csv", "--snapshot", "2026-11-01").stderr


def test_a_fault_of_the_database_is_told_by_its_kind(tmp_path: Path) -> None:
    from sqlalchemy.exc import OperationalError

    def said(words: str) -> str:
        return words_of(OperationalError("insert", {}, Exception(words)), tmp_path / "certmark.db")

    assert "full" in said("database or disk is full") and "MB free" in said("database or disk is full")
    assert "another process" in said("database is locked")
    assert "nothing was changed" in said("near “selct”: syntax error")
    assert words_of(RuntimeError("not a database")) == "not a database"
