"""HTTP in, engine calls, HTML out; no rule of the domain lives here."""
