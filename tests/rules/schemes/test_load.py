"""All scheme files together, and loading itself."""

from datetime import date
from pathlib import Path

import pytest

from rules.schemes import load_schemes
from rules.schemes.load import HOME, last_day
from rules.schemes.model import faults_of

SMALL = """\
scheme: iso-99999
kind: management_system
about: management_system
certifiable: true
origin: china
in_register: true
names_zh: [某某管理体系认证]
standards: [ISO 99999]
editions:
  - {name: "ISO 99999:2001", published: "2001", transition_end: "2004-02", confidence: high}
  - {name: "ISO 99999:2004", confidence: high}
confidence: high
source: invented
examples: {is: [公司已通过某某管理体系认证]}
"""


def folder_with(tmp_path: Path, **files: str) -> Path:
    (tmp_path / "systems").mkdir()
    for name, text in files.items():
        (tmp_path / "systems" / f"{name.replace('_', '-')}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_the_bundled_files_have_no_fault() -> None:
    assert faults_of(HOME) == []


def test_the_compilation_gives_what_the_yaml_gives(tmp_path: Path) -> None:
    import shutil

    bare = shutil.copytree(HOME, tmp_path / "schemes", ignore=shutil.ignore_patterns("compiled.json", "*.py"))
    from_yaml, bundled = load_schemes(bare), load_schemes()
    assert from_yaml.hash == bundled.hash
    assert from_yaml.all == bundled.all
    assert from_yaml.families == bundled.families


def test_an_added_file_counts_without_compiling(tmp_path: Path) -> None:
    schemes = load_schemes(folder_with(tmp_path, iso_99999=SMALL))
    assert schemes.get("iso-99999").edition_of("ISO 99999:2001").name == "ISO 99999:2001"


def test_a_broken_file_is_told_and_the_rest_loads(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, iso_99999=SMALL, broken="scheme: [unclosed", empty="", words="- a")
    schemes = load_schemes(folder)
    assert [s.id for s in schemes.all] == ["iso-99999"]
    assert len(schemes.faults) == 3
    assert any(f.startswith("systems/broken.yaml:") and "mend" in f for f in schemes.faults)


def test_two_files_of_one_scheme_are_a_fault(tmp_path: Path) -> None:
    schemes = load_schemes(folder_with(tmp_path, iso_99999=SMALL, zz=SMALL))
    assert len(schemes.all) == 1
    assert "already told in systems/iso-99999.yaml" in schemes.faults[0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("certifiable: true", "certifiable: perhaps"), "certifiable"),
        (("scheme: iso-99999", "scheme: iso-88888"), "must equal the file name"),
        (
            ("kind: management_system\nabout: management_system", "kind: product\nabout: product"),
            "belongs into products/",
        ),
        (("origin: china", "origin: china\ncolour: red"), "colour"),
        (("origin: china", "origin: china\nsuccessors: [iso-7]"), "no scheme `iso-7`"),
        (('published: "2001"', 'published: "2005"'), "ends before it was published"),
    ],
)
def test_lint_names_what_is_wrong(tmp_path: Path, change: tuple[str, str], fault: str) -> None:
    changed = SMALL.replace(*change)
    assert changed != SMALL
    assert any(fault in f for f in faults_of(folder_with(tmp_path, iso_99999=changed)))


def test_the_hash_changes_with_one_letter(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, iso_99999=SMALL)
    before = load_schemes(folder).hash
    (folder / "systems" / "iso-99999.yaml").write_text(SMALL.replace("invented", "invented."), encoding="utf-8")
    assert load_schemes(folder).hash != before


def test_an_end_without_a_day_is_its_last_day_and_less_certain(tmp_path: Path) -> None:
    edition = load_schemes(folder_with(tmp_path, iso_99999=SMALL)).get("iso-99999").editions[0]
    assert (edition.transition_end, edition.confidence) == (date(2004, 2, 29), "medium")
    assert last_day("2022") == date(2022, 12, 31)


def test_every_scheme_of_the_field_data_is_there() -> None:
    schemes = load_schemes()
    assert len(schemes.all) >= 190
    for wanted in ("iso-9001", "ccc", "gjb-9001", "generic-iso", "qs-9000", "reach", "safety-standardization"):
        assert schemes.get(wanted).id == wanted


def test_another_id_of_the_same_scheme_is_understood() -> None:
    schemes = load_schemes()
    assert schemes.get("iso-unspecified").id == "generic-iso"
    assert schemes.get("high-tech-enterprise").id == "high-tech"


def test_an_unknown_id_names_the_nearest() -> None:
    with pytest.raises(KeyError, match="iso-9001"):
        load_schemes().get("iso-90011")


def test_families_stand_for_their_schemes() -> None:
    assert load_schemes().families["三体系"] == ("iso-9001", "iso-14001", "iso-45001")
