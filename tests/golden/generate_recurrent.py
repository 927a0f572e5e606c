#!/usr/bin/python3
"""Writes golden values of Luong's encoder-decoder, of the recurrent reader and of more cells beside this file: /usr/bin/python3 tests/golden/generate_recurrent.py
(needs what generate.py needs)

Luong et al. 2015 is written out here for one sentence at a time, in PyTorch's float64, with no batch, no padding and no masks. Cells
are PyTorch's own (what torch.nn.RNN, LSTM and GRU call) over whole sequences; the GRU of Cho et al. 2014 is written out in generate.py.
"""
import torch
import torch.nn.functional as F

from generate import (DECODE_STEPS, END, PAD, SCALE, SOURCE_VOCABULARY, SOURCES, START, STRIDE, TARGET_VOCABULARY, TARGETS, cho_gru, fill,
                      numbers, write)

GATES = {"rnn": 1, "irnn": 1, "lstm": 4, "gru": 3, "gru_cudnn": 3}


def cell_shapes(prefix, kind, n, width):
    gates = GATES[kind]
    shapes = {prefix + "input_weight": (n, gates * width), prefix + "bias": (gates * width,)}
    if kind == "gru":
        shapes[prefix + "recurrent_gate_weight"], shapes[prefix + "recurrent_candidate_weight"] = (width, 2 * width), (width, width)
    else:
        shapes[prefix + "recurrent_weight"] = (width, gates * width)
    if kind == "gru_cudnn":
        shapes[prefix + "recurrent_bias"] = (gates * width,)
    return shapes


def cell_step(p, prefix, kind, gates_in, h, c):
    """One step for vectors. gates_in: W x + b."""
    if kind == "gru":
        return cho_gru(p, prefix, gates_in, h), c
    U, H = p[prefix + "recurrent_weight"], h.shape[0]
    if kind == "gru_cudnn":
        u = h @ U + p[prefix + "recurrent_bias"]
        r, z = torch.sigmoid(gates_in[:H] + u[:H]), torch.sigmoid(gates_in[H:2 * H] + u[H:2 * H])
        return (1 - z) * torch.tanh(gates_in[2 * H:] + r * u[2 * H:]) + z * h, c
    a = gates_in + h @ U
    if kind == "rnn":
        return torch.tanh(a), c
    if kind == "irnn":
        return F.relu(a), c
    i, f, g, o = a.chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


# ---- whole sequences through PyTorch's own loops --------------------------------------------------------------------------------------

def sequence_case(kind):
    """A cell over 5 steps for B=2, in=3, H=4 from a state of zeros; gradients of sum(T(5) h)."""
    n, H, B, S = 3, 4, 2, 5
    shapes = cell_shapes("", kind, n, H)
    p = {name: fill(0.1 + 0.2 * i, *shapes[name]).requires_grad_(True) for i, name in enumerate(sorted(shapes))}
    x = fill(1, B, S, n).requires_grad_(True)
    zero = torch.zeros(GATES[kind] * H)
    weights = [p["input_weight"].T, p["recurrent_weight"].T, p["bias"], p.get("recurrent_bias", zero)]
    function = {"rnn": torch.rnn_tanh, "irnn": torch.rnn_relu, "lstm": torch.lstm, "gru_cudnn": torch.gru}[kind]
    start = torch.zeros(1, B, H)
    h = function(x, (start, start) if kind == "lstm" else start, weights, True, 1, 0.0, False, False, True)[0]
    (fill(5, B, S, H) * h).sum().backward()
    return {"cell": kind, "in": n, "hidden": H, "shape": [B, S], "x": numbers(x), "parameters": {k: numbers(v) for k, v in p.items()},
            "states": numbers(h), "x_gradient": numbers(x.grad), "gradients": {k: numbers(v.grad) for k, v in p.items()}}


# ---- Luong's encoder-decoder ----------------------------------------------------------------------------------------------------------

