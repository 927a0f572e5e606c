#!/usr/bin/python3
"""Writes reference_losses.json beside this file: the losses of the first ten training steps of the work items W3 to W6 (items.md), by
PyTorch in float32 on one thread: apt-get install python3-torch python3-numpy; /usr/bin/python3 tests/bench/reference_losses.py

With --time W3 W6 ... the same programs are timed instead, one JSON object per item; `./heed bench --peers` does so where there is a
PyTorch. Nothing else needs it: the bench compares with the file.
"""
import argparse
import json
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
BATCHES = 8


def uniform(seed, count, start=0):
    """Numbers start, start + 1, ... of a stream: in [0,1), exact in float32."""
    low = np.uint64(0xFFFFFFFF)
    x = (np.arange(start, start + count, dtype=np.uint64) + np.uint64(seed * 0x9E3779B9)) & low
    x ^= x >> np.uint64(16)
    x = (x * np.uint64(0x7FEB352D)) & low
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(0x846CA68B)) & low
    x ^= x >> np.uint64(16)
    return (x >> np.uint64(8)).astype(np.float64) / 16777216


def randint(seed, count, below, start=0):
    return np.floor(uniform(seed, count, start) * below).astype(np.int64)


def ints(*arrays):
    return [torch.from_numpy(np.ascontiguousarray(array)) for array in arrays]


class Item:
    """Parameters are declared in the order of the specification: their numbers name their streams."""

    def __init__(self, seed, **sizes):
        self.seed, self.parameters = seed, {}
        self.__dict__.update(sizes)

    def add(self, name, *shape, scale=None, value=0.0):
        number, count = len(self.parameters), int(np.prod(shape))
        values = np.full(count, value) if scale is None else (2 * uniform(self.seed * 1000 + number, count) - 1) * scale
        self.parameters[name] = torch.from_numpy(values.astype(np.float32)).reshape(shape).requires_grad_(True)

    def __getitem__(self, name):
        return self.parameters[name]


