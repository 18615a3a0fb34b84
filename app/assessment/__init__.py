"""Self-assessment: private answers about one's own coaching, and what they say over time."""
