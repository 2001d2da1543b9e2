"""How fast the board is: run by hand, each number beside its limit."""
