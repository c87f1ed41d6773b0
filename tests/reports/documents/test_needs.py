"""Missing libraries are named with the way to get them."""

import pytest

from reports.documents.needs import NotInstalled, needed


def test_a_missing_library_is_said_with_what_to_install():
    with pytest.raises(NotInstalled, match="pip install 'nothing>=1'"):
        needed("no_such_library_at_all", "nothing>=1")
