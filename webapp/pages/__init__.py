"""One module per thing that people come to do."""
