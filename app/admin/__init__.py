"""For whoever runs Cairn: rights by name, courses to mark, connections and their health, the operator's console."""
