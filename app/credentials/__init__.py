"""What a person can take away: everything that is kept about them."""
