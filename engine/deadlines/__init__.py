"""Time limits of steps: what the office has set, until when a task is due, and its alarms."""
