"""Words, numbers and names, as every document writes them."""
