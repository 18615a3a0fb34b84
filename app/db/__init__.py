"""The database: engine, session and column types; no table of its own."""
