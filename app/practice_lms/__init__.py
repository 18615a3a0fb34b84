"""A small strict LTI platform to practise with; it imports nothing else of `app`."""
