"""Steps that bring a store of an earlier release up to this one, in order; run by `compliance.store.session`.

A step is a file in `versions/`. A fresh store is made from the tables as they are now and stamped with HEAD, so a new table
needs no step, a new or changed column does. `tests/compliance/store/test_session.py` compares both ways.
"""

HEAD = "0005"  # the newest step; a test compares it with versions/
