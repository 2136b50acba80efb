"""The kinds of mutants: one file each, and what they share. They read `ast` with checks of their own."""
