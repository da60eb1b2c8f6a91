"""Every module whose functions a rule may name as its test; importing it registers them."""
