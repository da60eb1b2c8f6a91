"""What people fill in: vocabulary, schemas and form definitions; pure, no database."""
