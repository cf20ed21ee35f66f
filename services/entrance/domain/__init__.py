"""The access decision and what it is made from. Pure: facts in, decision out."""
