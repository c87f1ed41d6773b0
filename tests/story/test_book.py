"""The book's own examples, facts and texts, hold with the reader of the day."""

import subprocess
import sys


def test_every_example_of_the_book_holds_and_no_gap_is_named_that_has_closed():
    done = subprocess.run([sys.executable, "-m", "certmark", "rules", "test"], capture_output=True, timeout=120)
    assert done.returncode == 0, done.stdout.decode()
