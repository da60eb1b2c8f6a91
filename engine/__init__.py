"""Runs each case; the only package that knows the database."""
