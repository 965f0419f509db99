"""The compiled search for routes: ruin and recreate over visits and day patterns."""
