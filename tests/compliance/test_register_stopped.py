"""An import that is stopped midway by a full disk or by Ctrl-C: its own message, exit status, and the old snapshot whole."""

import errno
import os
import pty
import resource
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from compliance.register.files import RegisterFileError
from compliance.register.sample import write_sample
from compliance.register_open import import_register
from compliance.store.faults import words_of
from compliance.store.session import open_store

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
    told = words_of(OSError(errno.ENOSPC, "No space left on device", "new.csv"))
    assert told.startswith("new.csv: can't be written: the disk") and "free room" in told
    assert words_of(OSError(errno.EACCES, "Permission denied")) == "[Errno 13] Permission denied"


class Full:
    """A file on a disk that is full as soon as `room` lines are written to it, or flushed where `room` is None."""

    def __init__(self, room: int | None) -> None:
        self.room = room

    def write(self, _: str) -> int:
        if self.room is not None:
            self.room -= 1
            if self.room < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
        return 1

    def flush(self) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    close = flush


@pytest.mark.parametrize("room", [0, 2, None])
def test_a_list_of_refused_rows_that_cannot_be_written_stops_the_import(
    home: Path, monkeypatch: pytest.MonkeyPatch, room: int | None
) -> None:
    Path("bad.csv").write_text(f"{HEAD}\n{ROW}\n" + ROW.replace("2024-03-01", "1900-03-01") + "\n", encoding="utf-8")
    monkeypatch.setattr(Path, "open", opening(Path.open, Full(room)))
    with (
        open_store(home / "data" / "certmark.db") as store,
        pytest.raises(
            RegisterFileError, match=r"no\.csv: the list of refused rows can't be written .*Nothing was changed"
        ),
    ):
        import_register(store, "bad.csv", "某库", date(2026, 11, 1), rejects=Path("no.csv"))
    monkeypatch.undo()
    monkeypatch.setenv("CERTMARK_DATA", str(home / "data"))
    monkeypatch.chdir(home)
    assert the_old_snapshot_is_whole()


def opening(inner, file: Full):
    """`Path.open` that gives `file` for the list of refused rows."""
    return lambda path, *args, **kw: file if path.name == "no.csv" else inner(path, *args, **kw)


def test_what_can_no_longer_be_written_when_the_rows_are_in_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = ROW.replace("30001", "30002")
    other = row.replace("晟曜机械", "盛曜塑料")
    # one number, two holders: told after the import
    Path("two.csv").write_text(f"{HEAD}\n{row}\n{other}\n", encoding="utf-8")
    monkeypatch.setattr(Path, "open", opening(Path.open, Full(0)))
    with open_store(home / "data" / "certmark.db") as store:
        taken = import_register(store, "two.csv", "某库", date(2026, 11, 1), rejects=Path("no.csv"))
    assert taken.imported.rows == 2
    assert "the rows are in, but the list is not whole" in taken.notes[-1]
