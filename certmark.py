"""Front door: names the commands and opens one wing at a time. Nothing heavy is imported until a command is called."""

from __future__ import annotations

import difflib
import importlib
import os
import sys
from dataclasses import dataclass
from typing import Any

VERSION = "0.1.0"

# command → "module:typer app", one line of help. `--help` is printed from this table.
COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("certmark_demo:app", "the whole job on the bundled sample: crawl, check, report"),
    "check": ("compliance.cli:check_app", "check files, folders, archives, page records or a URL without crawling"),
    "text": ("compliance.cli:text_app", "check one piece of text: the quickest way to try a sentence"),
    "picture": ("compliance.pictures_cli:app", "read pictures: certificate fields, QR codes, marks (extra `pictures`)"),
    "crawl": ("crawler.cli:app", "crawl companies' sites into the store and check every page"),
    "schedule": ("crawler.schedule_cli:app", "crawl jobs that come back: add, list, run, remove, history"),
    "worker": ("crawler.schedule_cli:worker_app", "runs the scheduled jobs as they become due"),
    "register": ("compliance.register_cli:app", "import, look up and measure the certificate register"),
    "rules": ("rules.cli:app", "the rule book: list, show, test, lint"),
    "law": ("rules.law_cli:app", "statutes as dated data: list, show, charges, check"),
    "evidence": ("compliance.evidence_cli:app", "check an evidence bundle offline"),
    "case": ("compliance.case_cli:app", "the investigators' cases: list, show, change, dismiss, reply, overdue"),
    "report": ("reports.cli:app", "violation reports from the store"),
    "review": ("reports.web.cli:app", "the investigators' web pages: queue, cases, companies, rules, crawl jobs"),
    "store": ("compliance.store_cli:app", "what keeps a growing store in shape: retention of bodies, migrations"),
    "doctor": ("compliance.doctor:app", "what is installed, what is missing, where data lie, how old they are"),
}


@dataclass
class Ports:
    """What the ground floor may ask of the upper floors: handed down through the command's context, imported when called."""

    def read_text(self, example: Any) -> Any:
        """Judge one text example of a rule through the real reader (`rules test`)."""
        return importlib.import_module("compliance.checking.examples").read_text(example)

    def rejudge(self, book: Any, since: Any = None) -> Any:
        """Judge stored pages again with another rule book (`rules diff`)."""
        return importlib.import_module("crawler.corpus").findings_with(book, since)

    def rejudge_in_parts(self, folders: Any, builtin: bool, out: Any, **asked: Any) -> Any:
        """The same as a job of `check store:`, by an engine, broken off and taken up at will (`rules diff --out`)."""
        return importlib.import_module("crawler.corpus").findings_in_parts(folders, builtin, out, **asked)

    def stored_corpus(self, since: Any = None) -> Any:
        """All stored pages in parts (`check store: --out`)."""
        return importlib.import_module("crawler.corpus").stored_corpus(since)

    def findings_citing(self, keys: Any, begins: Any) -> int:
        """How many stored findings cite one of the keys for conduct from that day on (`law update`)."""
        store = importlib.import_module("compliance.store.session").open_store()
        return importlib.import_module("compliance.store.findings").citing(store, keys, begins)

    def field_precision(self) -> Any:
        """Per rule, what investigators made of its findings (`rules list`); nothing when there is no store yet."""
        settings = importlib.import_module("compliance.settings").load_settings()
        file = settings.database_url.removeprefix("sqlite:///")
        if settings.database_url.startswith("sqlite") and not os.path.exists(file):
            return {}  # asking must not make a store
        session = importlib.import_module("compliance.store.session")
        try:
            with session.open_store() as store:
                return importlib.import_module("compliance.store.cases").field_precision(store)
        except session.StoreError as error:
            print(f"certmark rules: precision in the field isn't shown: {error}", file=sys.stderr)
            return {}

    def self_check(self, result: Any) -> str:
        """A check's result in plain words for the site's own people (`check --self`)."""
        return str(importlib.import_module("reports.doors").self_text(result))

    def as_body(self, result: Any, code: str, form: str) -> str:
        """What a certification body must look at (`check --as-body`)."""
        return str(importlib.import_module("reports.doors").body_text(result, code, form))

    def sarif(self, result: Any) -> str:
        """A check's result as SARIF (`check --format sarif`)."""
        return str(importlib.import_module("reports.doors").sarif_text(result))

    def data_folder(self) -> Any:
        """Where a user's data lie (`law attest`)."""
        return importlib.import_module("compliance.settings").load_settings().data


def help_text() -> str:
    """The page that `certmark --help` prints."""
    width = max(map(len, COMMANDS))
    lines = [f"  {name:<{width}}  {line}" for name, (_, line) in COMMANDS.items()]
    return "\n".join(
        [
            "certmark: checks what companies say about their certificates against the register and the dated law.",
            "",
            "usage: certmark COMMAND [ARGUMENTS]      certmark COMMAND --help",
            "",
            *lines,
            "",
            "Settings: options, then CERTMARK_* variables, then certmark.toml. Results go to standard output, messages to",
            "standard error. No text of this program says that anybody broke the law.",
        ]
    )


def main(argv: list[str] | None = None) -> None:
    """Run one command. Exit statuses are the contract's; an unknown command is 2."""
    args = sys.argv[1:] if argv is None else argv
    if not args or args[0] in {"-h", "--help", "help"}:
        print(help_text())
        raise SystemExit(0 if args else 2)
    if args[0] in {"-V", "--version"}:
        print(f"certmark {VERSION}")
        raise SystemExit(0)
    name = args[0]
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        print(f"certmark: no command `{name}`{hint} `certmark --help` lists them.", file=sys.stderr)
        raise SystemExit(2)
    try:
        open_wing(name)(args=args[1:], prog_name=f"certmark {name}", obj=Ports())
    except BrokenPipeError:
        # the reader of our output went away (`| head`): not an error, and Python must not complain at exit either
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0) from None


def open_wing(name: str) -> Any:
    """The typer app of a command. A folder name owned by another distribution is said, not left as a riddle."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except ImportError as error:
        print(f"certmark {name}: {error}", file=sys.stderr)
        for line in foreign_owners():
            print(line, file=sys.stderr)
        raise SystemExit(2) from error


def foreign_owners() -> list[str]:
    """Other distributions that install one of our four folder names; both would overwrite each other."""
    from importlib.metadata import packages_distributions, version

    owners = packages_distributions()
    lines = []
    for folder in ("crawler", "rules", "compliance", "reports"):
        others = [d for d in owners.get(folder, []) if d != "certmark"]
        lines += [
            f"`{folder}` is also installed by {d} {version(d)}; certmark needs an environment of its own "
            "(python3 -m venv, then pip install certmark)."
            for d in others
        ]
    return lines


if __name__ == "__main__":
    main()
