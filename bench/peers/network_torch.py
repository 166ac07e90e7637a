#!/usr/bin/env python3
"""The network step of bench/rivals/network.cpp in PyTorch: 512 neurons, 256 rows, 8 steps, AdaBelief, f32.

    python3 bench/peers/network_torch.py [rounds [threads]]        (Debian: apt-get install python3-torch)
"""
import sys
import time

import torch

rounds, threads = (int(sys.argv[k]) if len(sys.argv) > k else d for k, d in ((1, 20), (2, 1)))
torch.set_num_threads(threads)
neurons, rows, steps, inputs = 512, 256, 8, 64
p, c = torch.arange(1024.0)[:, None], torch.arange(2.0 * inputs)[None, :]
table = torch.sin(0.37 * p + 1.7 * c)
W = (0.04 * torch.randn(neurons, neurons)).requires_grad_()
b = torch.zeros(neurons, requires_grad=True)
memory = [(torch.zeros_like(v), torch.zeros_like(v)) for v in (W, b)]


def step(t):
    batch = table[(t * rows + torch.arange(rows)) % 1024]
    x = torch.zeros(rows, neurons)
    x[:, :inputs] = batch[:, :inputs]
    for _ in range(steps):
        x = torch.cat([batch[:, :inputs], torch.tanh(x @ W.T + b)[:, inputs:]], 1)
    loss = 0.5 * ((x[:, -inputs:] - batch[:, inputs:]) ** 2).sum() / rows
    gradients = torch.autograd.grad(loss, (W, b))
    with torch.no_grad():
        for v, g, (m, s) in zip((W, b), gradients, memory):
            m.mul_(0.9).add_(g, alpha=0.1)
            s.mul_(0.999).add_((g - m) ** 2, alpha=0.001).add_(1e-8)
            v -= 1e-3 * (m / (1 - 0.9 ** (t + 1))) / ((s / (1 - 0.999 ** (t + 1))).sqrt() + 1e-8)


times = []
for t in range(rounds + 3):
    begin = time.perf_counter()
    step(t)
    times.append(1e3 * (time.perf_counter() - begin))
print(f"torch, {threads} threads: a step {sorted(times[3:])[rounds // 2]:.2f} ms")
