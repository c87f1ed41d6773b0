"""Settings: command line, then `CERTMARK_*` environment variables, then `certmark.toml`, then defaults. Read once, passed on."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path


class SettingsError(ValueError):
    """A setting that can't be used; the message says which, where, and what to write instead."""


@dataclass(frozen=True, slots=True)
class Settings:
    """设置. Every value has a name in `certmark.toml` (lower case) and in the environment (`CERTMARK_` + upper case)."""

    data: Path  # folder for all that is kept: store, evidence, rejects, logs
    database_url: str  # SQLite file by default; PostgreSQL when it says so
    allow_loopback: bool = False  # lets the crawler reach loopback: tests and demo only
    snapshot_days: int = 31  # a register older than this, in days, is said in every finding that rests on it
    user_agent: str = "certmark (+https://certmark.example/bot)"
    timestamp_url: str = (
        ""  # authority that stamps evidence bundles (RFC 3161); none: no stamp, which every bundle says
    )
    timestamp_roots: str = ""  # PEM file with the authority's root certificates
    archive: str = ""  # place of the web archives: a folder that all workers reach, or s3://…; none: beside the bundles
    browser: str = ""  # program of Chromium for pages that need JavaScript and for screenshots; none: no browser; empty: look for it
    screenshots: int = 200  # pages with claims whose picture is taken after a crawl, where there is a browser
    smtp: str = ""  # mail server for the summaries of scheduled jobs, host or host:port; none: localhost

    @property
    def archives(self) -> str | Path:
        """Where web archives are written: `archive`, else the folder of the evidence bundles."""
        return self.archive or self.data / "evidence"


NUMBERS = {"snapshot_days": "days", "screenshots": "pages"}


def data_folder() -> Path:
    """The platform's folder for a user's data, without certmark's own name for XDG rules (Linux), macOS and Windows."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "certmark"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "certmark"
    return Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "certmark"


def load_settings(environ: Mapping[str, str] | None = None, file: Path | None = None, **options: object) -> Settings:
    """Settings for this run. `options` are the command line's (None: not given). Raises SettingsError."""
    environ = os.environ if environ is None else environ
    path = file or Path(environ.get("CERTMARK_CONFIG") or "certmark.toml")
    from_file = _from_file(path)
    names = {f.name for f in fields(Settings)}
    unknown = sorted(set(from_file) - names)
    if unknown:
        raise SettingsError(f"{path}: unknown setting `{unknown[0]}`; known are: {', '.join(sorted(names))}")
    chosen: dict[str, object] = dict(from_file)
    chosen |= {n: environ[k] for n in names if (k := f"CERTMARK_{n.upper()}") in environ and environ[k] != ""}
    chosen |= {n: v for n, v in options.items() if v is not None}
    data = Path(str(chosen.pop("data", data_folder()))).expanduser()
    url = str(chosen.pop("database_url", f"sqlite:///{(data / 'certmark.db').as_posix()}"))
    return Settings(data=data, database_url=url, **_typed(chosen))  # type: ignore[arg-type]


def _from_file(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: not a TOML file: {error}") from error


def _typed(chosen: dict[str, object]) -> dict[str, object]:
    """Environment variables are words: turn them into the types of the fields."""
    out: dict[str, object] = {}
    for name, value in chosen.items():
        if name == "allow_loopback":
            out[name] = value is True or str(value).lower() in {"1", "true", "yes"}
        elif name in NUMBERS:
            try:
                out[name] = int(str(value))
            except ValueError as error:
                raise SettingsError(f"{name}: {value!r} is not a number of {NUMBERS[name]}") from error
        else:
            out[name] = value
    return out
