"""Alembic's environment: migrates the connection in `config.attributes`, or the URL of the configuration."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, create_engine


def migrate(connection: Connection) -> None:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    migrate(handed)
else:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
    with engine.begin() as own:
        migrate(own)
