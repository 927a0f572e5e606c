#!/usr/bin/python3
"""Writes the golden values beside this file: apt-get install python3-torch python3-numpy; /usr/bin/python3 tests/golden/generate.py

What the C++ tests compare with comes from PyTorch in float64 (cells, losses, attention, optimisers, and a second encoder-decoder
written here with no padding and no masks: one example at a time), and from NumPy for Graves' RMSProp and clipping. Parameters and
inputs are float32 numbers, because that is what the arenas hold. Fill rule: T(o; shape)[i] = sin(o + 0.7 i), row-major.
"""
import json
import math
import os

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
HERE = os.path.dirname(os.path.abspath(__file__))


def fill(offset, *shape, scale=1.0, stride=0.7):
    count = int(np.prod(shape)) if shape else 1
    values = (scale * np.sin(offset + stride * np.arange(count))).astype(np.float32).astype(np.float64)
    return torch.tensor(values.reshape(shape))


def numbers(tensor):
    return [float(f"{v:.10g}") for v in tensor.detach().numpy().reshape(-1)]


def write(name, value):
    rows = ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in value)
    with open(os.path.join(HERE, name), "w") as file:
        file.write("[\n" + rows + "\n]\n")


# ---- cells ----------------------------------------------------------------------------------------------------------------------

def cell_case(kind):
    """One step of a cell for B=2, in=3, H=2, and the gradients of sum(T(5) h') + sum(T(6) c')."""
    gates = {"rnn": 1, "lstm": 4, "gru": 3, "gru_cudnn": 3}[kind]
    n, H, B = 3, 2, 2
    x, h, c = fill(1, B, n), fill(2, B, H), fill(3, B, H)
    # Weights in our layout (in, out).
    p = {"input_weight": fill(0.1, n, gates * H), "bias": fill(0.3, gates * H)}
    if kind == "gru":
        p["recurrent_gate_weight"], p["recurrent_candidate_weight"] = fill(0.2, H, 2 * H), fill(0.6, H, H)
    else:
        p["recurrent_weight"] = fill(0.2, H, gates * H)
    if kind == "gru_cudnn":
        p["recurrent_bias"] = fill(0.4, gates * H)
    for tensor in list(p.values()) + [x, h, c]:
        tensor.requires_grad_(True)
    zero = torch.zeros(gates * H)
    if kind == "gru":
        new_h, new_c = cho_gru(p, "", x @ p["input_weight"] + p["bias"], h), None
    else:
        function = {"rnn": torch.rnn_tanh_cell, "lstm": torch.lstm_cell, "gru_cudnn": torch.gru_cell}[kind]
        state = (h, c) if kind == "lstm" else h
        out = function(x, state, p["input_weight"].T, p["recurrent_weight"].T, p["bias"], p.get("recurrent_bias", zero))
        new_h, new_c = out if kind == "lstm" else (out, None)
    total = (fill(5, B, H) * new_h).sum()
    if new_c is not None:
        total = total + (fill(6, B, H) * new_c).sum()
    total.backward()
    case = {"cell": kind, "in": n, "hidden": H, "x": numbers(x), "h": numbers(h), "c": numbers(c),
            "parameters": {k: numbers(v) for k, v in p.items()}, "new_h": numbers(new_h),
            "gradients": {k: numbers(v.grad) for k, v in p.items()}, "x_gradient": numbers(x.grad), "h_gradient": numbers(h.grad)}
    if new_c is not None:
        case["new_c"], case["c_gradient"] = numbers(new_c), numbers(c.grad)
    return case


def cho_gru(p, prefix, projected, h):
    """Cho et al. 2014, written out: r acts before the product; h' = z h + (1 - z) n."""
    H = h.shape[-1]
    U, V = p[prefix + "recurrent_gate_weight"], p[prefix + "recurrent_candidate_weight"]
    r = torch.sigmoid(projected[..., :H] + h @ U[:, :H])
    z = torch.sigmoid(projected[..., H:2 * H] + h @ U[:, H:])
    n = torch.tanh(projected[..., 2 * H:] + (r * h) @ V)
    return z * h + (1 - z) * n


