"""What every drawing of the month uses: ways along the roads, the projection, colours."""
