"""A small strict LTI platform to practise with: course pages, people, roster, gradebook. It imports nothing else of `app`."""
