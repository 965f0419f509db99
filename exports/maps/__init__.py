"""What maps are drawn from: ground, roads, communes, closures; and the map of the roads."""
