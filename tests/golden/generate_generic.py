#!/usr/bin/python3
"""Writes generic.json beside this file: apt-get install python3-torch python3-numpy; /usr/bin/python3 tests/golden/generate_generic.py

Second implementations of generic attention, hierarchical attention, adaptive computation time and the soft window, in PyTorch and
float64, one example at a time: no batch, no padding, no masks; sentences are Python lists. Parameter number i in the order of the
names is SCALE sin(1 + i + STRIDE k).
"""
import numpy as np
import torch
import torch.nn.functional as F

from generate import START, cho_gru, fill, numbers, write

SCALE, STRIDE = 1.3, 3.7


def lstm(p, prefix, projected, h, c):
    i, f, g, o = (projected + h @ p[prefix + "recurrent_weight"]).chunk(4)
    c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
    return torch.sigmoid(o) * torch.tanh(c), c


def cell_shapes(shapes, prefix, kind, n, H):
    gates = {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    shapes[prefix + "input_weight"], shapes[prefix + "bias"] = (n, gates * H), (gates * H,)
    if kind == "gru":
        shapes[prefix + "recurrent_gate_weight"], shapes[prefix + "recurrent_candidate_weight"] = (H, 2 * H), (H, H)
    else:
        shapes[prefix + "recurrent_weight"] = (H, gates * H)


def cell_step(p, prefix, kind, x, h, c):
    projected = x @ p[prefix + "input_weight"] + p[prefix + "bias"]
    if kind == "lstm":
        return lstm(p, prefix, projected, h, c)
    if kind == "gru":
        return cho_gru(p, prefix, projected, h), c
    return torch.tanh(projected + h @ p[prefix + "recurrent_weight"]), c


def run(p, prefix, kind, xs):
    H = p[prefix + "bias"].shape[0] // {"rnn": 1, "lstm": 4, "gru": 3}[kind]
    h, c, states = torch.zeros(H), torch.zeros(H), []
    for x in xs:
        h, c = cell_step(p, prefix, kind, x, h, c)
        states.append(h)
    return states


def both_ways(p, prefix, kind, xs):
    forward, backward = run(p, prefix + "forward.", kind, xs), run(p, prefix + "backward.", kind, xs[::-1])[::-1]
    return [torch.cat(pair) for pair in zip(forward, backward)]


def parameters(shapes, scale=SCALE):
    return {name: fill(1 + i, *shapes[name], scale=scale, stride=STRIDE).requires_grad_(True) for i, name in enumerate(sorted(shapes))}


def finish(spec, form, examples, p, losses, rows, extra=0.0):
    """One case: the mean loss, the gradients of loss + extra, and the rows of the alignment."""
    loss = sum(losses) / len(losses)
    (loss + extra).backward()
    case = {"spec": spec, "form": form, "examples": examples, "loss": float(f"{loss.item():.12g}"),
            "objective": float(f"{float(loss + extra):.12g}"), "gradients": {name: numbers(t.grad) for name, t in p.items()}}
    if rows is not None:
        case["alignment"] = [numbers(row) for row in rows]
    return case


VS, VT = 9, 6
DOCUMENTS = [{"source": [4, 5, 6, 7, 8], "segments": [0, 0, 1, 1, 1], "query": [6], "target": [4]},
             {"source": [8, 7, 4], "segments": [0, 1, 1], "query": [4, 7], "target": [5]},
             {"source": [5, 6], "segments": [0, 0], "query": [5], "target": [4]}]
FORM = {"answer": "label", "query": 2, "segments": 3, "source_width": 0, "target_width": 0}


def sentences(example):
    return [[w for w, s in zip(example["source"], example["segments"]) if s == n] for n in range(max(example["segments"]) + 1)]


def generic_case(scores, sharpness, form):
    E, M = 4, 3
    spec = {"type": "generic_attention", "embedding": E, "scores": {"type": scores}, "sharpness": sharpness, "addressing": "soft"}
    shapes = {"embedding.table": (VS, E), "output.weight": (E, VT), "output.bias": (VT,)}
    if form["query"]:
        shapes["question.table"] = (VS, E)
    else:
        shapes["context"] = (1, E)
    if scores == "tanh":
        spec["scores"]["size"] = M
        shapes.update({"attention.context.weight": (E, M), "attention.argument.weight": (E, M), "attention.score.weight": (M,)})
    p, losses, rows = parameters(shapes), [], []
    for example in DOCUMENTS:
        items = sentences(example) if form["segments"] else [[w] for w in example["source"]]
        y = torch.stack([sum(p["embedding.table"][w] for w in item) for item in items])
        c = sum(p["question.table"][w] for w in example["query"]) if form["query"] else p["context"][0]
        if scores == "tanh":
            e = torch.tanh(c @ p["attention.context.weight"] + y @ p["attention.argument.weight"]) @ p["attention.score.weight"]
        else:
            e = y @ c
        s = torch.softmax(sharpness * e, 0)
        losses.append(-F.log_softmax(s @ y @ p["output.weight"] + p["output.bias"], 0)[example["target"][0]])
        rows.append(torch.cat([weight.expand(len(item)) / len(item) for weight, item in zip(s, items)]))
    return finish(spec, form, DOCUMENTS, p, losses, rows)


def hierarchical_case(words, sents, form):
    E, H, U = 4, 3, 3
    part = lambda kind: {"type": "none"} if kind == "none" else {"type": kind, "hidden": H}
    spec = {"type": "hierarchical_attention", "embedding": E, "words": part(words), "sentences": part(sents), "size": U}
    shapes, width = {"embedding.table": (VS, E), "output.bias": (VT,)}, E
    if form["query"]:
        shapes["question.table"] = (VS, E)
    for level, kind in (("words", words), ("sentences", sents)):
        if kind != "none":
            for way in ("forward.", "backward."):
                cell_shapes(shapes, level + ".encoder." + way, kind, width, H)
            width = 2 * H
        shapes[level + ".hidden.weight"], shapes[level + ".hidden.bias"] = (width, U), (U,)
        if form["query"]:
            shapes[level + ".question.weight"] = (E, U)
        else:
            shapes[level + ".context"] = (U, 1)
    shapes["output.weight"] = (width, VT)
    p, losses, rows = parameters(shapes), [], []

    def attend(level, hs, q):
        h = torch.stack(hs)
        context = q @ p[level + ".question.weight"] if form["query"] else p[level + ".context"][:, 0]
        a = torch.softmax(torch.tanh(h @ p[level + ".hidden.weight"] + p[level + ".hidden.bias"]) @ context, 0)
        return a, a @ h

    for example in DOCUMENTS:
        q = sum(p["question.table"][w] for w in example["query"]) if form["query"] else None
        weights, vectors = [], []
        for sentence in (sentences(example) if form["segments"] else [example["source"]]):
            hs = [p["embedding.table"][w] for w in sentence]
            if words != "none":
                hs = both_ways(p, "words.encoder.", words, hs)
            a, s = attend("words", hs, q)
            weights.append(a)
            vectors.append(s)
        if sents != "none":
            vectors = both_ways(p, "sentences.encoder.", sents, vectors)
        alpha, v = attend("sentences", vectors, q)
        losses.append(-F.log_softmax(v @ p["output.weight"] + p["output.bias"], 0)[example["target"][0]])
        rows.append(torch.cat([a * b for a, b in zip(alpha, weights)]))
    return finish(spec, form, DOCUMENTS, p, losses, rows)


# ---- adaptive computation time ------------------------------------------------------------------------------------------------------

EPSILON, TAU, MOST = 0.25, 0.1, 4


def ponder(p, kind, x, h, c, most=MOST):
    """Graves 2016, equations 2 to 7 and 13, for one input: mean state, mean memory, N, R, the p^n."""
    states, memories, halts = [], [], []
    for n in range(1, most + 1):
        flag = torch.tensor([1.0 if n == 1 else 0.0])
        h, c = cell_step(p, "cell.", kind, torch.cat([x, flag]), h, c)
        states.append(h)
        memories.append(c)
        halts.append(torch.sigmoid(h @ p["halting.weight"] + p["halting.bias"])[0])
        if sum(float(v) for v in halts) >= 1 - EPSILON:
            break
    remainder = 1 - sum(halts[:-1])
    shares = halts[:-1] + [remainder]
    return sum(a * s for a, s in zip(shares, states)), sum(a * m for a, m in zip(shares, memories)), len(shares), remainder, shares


def adaptive_case(kind, form, carries, examples, halting):
    F_, H, E = form["source_width"], 3, 2
    width = F_ or E
    spec = {"type": "adaptive_computation", "embedding": E, "cell": kind, "hidden": H, "most_steps": MOST, "penalty": TAU,
            "epsilon": EPSILON, "halting_bias": 0, "carries": carries}
    shapes = {"halting.weight": (H, 1), "halting.bias": (1,), "output.weight": (H, VT), "output.bias": (VT,)}
    cell_shapes(shapes, "cell.", kind, width + 1, H)
    if not F_:
        shapes["embedding.table"] = (VS, E)
    p = parameters(shapes)
    with torch.no_grad():
        p["halting.bias"].fill_(halting)
    losses, cost, taken, shares_of = [], [], [], []
    for example in examples:
        h, c, logits = torch.zeros(H), torch.zeros(H), []
        for s in range(len(example["source"])):
            x = torch.tensor(example["source_values"][s * F_:(s + 1) * F_]) if F_ else p["embedding.table"][example["source"][s]]
            if not carries:
                h, c = torch.zeros(H), torch.zeros(H)
            h, c, n, remainder, shares = ponder(p, kind, x, h, c)
            logits.append(h @ p["output.weight"] + p["output.bias"])
            cost.append(n + remainder)
            taken.append(n)
            shares_of.append([float(f"{float(v):.10g}") for v in shares])
        for y, target in zip(logits if form["answer"] == "each" else logits[-1:], example["target"]):
            losses.append(-F.log_softmax(y, 0)[target])
    case = finish(spec, form, examples, p, losses, None, TAU * sum(cost) / len(cost))
    case.update({"steps": taken, "shares": shares_of, "halting_bias": halting})
    return case


VECTORS = [{"source": [4, 5, 4], "source_values": [1.0, 0.0, -1.0, 1.0, 0.5, 0.0], "target": [4, 5, 5]},
           {"source": [6], "source_values": [-1.0, -0.5], "target": [4]}]
EACH = {"answer": "each", "query": 0, "segments": 0, "source_width": 2, "target_width": 0}
LABEL = {"answer": "label", "query": 0, "segments": 0, "source_width": 0, "target_width": 0}
WORDS = [{"source": [4, 8, 5], "target": [5]}, {"source": [7, 6], "target": [4]}]


# ---- the soft window ------------------------------------------------------------------------------------------------------------------

def window_case(form, examples):
    G, E, H, K, R = form["target_width"], 3, 4, 2, 3
    spec = {"type": "soft_window", "embedding": E, "hidden": H, "components": K, "pace": 0.4, "readout": R}
    out = G or VT
    shapes = {"text.table": (VS, E), "window.height.weight": (H, K), "window.height.bias": (K,), "window.width.weight": (H, K),
              "window.width.bias": (K,), "window.step.weight": (H, K), "window.step.bias": (K,), "readout.state.weight": (H, R),
              "readout.state.bias": (R,), "readout.window.weight": (E, R), "output.weight": (R, out), "output.bias": (out,)}
    cell_shapes(shapes, "cell.", "lstm", (G or E) + E, H)
    if not G:
        shapes["written.table"] = (VT, E)
    p, losses, phis = parameters(shapes), [], []
    for example in examples:
        text = p["text.table"][torch.tensor(example["source"])]
        places = torch.arange(1, len(text) + 1, dtype=torch.float64)
        h, c, w, kappa = torch.zeros(H), torch.zeros(H), torch.zeros(E), torch.zeros(K)
        for t, target in enumerate(example["target"]):
            if G:
                point = lambda n: torch.tensor(example["target_values"][n * G:(n + 1) * G])
                x = point(t - 1) if t else torch.zeros(G)
            else:
                x = p["written.table"][example["target"][t - 1] if t else START]
            h, c = cell_step(p, "cell.", "lstm", torch.cat([x, w]), h, c)
            part = lambda name: h @ p[f"window.{name}.weight"] + p[f"window.{name}.bias"]
            alpha, beta, kappa = torch.exp(part("height")), torch.exp(part("width")), kappa + torch.exp(part("step"))
            phi = sum(alpha[k] * torch.exp(-beta[k] * (kappa[k] - places) ** 2) for k in range(K))
            w = phi @ text
            y = torch.tanh(h @ p["readout.state.weight"] + p["readout.state.bias"] + w @ p["readout.window.weight"]) @ p["output.weight"] + p["output.bias"]
            losses.append(((y - point(t)) ** 2).mean() if G else -F.log_softmax(y, 0)[target])
            phis.append(phi)
    case = finish(spec, form, examples, p, losses, None)
    case["phi"] = [numbers(row) for row in phis]
    return case


SEQUENCE = {"answer": "sequence", "query": 0, "segments": 0, "source_width": 0, "target_width": 0}
STRETCHED = [{"source": [4, 7, 5], "target": [4, 4, 5, 3, 2]}, {"source": [8], "target": [5, 2]}]
WRITTEN = [{"source": [4, 7], "target": [4, 4, 5], "target_values": [0.5, -1.0, 0.25, 0.0, 1.0, 1.0]},
           {"source": [5], "target": [4], "target_values": [-0.5, 0.75]}]


if __name__ == "__main__":
    nothing_asked, flat = {**FORM, "query": 0}, {**FORM, "query": 0, "segments": 0}
    cases = [generic_case("tanh", 1, FORM), generic_case("dot", 0.5, FORM), generic_case("tanh", 2, nothing_asked),
             generic_case("tanh", 1, flat),
             hierarchical_case("none", "none", nothing_asked), hierarchical_case("gru", "gru", nothing_asked),
             hierarchical_case("lstm", "none", FORM), hierarchical_case("gru", "none", flat),
             adaptive_case("gru", EACH, False, VECTORS, -0.5), adaptive_case("rnn", EACH, True, VECTORS, -0.2),
             adaptive_case("lstm", LABEL, True, WORDS, -1.0),
             window_case(SEQUENCE, STRETCHED), window_case({**SEQUENCE, "target_width": 2}, WRITTEN)]
    write("generic.json", [{"scale": SCALE, "stride": STRIDE, "source_vocabulary": VS, "target_vocabulary": VT}] + cases)
