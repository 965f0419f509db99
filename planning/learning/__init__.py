"""What recorded times say of speeds by road class and of the minutes of exchanges."""
