"""Eligibility: rules of the law and the plan as dated data, and what they say of a case."""
