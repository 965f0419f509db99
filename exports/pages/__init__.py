"""What makes a web page: its frame, small pieces, charts, and its PDF."""
