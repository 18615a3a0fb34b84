"""Who is done: the completion list of a course, for its staff; and how coaches rate themselves, for the office."""
