"""What happens to accounts as events of the append-only log: subject "account"; no secret, nothing that was typed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from web.db.models import Event

SUBJECT = "account"
UNKNOWN = "unknown"
"""The account of a sign-in with a login that nobody has; what was typed may be a password and is not kept."""


def note(
    session: Session,
    user_id: str,
    to: str,
    *,
    by: str = "",
    organisation_id: str | None = None,
    before: str | None = None,
    reason: str = "",
) -> None:
    """Write one event on an account; `by` is who did it, where it was another one."""
    session.add(
        Event(
            actor=by or user_id,
            subject=SUBJECT,
            subject_id=user_id,
            organisation_id=organisation_id,
            from_state=before,
            to_state=to,
            reason=reason,
        )
    )
