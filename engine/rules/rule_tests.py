"""Every module whose functions a rule may name as its test; importing it registers them."""

import engine.rules.authority
import engine.rules.council
import engine.rules.merit
import engine.rules.movement
import engine.rules.papers
import engine.rules.plan_limits
import engine.rules.priors
import engine.rules.standing_matters  # noqa: F401 - imported for what it registers
