"""A rollout of library models: a page with map, tables of communes and of months."""
