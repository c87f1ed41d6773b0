"""`python -m rules.schemes`: says what is wrong with the files, then writes compiled.json."""

import sys

from rules.schemes.compiled import compile_schemes
from rules.schemes.load import HOME
from rules.schemes.model import faults_of

if faults := faults_of(HOME):
    sys.exit("\n".join(faults))
print(f"{compile_schemes(HOME)} files compiled")
