"""The two trees of a text: `ast` for the facts, LibCST for the places that a rule looks at."""
