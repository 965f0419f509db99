"""Which library models need help and which are to be spread: evidence beside alike communes."""
