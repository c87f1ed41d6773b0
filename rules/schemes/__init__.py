"""认证项目: the schemes of claims, one YAML file each, with their dated editions, and the marks.

>>> schemes = load_schemes()
>>> schemes.get("iso-9001").kind
'management_system'
>>> schemes.families["三体系"]
('iso-9001', 'iso-14001', 'iso-45001')
"""

from rules.schemes.editions import EditionMention
from rules.schemes.load import load_schemes
from rules.schemes.mark import Mark, Marks, load_marks
from rules.schemes.scheme import Edition, Examples, MarkEnd, Scheme, Schemes, fold_name

__all__ = [
    "Edition",
    "EditionMention",
    "Examples",
    "Mark",
    "MarkEnd",
    "Marks",
    "Scheme",
    "Schemes",
    "fold_name",
    "load_marks",
    "load_schemes",
]
