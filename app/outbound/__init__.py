"""The one way out: HTTP to addresses that somebody else chose."""