class Transformer(Item):
    def __init__(self, seed, **sizes):
        super().__init__(seed, **sizes)
        V, T, D = self.V, self.T, self.D
        self.add("wte", V, D, scale=0.05)
        self.add("wpe", T, D, scale=0.05)
        for layer in range(self.L):
            for name, rows, columns, norm in (("attn", D, 3 * D, "ln1"), ("proj", D, D, None), ("fc", D, 4 * D, "ln2"), ("out", 4 * D, D, None)):
                if norm:
                    self.add(f"h{layer}.{norm}.g", D, value=1.0)
                    self.add(f"h{layer}.{norm}.b", D)
                self.add(f"h{layer}.{name}.w", rows, columns, scale=1 / math.sqrt(rows))
                self.add(f"h{layer}.{name}.b", columns)
        self.add("lnf.g", D, value=1.0)
        self.add("lnf.b", D)
        self.add("head", D, V, scale=1 / math.sqrt(D))
        self.mask = torch.full((T, T), -1e9).triu(1)

    def batch(self, seed):
        r, t = uniform(seed, 2 * self.B), np.arange(self.T)[None]
        a = np.floor(r[0::2] * self.V).astype(np.int64)[:, None]
        d = 1 + np.floor(r[1::2] * 8).astype(np.int64)[:, None]
        return ints((a + d * t) % self.V, (a + d * (t + 1)) % self.V)

    def loss(self, x, y):
        B, T, D, H = self.B, self.T, self.D, self.H
        h = F.embedding(x, self["wte"]) + self["wpe"]
        for layer in range(self.L):
            p = lambda name: self[f"h{layer}.{name}"]
            normed = F.layer_norm(h, (D,), p("ln1.g"), p("ln1.b"), 1e-5)
            qkv = torch.addmm(p("attn.b"), normed.view(-1, D), p("attn.w")).view(B, T, 3, H, D // H).permute(2, 0, 3, 1, 4)
            weights = torch.softmax(qkv[0] @ qkv[1].transpose(-1, -2) / math.sqrt(D // H) + self.mask, -1)
            read = (weights @ qkv[2]).transpose(1, 2).reshape(B * T, D)
            h = h + torch.addmm(p("proj.b"), read, p("proj.w")).view(B, T, D)
            normed = F.layer_norm(h, (D,), p("ln2.g"), p("ln2.b"), 1e-5)
            wide = F.gelu(torch.addmm(p("fc.b"), normed.view(-1, D), p("fc.w")), approximate="tanh")
            h = h + torch.addmm(p("out.b"), wide, p("out.w")).view(B, T, D)
        h = F.layer_norm(h, (D,), self["lnf.g"], self["lnf.b"], 1e-5)
        return F.cross_entropy(h.view(-1, D) @ self["head"], y.reshape(-1))


def lstm(gates, c):
    i, f, g, o = gates.chunk(4, 1)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


class Reversal(Item):
    def __init__(self, seed, **sizes):
        super().__init__(seed, **sizes)
        V, E, H = self.V, self.E, self.H
        s = 1 / math.sqrt(H)
        for side, rows in (("src", E), ("tgt", E + H)):
            cell = {"src": "enc", "tgt": "dec"}[side]
            self.add(f"emb_{side}", V, E, scale=0.5)
            self.add(f"{cell}.wx", rows, 4 * H, scale=s)
            self.add(f"{cell}.wh", H, 4 * H, scale=s)
            self.add(f"{cell}.b", 4 * H)
        self.add("att.wq", H, H, scale=s)
        self.add("att.wk", H, H, scale=s)
        self.add("att.v", H, scale=s)
        self.add("out.w", 2 * H, V, scale=s)
        self.add("out.b", V)

    def batch(self, seed):
        source = 1 + randint(seed, self.B * self.S, self.V - 1).reshape(self.B, self.S)
        target = source[:, ::-1][:, :self.T]
        return ints(source, np.concatenate([np.zeros((self.B, 1), np.int64), target[:, :-1]], 1), target)

    def loss(self, source, given, target):
        B, T, E, H = self.B, self.T, self.E, self.H
        projected = F.embedding(source, self["emb_src"]) @ self["enc.wx"] + self["enc.b"]
        h = c = torch.zeros(B, H)
        states = []
        for s in range(self.S):
            h, c = lstm(torch.addmm(projected[:, s], h, self["enc.wh"]), c)
            states.append(h)
        encoded = torch.stack(states, 1)
        keys = encoded @ self["att.wk"]
        word_weight, context_weight = self["dec.wx"][:E], self["dec.wx"][E:]
        words = F.embedding(given, self["emb_tgt"]) @ word_weight + self["dec.b"]
        outputs = []
        for t in range(T):
            energies = torch.tanh(keys + (h @ self["att.wq"])[:, None]) @ self["att.v"]
            context = torch.bmm(torch.softmax(energies, 1)[:, None], encoded)[:, 0]
            h, c = lstm(words[:, t] + context @ context_weight + h @ self["dec.wh"], c)
            outputs.append(torch.cat([h, context], 1))
        logits = torch.stack(outputs, 1).view(B * T, 2 * H) @ self["out.w"] + self["out.b"]
        return F.cross_entropy(logits, target.reshape(-1))


class MemoryNet(Item):
    def __init__(self, seed, **sizes):
        super().__init__(seed, **sizes)
        for k in range(self.P + 1):
            self.add(f"E{k}", self.V, self.E, scale=0.15)
        for k in range(self.P + 1):
            self.add(f"T{k}", self.N, self.E, scale=0.15)
        j = torch.arange(1, self.J + 1)[:, None].float() / self.J
        e = torch.arange(1, self.E + 1)[None].float() / self.E
        self.positions = (1 - j) - e * (1 - 2 * j)

    def batch(self, seed):
        B, N, J = self.B, self.N, self.J
        memory = randint(seed, B * N * J, self.V).reshape(B, N, J)
        query = randint(seed, B * J, self.V, B * N * J).reshape(B, J)
        return ints(memory, query, memory[np.arange(B), query[:, 0] % N, 0])

    def loss(self, memory, query, answer):
        u = (F.embedding(query, self["E0"]) * self.positions).sum(1)
        m = [(F.embedding(memory, self[f"E{k}"]) * self.positions).sum(2) + self[f"T{k}"] for k in range(self.P + 1)]
        for k in range(self.P):
            weights = torch.softmax(torch.bmm(m[k], u[:, :, None])[:, :, 0], 1)
            u = u + torch.bmm(weights[:, None], m[k + 1])[:, 0]
        return F.cross_entropy(u @ self[f"E{self.P}"].t(), answer)


ITEMS = {
    "W3": lambda: Transformer(3, V=65, T=64, B=16, D=64, H=4, L=4),
    "W4": lambda: Transformer(4, V=65, T=128, B=16, D=128, H=8, L=4),
    "W5": lambda: Reversal(5, V=32, S=12, T=12, B=32, E=32, H=64),
    "W6": lambda: MemoryNet(6, V=100, N=50, J=7, B=32, E=20, P=3),
}


class Training:
    def __init__(self, name):
        self.item, self.count = ITEMS[name](), 0
        self.batches = [self.item.batch(self.item.seed * 1000 + 500 + k) for k in range(BATCHES)]
        self.adam = torch.optim.Adam(list(self.item.parameters.values()), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, foreach=True)

    def step(self):
        loss = self.item.loss(*self.batches[self.count % BATCHES])
        self.count += 1
        self.adam.zero_grad(set_to_none=True)
        loss.backward()
        self.adam.step()
        return float(loss)


def measure(training, seconds, repeats):
    """Milliseconds per step as the bench's measure() gives them: the median, and [begin, end, ms] of every repeat."""
    for _ in range(3):
        training.step()
    begun = time.perf_counter()
    training.step()
    count = max(1, math.ceil(seconds / repeats / (time.perf_counter() - begun)))
    intervals = []
    for _ in range(repeats):
        wall, begun = time.time(), time.perf_counter()
        for _ in range(count):
            training.step()
        intervals.append([1e3 * wall, 1e3 * time.time(), (time.perf_counter() - begun) / count * 1e3])
    return {"ms": sorted(ms for _, _, ms in intervals)[repeats // 2], "repeats": intervals}


def write_losses():
    rows = {}
    for name in ITEMS:
        training = Training(name)
        rows[name] = [float(f"{training.step():.8g}") for _ in range(10)]
        print(name, sum(p.numel() for p in training.item.parameters.values()), "parameters", rows[name])
    with open(os.path.join(HERE, "reference_losses.json"), "w") as file:
        file.write("{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(losses)}" for name, losses in rows.items()) + "\n}\n")


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--time", nargs="*", choices=list(ITEMS), help="time these items instead of writing the losses")
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--seconds", type=float, default=5.5)
    options.add_argument("--repeats", type=int, default=11)
    chosen = options.parse_args()
    torch.set_num_threads(chosen.threads)
    if chosen.time is None:
        write_losses()
    else:
        for name in chosen.time or ITEMS:
            print(json.dumps({"item": name, "case": torch.__version__, **measure(Training(name), chosen.seconds, chosen.repeats)}), flush=True)


main()
