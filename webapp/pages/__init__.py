"""The pages: one module per thing that people come to do, each with its blueprint."""

from webapp.pages import account, login

PAGES = (
    login.blueprint,
    account.blueprint,
)
"""Every blueprint of the application; a page that is not here does not exist."""
