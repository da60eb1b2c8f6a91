"""The read side: frozen dataclasses, only what the actor may see."""
