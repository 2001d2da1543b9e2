"""What is asked for by an address and is no page: each module brings its own routes."""

from starlette.routing import BaseRoute

from routes import render, short, verify

ROUTES: tuple[BaseRoute, ...] = (*render.ROUTES, *short.ROUTES, *verify.ROUTES)
"""All of them, for the app; a new module adds its own here."""