def luong_shapes(spec):
    E, H, D = spec["embedding"], spec["encoder"]["hidden"], spec["decoder"]["hidden"]
    both = spec["encoder"]["bidirectional"]
    A = 2 * H if both else H
    gates = GATES[spec["decoder"]["type"]]
    shapes = {"encoder.embedding.table": (SOURCE_VOCABULARY, E), "decoder.embedding.table": (TARGET_VOCABULARY, E),
              "decoder.initial.weight": (A, D), "decoder.initial.bias": (D,), "decoder.combine.weight": (2 * D, D),
              "decoder.output.weight": (D, TARGET_VOCABULARY), "decoder.output.bias": (TARGET_VOCABULARY,)}
    for direction in ("forward", "backward") if both else ("forward",):
        shapes.update(cell_shapes(f"encoder.{direction}.", spec["encoder"]["type"], E, H))
    shapes.update(cell_shapes("decoder.cell.", spec["decoder"]["type"], E, D))
    if A != D:
        shapes["encoder.bridge.weight"] = (A, D)
    if spec["input_feeding"]:
        shapes["decoder.feed.weight"] = (D, gates * D)
    score = spec["score"]
    if score["type"] == "general":
        shapes["attention.weight"] = (D, D)
    if score["type"] == "location":
        shapes["attention.weight"] = (D, score["longest"])
    if score["type"] == "concat":
        K = score["size"]
        shapes["attention.query.weight"], shapes["attention.key.weight"], shapes["attention.energy.weight"] = (D, K), (D, K), (K, 1)
    if spec["window"]["type"] == "local_p":
        shapes["attention.position.weight"], shapes["attention.position.energy"] = (D, D), (D, 1)
    return shapes


class Luong:
    """Equations 5 to 10 and section 3.3, one sentence at a time."""

    def __init__(self, spec):
        self.spec = spec
        shapes = luong_shapes(spec)
        self.p = {name: fill(1 + i, *shapes[name], scale=SCALE, stride=STRIDE).requires_grad_(True) for i, name in enumerate(sorted(shapes))}

    def run_encoder(self, direction, words):
        spec, p = self.spec["encoder"], self.p
        prefix = f"encoder.{direction}."
        h, c, states = torch.zeros(spec["hidden"]), torch.zeros(spec["hidden"]), []
        for word in words:
            h, c = cell_step(p, prefix, spec["type"], p["encoder.embedding.table"][word] @ p[prefix + "input_weight"] + p[prefix + "bias"], h, c)
            states.append(h)
        return states

    def encode(self, words):
        p, spec = self.p, self.spec["encoder"]
        given = list(words)
        turned = given[::-1]
        first, second = (turned, given) if spec["reversed"] else (given, turned)
        in_order = lambda states, order: states if order is given else states[::-1]
        a = self.run_encoder("forward", first)
        states, last = torch.stack(in_order(a, first)), a[-1]
        if spec["bidirectional"]:
            b = self.run_encoder("backward", second)
            states, last = torch.cat([states, torch.stack(in_order(b, second))], 1), torch.cat([last, b[-1]])
        self.states = states @ p["encoder.bridge.weight"] if "encoder.bridge.weight" in p else states
        h = torch.tanh(last @ p["decoder.initial.weight"] + p["decoder.initial.bias"])
        return h, torch.zeros_like(h), torch.zeros_like(h)

    def align(self, h, t):
        p, score, window = self.p, self.spec["score"], self.spec["window"]
        S, states = self.states.shape[0], self.states
        if score["type"] == "dot":
            e = states @ h
        elif score["type"] == "general":
            e = states @ (h @ p["attention.weight"])
        elif score["type"] == "concat":
            joined = torch.cat([p["attention.query.weight"], p["attention.key.weight"]])  # W_a of [h_t; h_s]
            e = torch.stack([(torch.tanh(torch.cat([h, state]) @ joined) @ p["attention.energy.weight"])[0] for state in states])
        else:
            e = (h @ p["attention.weight"])[:S]
        if window["type"] == "global":
            return F.softmax(e, 0)
        D = window["half_width"]
        if window["type"] == "local_m":
            centre = min(t, S - 1)
            low, high = max(0, centre - D), min(S, centre + D + 1)
            return torch.cat([torch.zeros(low), F.softmax(e[low:high], 0), torch.zeros(S - high)])
        centre = S * torch.sigmoid(torch.tanh(h @ p["attention.position.weight"]) @ p["attention.position.energy"])
        return F.softmax(e, 0) * torch.exp(-(torch.arange(S) - centre) ** 2 / (2 * (D / 2) ** 2))

    def step(self, word, state, t):
        p, kind = self.p, self.spec["decoder"]["type"]
        h, c, attentional = state
        gates = p["decoder.embedding.table"][word] @ p["decoder.cell.input_weight"] + p["decoder.cell.bias"]
        if self.spec["input_feeding"]:
            gates = gates + attentional @ p["decoder.feed.weight"]
        h, c = cell_step(p, "decoder.cell.", kind, gates, h, c)
        a = self.align(h, t)
        attentional = torch.tanh(torch.cat([a @ self.states, h]) @ p["decoder.combine.weight"])
        return attentional @ p["decoder.output.weight"] + p["decoder.output.bias"], a, (h, c, attentional)

    def loss(self, source, target):
        state, total, rows = self.encode(source), 0, []
        for t, (before, word) in enumerate(zip([START] + target[:-1], target)):
            logits, a, state = self.step(before, state, t)
            total = total - F.log_softmax(logits, 0)[word]
            rows.append(a)
        return total, rows

    def decode(self, source):
        state, tokens, word = self.encode(source), [], START
        while len(tokens) < DECODE_STEPS and word != END:
            logits, _, state = self.step(word, state, len(tokens))
            logits[[PAD, START]] = -1e9
            word = int(torch.argmax(logits))
            tokens.append(word)
        return tokens


