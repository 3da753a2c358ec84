"""The store on graphql-core's own executor: what compiled operations are measured against."""

from starlette.applications import Starlette

import app


def create_app() -> Starlette:
    """The store's own web process in all else: parsed and validated once, same loaders, same SQL."""
    return app.create_app(is_compiled=False)
