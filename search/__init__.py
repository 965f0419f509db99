"""What both optimisers share: compiling, chance and annealing, choice from a pool by CP-SAT."""