# ---- attention and loss -----------------------------------------------------------------------------------------------------------

def attention_cases():
    B, S, A, Q, K = 2, 4, 3, 2, 2
    lengths = [4, 2]
    query, H = fill(1, B, Q), fill(2, B, S, A)
    cases = []
    W, U, v = fill(0.1, Q, K), fill(0.2, A, K), fill(0.3, K, 1)
    energies = torch.tanh((query @ W)[:, None, :] + H @ U) @ v
    parameters = {"query.weight": numbers(W), "key.weight": numbers(U), "energy.weight": numbers(v)}
    cases.append(("additive", None, parameters, energies[..., 0]))
    for scaled in (True, False):
        energies = torch.einsum("bq,bsq->bs", query, H @ U) / (math.sqrt(K) if scaled else 1)
        cases.append(("dot", scaled, {"key.weight": numbers(U)}, energies))
    result = []
    for kind, scaled, parameters, e in cases:
        weights, contexts = torch.zeros(B, S), torch.zeros(B, A)
        for b, length in enumerate(lengths):
            weights[b, :length] = F.softmax(e[b, :length], 0)
            contexts[b] = weights[b] @ H[b]
        result.append({"kind": kind, "scaled": scaled, "size": K, "query_width": Q, "annotation_width": A, "lengths": lengths,
                       "query": numbers(query), "annotations": numbers(H), "parameters": parameters, "energies": numbers(e),
                       "weights": numbers(weights), "context": numbers(contexts)})
    return result


def loss_cases():
    B, T, V = 2, 3, 4
    target = torch.tensor([[1, 3, 2], [2, 0, 0]])
    mask = torch.tensor([[1, 1, 1], [1, 0, 0]])
    result = []
    for scale in (1.0, 40.0):
        logits = fill(1, B, T, V, scale=scale).requires_grad_(True)
        loss = F.cross_entropy(logits.reshape(-1, V), torch.where(mask > 0, target, -1).reshape(-1), ignore_index=-1)
        loss.backward()
        result.append({"logits": numbers(logits), "shape": [B, T, V], "target": target.reshape(-1).tolist(),
                       "mask": mask.reshape(-1).tolist(), "loss": loss.item(), "gradient": numbers(logits.grad)})
    return result


# ---- parts of Transformers and memory nets --------------------------------------------------------------------------------------------

def block_case(block, function, operands, **more):
    """The value for operands T(1; shape), T(2; shape), ... and the gradients of sum(T(9) value)."""
    values = [fill(1 + i, *shape, scale=more.get("scale", 1.0)).requires_grad_(True) for i, shape in enumerate(operands)]
    out = function(*values)
    (fill(9, *out.shape) * out).sum().backward()
    return {"block": block, "shapes": operands, "operands": [numbers(v) for v in values], "value": numbers(out),
            "gradients": [numbers(v.grad) for v in values], **more}