def luong_case(encoder, both, turned, score, window, decoder, feeding=True, width=4):
    spec = {"type": "luong", "embedding": 3, "encoder": {"type": encoder, "hidden": 3 if both else width, "bidirectional": both, "reversed": turned},
            "score": score, "window": window, "decoder": {"type": decoder, "hidden": width}, "input_feeding": feeding}
    model = Luong(spec)
    results = [model.loss(s, t) for s, t in zip(SOURCES, TARGETS)]
    loss = sum(r[0] for r in results) / sum(len(t) for t in TARGETS)
    loss.backward()
    return {"spec": spec, "loss": float(f"{loss.item():.12g}"), "tokens": [model.decode(s) for s in SOURCES],
            "gradients": {name: numbers(p.grad) for name, p in model.p.items()}, "alignment": [[numbers(a) for a in r[1]] for r in results]}


def luong_cases():
    setting = {"sources": SOURCES, "targets": TARGETS, "source_vocabulary": SOURCE_VOCABULARY, "target_vocabulary": TARGET_VOCABULARY,
               "decode_steps": DECODE_STEPS, "scale": SCALE, "stride": STRIDE}
    whole, along, predicted = {"type": "global"}, {"type": "local_m", "half_width": 1}, {"type": "local_p", "half_width": 2}
    dot, general, location = {"type": "dot"}, {"type": "general"}, {"type": "location", "longest": 5}
    concat = {"type": "concat", "size": 5}
    return [setting, luong_case("lstm", False, False, dot, whole, "lstm"), luong_case("lstm", True, False, general, whole, "gru"),
            luong_case("gru", True, True, concat, whole, "gru_cudnn", feeding=False), luong_case("gru", False, True, location, whole, "lstm"),
            luong_case("lstm", True, False, dot, along, "lstm"), luong_case("gru", True, False, general, predicted, "lstm"),
            luong_case("rnn", False, False, concat, predicted, "irnn", feeding=False)]


