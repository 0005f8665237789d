"""What the keeper of MariaDB and MySQL asks the server: its counters, its tables, and who else is at work."""

from __future__ import annotations

WRITES = ("Handler_write", "Handler_update", "Handler_delete", "Com_xa_commit")
DDL = "alter|create|drop|rename"
ALSO = ("Com_truncate", "Com_lock_tables", "Com_kill")
"""What else is counted with DDL: locks of a session outlast its transaction, and who ends some sessions may end all."""
COUNTERS = f"""
    SELECT sum(if(variable_name IN ({", ".join(f"'{name}'" for name in WRITES)}), variable_value, 0)),
           sum(if(variable_name IN ({", ".join(f"'{name}'" for name in WRITES)}), 0, variable_value)),
           unix_timestamp(), connection_id()
    FROM {{status}} WHERE variable_name IN ({{names}})
"""
OWN_WRITES = f"""
    SELECT sum(variable_value) FROM {{status}} WHERE variable_name IN ({", ".join(f"'{name}'" for name in WRITES)})
"""
OPEN = """
    SELECT trx_mysql_thread_id, trx_rows_modified + trx_rows_locked FROM information_schema.innodb_trx
    JOIN information_schema.processlist ON id = trx_mysql_thread_id
    WHERE db = DATABASE() AND id <> CONNECTION_ID()
"""
LOCKED = "SHOW OPEN TABLES FROM {name} WHERE In_use > 0"
"""Tables that a statement at work uses, or that LOCK TABLES of an idle session keeps. A transaction is not seen."""
OTHERS = """
    SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()
"""
TABLES = """
    SELECT table_name, engine, create_time, unix_timestamp(update_time), auto_increment FROM information_schema.tables
    WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
"""
PRIMARY = """
    SELECT table_name, column_name FROM information_schema.statistics
    WHERE table_schema = DATABASE() AND index_name = 'PRIMARY' ORDER BY table_name, seq_in_index
"""
