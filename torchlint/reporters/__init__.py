"""How findings are shown: full, concise, json, github, sarif."""
