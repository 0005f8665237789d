"""What other frameworks need to fill their databases; each module imports its framework."""
