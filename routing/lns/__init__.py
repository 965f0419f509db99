"""Large neighbourhood search of a month's trips: who is out when, who waits for whom, compiled."""
