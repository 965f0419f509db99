"""The month as a board, on which a planner moves visits and trips by hand."""
