"""What the store says when it can't be used. Apart from `session`, so that who only catches it needs no database library (0.3 s)."""


class StoreError(RuntimeError):
    """The store can't be opened or used; the message says which, why, and what to do."""
