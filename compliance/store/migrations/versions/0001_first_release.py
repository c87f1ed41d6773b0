"""The tables of the first release. They are made from the models; this is the step that later ones follow."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing to do: a store stamped 0001 has these tables."""
