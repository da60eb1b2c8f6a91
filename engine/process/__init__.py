"""All that knows SpiffWorkflow: definitions, expressions, running, snapshots, checks."""
