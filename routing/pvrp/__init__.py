"""The compiled search for routes: ruin and recreate over visits, pairs and day patterns."""
