"""What a program requires, and the one status function that every page asks."""
