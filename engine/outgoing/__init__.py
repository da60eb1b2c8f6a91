"""Outgoing papers: drafted, checked twice, approved, signed, numbered, issued, filed.

Decree 30/2020/NĐ-CP, Arts. 10-19. A paper is a decision over one case or several
(:mod:`engine.outgoing.awards`) or a copy of a paper of a case (:mod:`engine.case_papers`).
Whoever changes one locks its row first; numbers are given in turn, without gaps.
"""
