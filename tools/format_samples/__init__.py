"""Sample exports, each with what must be read from it; written by ``tools/make_format_samples.py``."""
