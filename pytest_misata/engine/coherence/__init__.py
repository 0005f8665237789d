"""What has to agree in generated rows, held against them after the fact: keys, constraints, declared rules."""
