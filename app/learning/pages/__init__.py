"""Frozen view data for the pages of learning, one file for each page."""
