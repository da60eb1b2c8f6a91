"""How cases travel: diagrams, tables and plans. Data; Python only finds it."""
