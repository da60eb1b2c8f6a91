"""The tables, the connection, the migrations."""
