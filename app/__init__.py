"""Cairn, the web application."""