def causal(heads):
    def function(qkv):
        B, T, D = qkv.shape[0], qkv.shape[1], qkv.shape[2] // 3
        q, k, v = (part.view(B, T, heads, D // heads).transpose(1, 2) for part in qkv.split(D, 2))
        hidden = torch.ones(T, T, dtype=torch.bool).triu(1)
        weights = torch.softmax((q @ k.transpose(2, 3) / math.sqrt(D // heads)).masked_fill(hidden, -math.inf), 3)
        return (weights @ v).transpose(1, 2).reshape(B, T, D)
    return function


def block_cases():
    index, target = [[1, 3, 3], [0, 2, 1]], [2, 0, 4]
    norm = lambda x, gain, bias: F.layer_norm(x, (x.shape[-1],), gain, bias, 1e-5)
    bag = lambda table, weight: (F.embedding(torch.tensor(index), table) * weight).sum(1)
    return [block_case("layer_norm", norm, [[2, 3, 5], [5], [5]]), block_case("layer_norm", norm, [[3, 32], [32], [32]], scale=20.0),
            block_case("gelu", lambda x: F.gelu(x, approximate="tanh"), [[3, 7]], scale=4.0),
            block_case("causal_attention", causal(2), [[2, 4, 12]], heads=2), block_case("causal_attention", causal(1), [[1, 9, 15]], heads=1, scale=3.0),
            block_case("bag_of_rows", bag, [[4, 5], [3, 5]], index=index),
            block_case("cross_entropy", lambda x: F.cross_entropy(x, torch.tensor(target)).reshape(1), [[3, 5]], target=target, scale=5.0)]


# ---- optimisers -------------------------------------------------------------------------------------------------------------------

RATES = [0.1, 0.1, 0.05, 0.02, 0.02]


def trajectory(spec):
    """Five updates of two parameters of 3 and 2 numbers with gradients T(step; 5), clipped by `clip` where it is not 0: together, or each."""
    theta = torch.nn.Parameter(fill(0.5, 5))
    make = {"sgd": lambda: torch.optim.SGD([theta], lr=1, momentum=spec["momentum"], nesterov=spec["nesterov"]),
            "adam": lambda: torch.optim.Adam([theta], lr=1, betas=(spec["beta1"], spec["beta2"]), eps=spec["epsilon"]),
            "adamw": lambda: torch.optim.AdamW([theta], lr=1, betas=(spec["beta1"], spec["beta2"]), eps=spec["epsilon"],
                                               weight_decay=spec["weight_decay"])}
    optimiser = make[spec["type"]]() if spec["type"] in make else None
    n, m, delta = np.zeros(5), np.zeros(5), np.zeros(5)
    norms, values = [], []
    for step, rate in enumerate(RATES, 1):
        rate = float(np.float32(rate))
        g = fill(step, 5).numpy()
        norm = float(np.sqrt((g * g).sum()))
        norms.append(float(f"{norm:.10g}"))
        if spec.get("clip_of") == "each":
            g = np.concatenate([part * min(1.0, spec["clip"] / np.linalg.norm(part)) for part in (g[:3], g[3:])])
        elif spec["clip"] > 0:
            g = g * min(1.0, spec["clip"] / norm)
        if optimiser:
            optimiser.param_groups[0]["lr"] = rate
            theta.grad = torch.tensor(g)
            optimiser.step()
        else:  # Graves 2013, equations 38 to 45
            rho, mu = spec["decay"], spec["momentum"]
            n = rho * n + (1 - rho) * g * g
            m = rho * m + (1 - rho) * g
            delta = mu * delta - rate * g / np.sqrt(n - m * m + spec["epsilon"])
            with torch.no_grad():
                theta += torch.tensor(delta)
        values.append(numbers(theta))
    return {"spec": spec, "rates": RATES, "start": numbers(fill(0.5, 5)), "gradients": [numbers(fill(s, 5)) for s in range(1, 6)],
            "norms": norms, "values": values}


def optimiser_cases():
    adam = {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    specs = [{"type": "sgd", "momentum": 0.0, "nesterov": False, "clip": 0}, {"type": "sgd", "momentum": 0.9, "nesterov": False, "clip": 0},
             {"type": "sgd", "momentum": 0.9, "nesterov": True, "clip": 1}, {"type": "adam", "clip": 0, **adam},
             {"type": "adam", "clip": 0.5, **adam}, {"type": "adamw", "weight_decay": 0.1, "clip": 0, **adam},
             {"type": "rmsprop", "decay": 0.95, "momentum": 0.9, "epsilon": 1e-4, "clip": 0},
             {"type": "rmsprop", "decay": 0.95, "momentum": 0.9, "epsilon": 1e-4, "clip": 1},
             {"type": "sgd", "momentum": 0.0, "nesterov": False, "clip": 0.9, "clip_of": "each"}]
    return [trajectory(spec) for spec in specs]


# ---- the encoder-decoder ------------------------------------------------------------------------------------------------------------

PAD, START, END = 0, 1, 2
SOURCES = [[3, 5, 6, 4], [4, 3], [6, 6, 5]]
TARGETS = [[4, 3, 2], [3, 5, 4, 2], [5, 2]]
# Parameter number i in the order of the names is SCALE sin(1 + i + STRIDE k); these two give nets whose outputs depend on the source.
SCALE, STRIDE = 2.0, 3.7
SOURCE_VOCABULARY, TARGET_VOCABULARY, DECODE_STEPS = 7, 6, 6


def parameter_shapes(spec):
    E, H, D, R = spec["embedding"], spec["encoder"]["hidden"], spec["decoder"]["hidden"], spec["readout"]
    A = 2 * H if spec["encoder"]["bidirectional"] else H
    shapes = {"encoder.embedding.table": (SOURCE_VOCABULARY, E), "decoder.embedding.table": (TARGET_VOCABULARY, E)}

    def cell(prefix, kind, n, width):
        gates = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
        shapes[prefix + "input_weight"], shapes[prefix + "bias"] = (n, gates * width), (gates * width,)
        if kind == "gru":
            shapes[prefix + "recurrent_gate_weight"] = (width, 2 * width)
            shapes[prefix + "recurrent_candidate_weight"] = (width, width)
        else:
            shapes[prefix + "recurrent_weight"] = (width, gates * width)
        return gates * width

    cell("encoder.forward.", spec["encoder"]["type"], E, H)
    if spec["encoder"]["bidirectional"]:
        cell("encoder.backward.", spec["encoder"]["type"], E, H)
    attention = spec["attention"]
    if attention["type"] == "none":
        shapes["summary.weight"] = (A, A)
    else:
        K = attention["size"]
        if attention["type"] == "additive" or D != K:
            shapes["attention.query.weight"] = (D, K)
        if attention["type"] == "additive" or A != K:
            shapes["attention.key.weight"] = (A, K)
        if attention["type"] == "additive":
            shapes["attention.energy.weight"] = (K, 1)
    summary = A if attention["type"] == "none" else H
    shapes["decoder.initial.weight"], shapes["decoder.initial.bias"] = (summary, D), (D,)
    shapes["decoder.context.weight"] = (A, cell("decoder.cell.", spec["decoder"]["type"], E, D))
    shapes["decoder.readout.state.weight"], shapes["decoder.readout.state.bias"] = (D, 2 * R), (2 * R,)
    shapes["decoder.readout.word.weight"], shapes["decoder.readout.context.weight"] = (E, 2 * R), (A, 2 * R)
    shapes["decoder.output.weight"], shapes["decoder.output.bias"] = (R, TARGET_VOCABULARY), (TARGET_VOCABULARY,)
    return shapes


class Translator:
    """Appendix A of Bahdanau et al. 2015 for one sentence at a time: vectors, no batch, no padding."""

    def __init__(self, spec):
        self.spec = spec
        shapes = parameter_shapes(spec)
        self.p = {name: fill(1 + i, *shapes[name], scale=SCALE, stride=STRIDE).requires_grad_(True) for i, name in enumerate(sorted(shapes))}

    def cell(self, prefix, kind, gates_in, h, c):
        p = self.p
        if kind == "gru":
            return cho_gru(p, prefix, gates_in, h), None
        a = gates_in + h @ p[prefix + "recurrent_weight"]
        if kind == "rnn":
            return torch.tanh(a), None
        i, f, g, o = a.chunk(4)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def run_encoder(self, prefix, words):
        spec, p = self.spec["encoder"], self.p
        h, c, states = torch.zeros(spec["hidden"]), torch.zeros(spec["hidden"]), []
        for word in words:
            gates = p["encoder.embedding.table"][word] @ p[prefix + "input_weight"] + p[prefix + "bias"]
            h, c = self.cell(prefix, spec["type"], gates, h, c)
            states.append(h)
        return states

    def encode(self, words):
        p, attention = self.p, self.spec["attention"]["type"]
        states = self.run_encoder("encoder.forward.", words)
        last, self.H = states[-1], torch.stack(states)
        final = last
        if self.spec["encoder"]["bidirectional"]:
            backward = self.run_encoder("encoder.backward.", words[::-1])[::-1]
            last, final = backward[0], torch.cat([states[-1], backward[0]])
            self.H = torch.cat([self.H, torch.stack(backward)], 1)
        if attention == "none":
            self.c = last = torch.tanh(final @ p["summary.weight"])
        return torch.tanh(last @ p["decoder.initial.weight"] + p["decoder.initial.bias"])

    def context(self, s):
        p, spec = self.p, self.spec["attention"]
        if spec["type"] == "none":
            return self.c, None
        q = s @ p["attention.query.weight"] if "attention.query.weight" in p else s
        k = self.H @ p["attention.key.weight"] if "attention.key.weight" in p else self.H
        if spec["type"] == "additive":
            e = (torch.tanh(q + k) @ p["attention.energy.weight"])[:, 0]
        else:
            e = k @ q / (math.sqrt(spec["size"]) if spec["scaled"] else 1)
        a = F.softmax(e, 0)
        return a @ self.H, a

    def step(self, word, s, memory):
        p = self.p
        y = p["decoder.embedding.table"][word]
        c, a = self.context(s)
        t = (s @ p["decoder.readout.state.weight"] + p["decoder.readout.state.bias"] + y @ p["decoder.readout.word.weight"]
             + c @ p["decoder.readout.context.weight"])
        logits = torch.maximum(t[0::2], t[1::2]) @ p["decoder.output.weight"] + p["decoder.output.bias"]
        gates = y @ p["decoder.cell.input_weight"] + p["decoder.cell.bias"] + c @ p["decoder.context.weight"]
        s, memory = self.cell("decoder.cell.", self.spec["decoder"]["type"], gates, s, memory)
        return logits, a, s, memory

    def loss(self, source, target):
        s, total, rows = self.encode(source), 0, []
        memory = torch.zeros_like(s)
        for before, word in zip([START] + target[:-1], target):
            logits, a, s, memory = self.step(before, s, memory)
            total = total - F.log_softmax(logits, 0)[word]
            rows.append(a)
        return total, rows

    def decode(self, source):
        s, tokens = self.encode(source), []
        memory, word = torch.zeros_like(s), START
        while len(tokens) < DECODE_STEPS and word != END:
            logits, _, s, memory = self.step(word, s, memory)
            logits[[PAD, START]] = -1e9
            word = int(torch.argmax(logits))
            tokens.append(word)
        return tokens


def encoder_decoder_case(encoder, bidirectional, attention, decoder):
    spec = {"type": "encoder_decoder", "embedding": 3, "encoder": {"type": encoder, "hidden": 3, "bidirectional": bidirectional},
            "attention": attention, "decoder": {"type": decoder, "hidden": 4}, "readout": 2}
    model = Translator(spec)
    results = [model.loss(s, t) for s, t in zip(SOURCES, TARGETS)]
    loss = sum(r[0] for r in results) / sum(len(t) for t in TARGETS)
    loss.backward()
    case = {"spec": spec, "loss": float(f"{loss.item():.12g}"), "tokens": [model.decode(s) for s in SOURCES],
            "gradients": {name: numbers(p.grad) for name, p in model.p.items()}}
    if attention["type"] != "none":
        case["alignment"] = [[numbers(a) for a in r[1]] for r in results]
    return case


def encoder_decoder_cases():
    setting = {"sources": SOURCES, "targets": TARGETS, "source_vocabulary": SOURCE_VOCABULARY,
               "target_vocabulary": TARGET_VOCABULARY, "decode_steps": DECODE_STEPS,
               "scale": SCALE, "stride": STRIDE}
    additive, none = {"type": "additive", "size": 5}, {"type": "none"}
    return [setting, encoder_decoder_case("gru", True, additive, "gru"), encoder_decoder_case("gru", True, none, "gru"),
            encoder_decoder_case("gru", False, {"type": "dot", "size": 4, "scaled": True}, "gru"),
            encoder_decoder_case("lstm", True, {"type": "dot", "size": 6, "scaled": False}, "lstm"),
            encoder_decoder_case("lstm", False, none, "lstm"), encoder_decoder_case("rnn", True, additive, "rnn"),
            encoder_decoder_case("lstm", True, additive, "gru")]


if __name__ == "__main__":
    write("cells.json", [cell_case(kind) for kind in ("rnn", "lstm", "gru", "gru_cudnn")])
    write("attention.json", attention_cases())
    write("losses.json", loss_cases())
    write("blocks.json", block_cases())
    write("optimisers.json", optimiser_cases())
    write("encoder_decoder.json", encoder_decoder_cases())
