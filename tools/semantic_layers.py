"""Fit the layers of the semantic model: a small network over the encoder's features that answers all questions at once."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from torch.nn import functional

from sentilens.heads import LinearHead
from sentilens.schema import HEAD_CLASSES
from sentilens.semantic.heads import HiddenLayer

#: How much the error in each answer counts.
_LOSS_WEIGHT = {"sentiment": 1.0, "complaint": 2.0, "severity": 0.5, "expects_reply": 0.5, "topic": 0.3}
#: Networks that start from different seeds are averaged: side by side they are one with more hidden units.
_SEEDS = (0, 1)
_HIDDEN = 384
_INPUT_DROPOUT, _HIDDEN_DROPOUT = 0.1, 0.4
_EPOCHS, _BATCH, _WARM_UP = 12, 128, 100
_LEARNING_RATE, _WEIGHT_DECAY = 1e-3, 0.05


def fit_layers(features: np.ndarray, codes: Mapping[str, np.ndarray]) -> tuple[HiddenLayer, list[LinearHead]]:
    """Fit the hidden layer and the heads, the same on each run.

    Parameters
    ----------
    features : float32 array of shape (n_posts, n_features)
        From `encoded_texts.encode_texts`.
    codes : mapping of str to int array of shape (n_posts,)
        For each of `sentilens.schema.HEAD_CLASSES` the number of the answer.
    """
    torch.set_num_threads(1)
    mean, inverse = features.mean(axis=0), 1.0 / (features.std(axis=0) + 1e-6)
    inputs = torch.from_numpy(((features - mean) * inverse).astype(np.float32))
    targets = {name: torch.from_numpy(codes[name].astype(np.int64)) for name in HEAD_CLASSES}
    networks = [_fit_network(inputs, targets, seed) for seed in _SEEDS]
    weights, intercept, outputs, offsets = zip(*map(_arrays_of, networks), strict=True)
    hidden = HiddenLayer(mean, inverse.astype(np.float32), np.hstack(weights), np.concatenate(intercept))
    output, offset = np.vstack(outputs) / len(_SEEDS), np.mean(offsets, axis=0)
    stops = np.cumsum([_n_columns(name) for name in HEAD_CLASSES])
    heads = [
        LinearHead(name, classes, output[:, stop - _n_columns(name) : stop], offset[stop - _n_columns(name) : stop])
        for (name, classes), stop in zip(HEAD_CLASSES.items(), stops.tolist(), strict=True)
    ]
    return hidden, heads


def _n_columns(name: str) -> int:
    return 1 if len(HEAD_CLASSES[name]) == 2 else len(HEAD_CLASSES[name])


def _fit_network(inputs: torch.Tensor, targets: Mapping[str, torch.Tensor], seed: int) -> torch.nn.Sequential:
    torch.manual_seed(seed)
    network = torch.nn.Sequential(
        torch.nn.Dropout(_INPUT_DROPOUT),
        torch.nn.Linear(inputs.shape[1], _HIDDEN),
        torch.nn.GELU(),
        torch.nn.Dropout(_HIDDEN_DROPOUT),
        torch.nn.Linear(_HIDDEN, sum(map(_n_columns, HEAD_CLASSES))),
    ).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=_LEARNING_RATE, weight_decay=_WEIGHT_DECAY)
    n_steps = _EPOCHS * -(-len(inputs) // _BATCH)
    # The rate rises at first and then falls to nearly nothing.
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1.0, (step + 1) / _WARM_UP) * max(0.02, 1.0 - step / n_steps)
    )
    for _ in range(_EPOCHS):
        for rows in torch.randperm(len(inputs)).split(_BATCH):
            loss = _loss(network(inputs[rows]), {name: codes[rows] for name, codes in targets.items()})
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    return network.eval()


def _loss(outputs: torch.Tensor, targets: Mapping[str, torch.Tensor]) -> torch.Tensor:
    total = torch.zeros(())
    for logits, name in zip(outputs.split([_n_columns(name) for name in HEAD_CLASSES], dim=1), HEAD_CLASSES, strict=True):
        if logits.shape[1] == 1:
            error = functional.binary_cross_entropy_with_logits(logits[:, 0], targets[name].float())
        else:
            error = functional.cross_entropy(logits, targets[name])
        total = total + _LOSS_WEIGHT[name] * error
    return total


def _arrays_of(network: torch.nn.Sequential) -> tuple[np.ndarray, ...]:
    first, last = network[1], network[4]
    parameters = (first.weight.T, first.bias, last.weight.T, last.bias.double())
    return tuple(parameter.detach().numpy().copy() for parameter in parameters)
