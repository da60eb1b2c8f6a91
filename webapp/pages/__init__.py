"""The pages: one module per thing that people come to do, each with its blueprint."""

from webapp.pages import (
    account,
    attachments,
    board,
    cases,
    inbox,
    law,
    login,
    nominations,
    openings,
    organisation,
    papers,
    plans,
    rounds,
    settings,
    tasks,
    trace,
    withdrawals,
)

PAGES = (
    login.blueprint,
    account.blueprint,
    organisation.blueprint,
    rounds.blueprint,
    plans.blueprint,
    law.blueprint,
    settings.blueprint,
    openings.blueprint,
    nominations.blueprint,
    tasks.blueprint,
    attachments.blueprint,
    withdrawals.blueprint,
    inbox.blueprint,
    board.blueprint,
    cases.blueprint,
    trace.blueprint,
    papers.blueprint,
)
"""Every blueprint of the application; a page that is not here does not exist."""
