"""Estimators with the interface of scikit-learn, over the same parts that the scorer uses without it."""

from .classifiers import ComplaintClassifier, SentimentClassifier
from .featurizer import PostFeaturizer
from .identifier import LanguageIdentifier
from .normalizer import TextNormalizer

__all__ = ["ComplaintClassifier", "LanguageIdentifier", "PostFeaturizer", "SentimentClassifier", "TextNormalizer"]
