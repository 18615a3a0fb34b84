"""`cairn preview MODULE`: one module outside any LMS, for its author, read anew whenever a file of it is saved."""

from app.cli.preview.serving import is_a_server, serve

__all__ = ["is_a_server", "serve"]
