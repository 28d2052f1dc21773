"""A decision may take out the one statement that it names (right of reply)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


_SAID = ("id", "verdict", "record_a", "record_b", "reason", "by_role", "who", "act", "kind", "score", "at", "statement")


def upgrade() -> None:
    op.add_column("decision", sa.Column("statement", sa.String(96), nullable=True))
    _refuse_changes()


def _refuse_changes() -> None:
    """The trigger of 0003 once more: neither may the statement change, nor the id."""
    if op.get_bind().dialect.name == "sqlite":
        other, on = "IS NOT", ""
        head, body = "", "BEGIN SELECT RAISE(ABORT, 'a decision can only be taken back'); END"
    else:
        other, on = "IS DISTINCT FROM", " ON decision"
        head, body = "FOR EACH ROW", "EXECUTE FUNCTION decision_refuse()"
    changed = " OR ".join(f"NEW.{name} {other} OLD.{name}" for name in _SAID)
    again = f"OLD.undone_at IS NOT NULL AND NEW.undone_at {other} OLD.undone_at"
    op.execute(f"DROP TRIGGER decision_no_update{on}")
    op.execute(f"CREATE TRIGGER decision_no_update BEFORE UPDATE ON decision {head} WHEN ({changed} OR {again}) {body}")
