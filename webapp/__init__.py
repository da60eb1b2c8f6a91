"""The web interface: HTTP in, engine calls, pages out. :mod:`webapp.app` makes it."""
