"""Papers to print: what people sign, stick on boxes, post on walls and load from."""