# ---- the recurrent reader ---------------------------------------------------------------------------------------------------------------

READ, LABELS = [[3, 5, 6, 4], [4, 3], [6, 6, 5]], [3, 5, 4]


def torch_states(p, prefix, kind, x):
    """States h_1 ... h_S (S,H) of one sequence x (S,n), by PyTorch's own loop."""
    H = p[prefix + "recurrent_weight"].shape[0]
    weights = [p[prefix + "input_weight"].T, p[prefix + "recurrent_weight"].T, p[prefix + "bias"],
               p.get(prefix + "recurrent_bias", torch.zeros(GATES[kind] * H))]
    function = {"rnn": torch.rnn_tanh, "irnn": torch.rnn_relu, "lstm": torch.lstm, "gru_cudnn": torch.gru}[kind]
    start = torch.zeros(1, 1, H)
    return function(x[None], (start, start) if kind == "lstm" else start, weights, True, 1, 0.0, False, False, True)[0][0]


def reader_case(kind, read_out):
    E, H = 3, 4
    spec = {"type": "recurrent_reader", "embedding": E, "cell": {"type": kind, "hidden": H}, "read_out": read_out}
    shapes = {"encoder.embedding.table": (SOURCE_VOCABULARY, E), "reader.output.weight": (H, TARGET_VOCABULARY),
              "reader.output.bias": (TARGET_VOCABULARY,)}
    shapes.update(cell_shapes("encoder.cell.", kind, E, H))
    if read_out["type"] == "attention":
        K = read_out["size"]
        shapes["reader.key.weight"], shapes["reader.key.bias"], shapes["reader.query"] = (H, K), (K,), (K, 1)
    p = {name: fill(1 + i, *shapes[name], scale=SCALE, stride=STRIDE).requires_grad_(True) for i, name in enumerate(sorted(shapes))}
    total, logits, rows = 0, [], []
    for source, label in zip(READ, LABELS):
        h = torch_states(p, "encoder.cell.", kind, p["encoder.embedding.table"][torch.tensor(source)])
        if read_out["type"] == "attention":
            a = F.softmax((torch.tanh(h @ p["reader.key.weight"] + p["reader.key.bias"]) @ p["reader.query"])[:, 0], 0)
            summary = a @ h
        elif read_out["type"] == "max":
            summary, where = h.max(0)
            a = torch.bincount(where, minlength=len(source)) / H
        else:
            summary, a = (h[-1] if read_out["type"] == "last" else h.mean(0)), None
        logits.append(summary @ p["reader.output.weight"] + p["reader.output.bias"])
        rows.append(None if a is None else numbers(a))
        total = total - F.log_softmax(logits[-1], 0)[label]
    loss = total / len(READ)
    loss.backward()
    return {"spec": spec, "loss": float(f"{loss.item():.12g}"), "logits": [numbers(l) for l in logits], "alignment": rows,
            "gradients": {name: numbers(q.grad) for name, q in p.items()}}


def reader_cases():
    setting = {"sources": READ, "labels": LABELS, "source_vocabulary": SOURCE_VOCABULARY, "target_vocabulary": TARGET_VOCABULARY,
               "scale": SCALE, "stride": STRIDE}
    last, largest, mean, attention = {"type": "last"}, {"type": "max"}, {"type": "mean"}, {"type": "attention", "size": 5}
    return [setting] + [reader_case(kind, read_out) for kind, read_out in
                        (("rnn", last), ("irnn", mean), ("lstm", last), ("lstm", attention), ("gru_cudnn", largest), ("rnn", attention))]


if __name__ == "__main__":
    write("recurrent_reader.json", reader_cases())
    write("sequences.json", [sequence_case(kind) for kind in ("rnn", "irnn", "lstm", "gru_cudnn")])
    write("luong.json", luong_cases())
