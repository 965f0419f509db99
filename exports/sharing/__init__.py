"""An exchange plan between provinces: a page with a map of what goes where, tables."""
