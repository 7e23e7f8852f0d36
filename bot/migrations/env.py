"""How Alembic runs a migration: on the connection, and in the transaction, that bot.state.upgrade opened."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)
context.run_migrations()
