"""What entries of the journal say openly: codes, numbers, days and hashes."""

_NAMES = """
achieved_from achieved_to act_id applies_from as assignee authorisation_id authority_level
award awards basis began_on box_hash capacity case_id cases category chaired_by check checked
checkpoints choices closed_on closes_at code confirmation_id consultation content_hash copy
counting counts dated_on days deadline_id decided_on decision delegation departs_from_advice
diagrams dissolved_on due_at due_on element ended_on ends_by_hand ends_on entered entries
entry_id escalates evidence files findings form from from_id ground honour import_id into_id
is_former is_on_stock is_outside_ward item items kind left_out length level levels matter_id
media_type meets_at minutes mode nature new new_id number occasion of office old on_behalf_of
opens_at opinions outcome papers parent_id passed person_id place plan_id position_id present
published_on quorum reference remind_before return_to role round round_id routing rows run
sanctioned sealed seat seats session_id set sha256 signatures_withdrawn size starts_on
subject_id subject_kind subject_person_id subject_unit_id substitutes to type types unit_id
used_until version voting was way year
"""

FACTS = frozenset(_NAMES.split())
"""Names in the detail of an entry. Any other name holds what people wrote or are called, and
stands beside the entry under a commitment: a new name is private until it is added here."""
