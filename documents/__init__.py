"""What we print: frozen dataclass in, PDF bytes out; same data, same bytes."""
