"""The morning note: what the board says, in one place and in words."""
