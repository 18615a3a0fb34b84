"""Learning: home, lessons, vignettes, role sets, checks, reflections and practice tasks."""
