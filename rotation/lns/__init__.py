"""Large neighbourhood search: a state, its moves, ruin and recreate, compiled."""
