"""A new version as one data file: the trademark law of 2027 is the trial."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from rules.book import load_book
from rules.law import load_statutes
from rules.law.load import HERE
from rules.law.update import Update, read_update

LAW = "cn-trademark-law"


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The folder of statutes as it stood before the version of 2026, and the update that brings it."""
    folder = tmp_path / "law"
    folder.mkdir()
    for file in HERE.glob("cn-*.yaml"):
        (folder / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    data = yaml.safe_load((folder / f"{LAW}.yaml").read_text(encoding="utf-8"))
    version = data["versions"].pop()
    assert version["version"] == "2026"
    data["versions"][-1]["until"] = None
    source = data["sources"].pop("text-2026")
    update = {"law": LAW, "sources": {"text-2026": source}, "version": version, "numbered": {}, "added": []}
    for entry in list(data["provisions"]):
        line = entry["numbered"].pop("2026")
        if entry["key"] in ("misleading-use.penalty", "well-known-words.penalty"):
            data["provisions"].remove(entry)
            update["added"].append({**entry, "numbered": {"2026": line}})
        else:
            update["numbered"][entry["key"]] = line
    (folder / f"{LAW}.yaml").write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), encoding="utf-8")
    (tmp_path / "update.yaml").write_text(yaml.safe_dump(update, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return tmp_path


def update_in(folder: Path) -> Update:
    found = read_update(folder / "update.yaml", load_statutes(folder / "law"), folder / "law")
    assert isinstance(found, Update), [str(fault) for fault in found]
    return found


def test_the_update_says_what_moves_and_what_is_new(before: Path):
    found = update_in(before)
    assert found.begins == date(2027, 1, 1)
    assert ("infringement.penalty", "60(2)", "74(2)") in found.moved
    assert set(found.added) == {"misleading-use.penalty", "well-known-words.penalty"}


def test_the_update_names_the_rules_that_cite_what_it_moves(before: Path):
    touched = update_in(before).rules_touched(load_book().rules)
    assert f"{LAW}#infringement.penalty" in touched["green-food-misuse"]
    assert "system-claimed-for-product" not in touched


def test_the_written_file_answers_both_days_as_the_packaged_one_does(before: Path):
    folder = before / "law"
    (folder / f"{LAW}.yaml").write_text(update_in(before).text(), encoding="utf-8")
    after, packaged = load_statutes(folder), load_statutes()
    assert after.faults == ()
    for day in (date(2026, 12, 31), date(2027, 1, 1)):
        for key in packaged.keys:
            assert after.provision(key, day) == packaged.provision(key, day)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("  infringement.penalty: 74(2)\n", "", "`infringement.penalty` is missing"),
        ("infringement.penalty: 74(2)", "infringement.penalties: 74(2)", "is no key of cn-trademark-law"),
        ("in_force: 2027-01-01", "in_force: null", "no first day"),
        ("in_force: 2027-01-01", "in_force: 2019-11-01", "does not begin after"),
        ("law: cn-trademark-law", "law: cn-other-law", "no law `cn-other-law`"),
        ("version: '2026'", "version: '2019'", "already has version 2019"),
    ],
)
def test_an_update_that_does_not_fit_is_refused_with_its_reason(before: Path, old: str, new: str, what: str):
    file = before / "update.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    found = read_update(file, load_statutes(before / "law"), before / "law")
    assert isinstance(found, list)
    assert any(what in str(fault) for fault in found), [str(fault) for fault in found]
