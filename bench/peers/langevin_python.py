#!/usr/bin/env python3
"""The double well of bench/rivals/langevin.cpp in NumPy, Numba and PyTorch, each with the generator that comes with it.

    python3 bench/peers/langevin_python.py [rounds [threads]]   (Debian: apt-get install python3-numpy python3-numba python3-torch)

What is not installed is left out. Reported: steps of particles per second, the best of the rounds.
"""
import sys
import time

import numpy as np

rounds, threads = (int(sys.argv[k]) if len(sys.argv) > k else d for k, d in ((1, 10), (2, 1)))
particles, gamma, temperature, dt = 1_000_000, 0.5, 0.25, 0.02
force, width = -4 * gamma * dt, (2 * gamma * temperature * dt) ** 0.5


def measured(name, kind, step):
    step(), step()
    best = min(timed(step) for _ in range(rounds))
    print(f"{name}, {kind}, {threads} threads: {particles / best * 1e-6:.1f} M steps/s")


def timed(step):
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


def with_numpy(kind):
    generator = np.random.Generator(np.random.SFC64(1))  # the quickest that NumPy has
    q = np.ones(particles, kind)

    def step():
        nonlocal q
        q += force * q * (q * q - 1) + kind(width) * generator.standard_normal(particles, kind)

    measured("NumPy", kind.__name__, step)


def with_numba(kind):
    import numba

    numba.set_num_threads(threads)

    @numba.njit(parallel=True, fastmath=True)
    def move(q, force, width):
        for n in numba.prange(q.size):
            q[n] += force * q[n] * (q[n] * q[n] - 1) + width * np.random.standard_normal()

    q = np.ones(particles, kind)
    measured("Numba", kind.__name__, lambda: move(q, kind(force), kind(width)))


def with_torch(kind):
    import torch

    torch.set_num_threads(threads)
    q = torch.ones(particles, dtype=torch.float32 if kind is np.float32 else torch.float64)
    noise = torch.empty_like(q)

    def step():
        noise.normal_()
        q.add_(q * (q * q - 1), alpha=force).add_(noise, alpha=width)

    measured("PyTorch", kind.__name__, step)


for kind in (np.float64, np.float32):
    for contestant in (with_numpy, with_numba, with_torch):
        try:
            contestant(kind)
        except ImportError as missing:
            print(f"{contestant.__name__.removeprefix('with_')}: {missing.name} is not installed")
