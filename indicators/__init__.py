"""Pure functions of panels: numbers in, numbers out; no clock, no network, no screen."""
