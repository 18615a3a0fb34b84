"""The practice LMS in Canvas's temper: three origins, its claims, answers and refusals."""
