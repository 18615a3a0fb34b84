"""What every page shares: sessions, guards, forms, errors, headers and templates."""
