"""The pages: one module per thing that people come to do, each with its blueprint."""

from webapp.pages import account, login, organisation, plans, rounds, settings

PAGES = (
    login.blueprint,
    account.blueprint,
    organisation.blueprint,
    rounds.blueprint,
    plans.blueprint,
    settings.blueprint,
)
"""Every blueprint of the application; a page that is not here does not exist."""
