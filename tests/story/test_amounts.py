"""Amounts of the domains are log-normal."""

from statistics import NormalDist

import numpy as np
import pytest

import pytest_misata as misata

AMOUNTS = [
    ("A SaaS company with 4000 users", "subscriptions", "mrr"),
    ("An online shop with 2500 customers", "orders", "total"),
    ("A fintech app with 700 users", "transactions", "amount"),
]


@pytest.mark.parametrize(("story", "table", "column"), AMOUNTS)
def test_logarithms_are_normal(story, table, column):
    amounts = misata.generate(story)[table][column][:5000]
    logs = np.log(np.abs(amounts))
    fitted = NormalDist(float(logs.mean()), float(logs.std()))
    theory = np.array([fitted.cdf(value) for value in np.sort(logs)])
    steps = np.arange(len(logs) + 1) / len(logs)
    distance = max(np.abs(theory - steps[:-1]).max(), np.abs(theory - steps[1:]).max())
    # 1.63 / sqrt(n): the distance that a sample of a normal distribution exceeds once in a hundred times.
    assert (column, distance) < (column, 1.63 / len(logs) ** 0.5)
