"""Panels in, figures and sentences out; no input or output, no finance."""
