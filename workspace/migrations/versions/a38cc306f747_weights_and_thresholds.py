"""Weights and thresholds of the office."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a38cc306f747"
down_revision = "211bca3b73ea"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "tuning_versions",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tuning_versions")),
        sa.UniqueConstraint("number", name=op.f("uq_tuning_versions_number")),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("tuning_versions")
