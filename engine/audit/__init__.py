"""What auditors keep: who read what, their findings and notes, and what was refused."""
