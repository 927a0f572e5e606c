#!/usr/bin/python3
"""Writes the Transformer's golden values beside this file: /usr/bin/python3 tests/golden/generate_transformer.py (needs what generate.py needs)

Layers are PyTorch's own (torch.nn.TransformerEncoderLayer, TransformerDecoderLayer, in float64). The whole models are put together
here from those layers, one example at a time, with no batch, no padding and no cache: what comes next is always computed anew from
the start. Parameters are named as in the C++ code and are transposed into PyTorch's layout.
"""
import math

import numpy as np
import torch
import torch.nn.functional as F

from generate import END, PAD, START, fill, numbers, write

ATTENTION = ("query", "key", "value", "output")


def activation(name):
    return F.relu if name == "relu" else lambda x: F.gelu(x, approximate="tanh")


def layer_shapes(prefix, sizes, cross):
    D, inner = sizes["width"], sizes["feed_forward"]
    shapes = {}
    for block in ("self", "cross") if cross else ("self",):
        for part in ATTENTION:
            shapes[f"{prefix}{block}.{part}.weight"], shapes[f"{prefix}{block}.{part}.bias"] = (D, D), (D,)
    for norm in ("self_norm", "cross_norm", "feed_norm") if cross else ("self_norm", "feed_norm"):
        shapes[f"{prefix}{norm}.gain"], shapes[f"{prefix}{norm}.bias"] = (D,), (D,)
    shapes[f"{prefix}inner.weight"], shapes[f"{prefix}inner.bias"] = (D, inner), (inner,)
    shapes[f"{prefix}outer.weight"], shapes[f"{prefix}outer.bias"] = (inner, D), (D,)
    return shapes


def parameters(shapes, scale):
    """Parameter number i in the order of the names is scale (2 frac(43758.5453 sin(12.9898 (k + 1) + 78.233 (i + 1))) - 1): as good as
    random, where a sine of k alone gives matrices of rank 2 and models that say the same to everything."""
    result = {}
    for i, name in enumerate(sorted(shapes)):
        k = np.arange(math.prod(shapes[name]), dtype=np.float64)
        x = 43758.5453 * np.sin(12.9898 * (k + 1) + 78.233 * (i + 1))
        values = (scale * (2 * (x - np.floor(x)) - 1)).astype(np.float32).astype(np.float64)
        result[name] = torch.tensor(values.reshape(shapes[name])).requires_grad_(True)
    return result


def torch_layer(p, prefix, sizes, cross):
    """PyTorch's layer as a function of our parameters, so that gradients reach them."""
    D = sizes["width"]
    make = torch.nn.TransformerDecoderLayer if cross else torch.nn.TransformerEncoderLayer
    layer = make(D, sizes["heads"], sizes["feed_forward"], dropout=0.0, activation=activation(sizes["activation"]), batch_first=True,
                 norm_first=sizes["norm"] == "pre")
    values = {}
    for ours, theirs in (("self", "self_attn"), ("cross", "multihead_attn")) if cross else (("self", "self_attn"),):
        get = lambda part, what: p[f"{prefix}{ours}.{part}.{what}"]
        values[f"{theirs}.in_proj_weight"] = torch.cat([get(part, "weight").T for part in ATTENTION[:3]])
        values[f"{theirs}.in_proj_bias"] = torch.cat([get(part, "bias") for part in ATTENTION[:3]])
        values[f"{theirs}.out_proj.weight"], values[f"{theirs}.out_proj.bias"] = get("output", "weight").T, get("output", "bias")
    norms = ("self_norm", "cross_norm", "feed_norm") if cross else ("self_norm", "feed_norm")
    for i, norm in enumerate(norms, 1):
        values[f"norm{i}.weight"], values[f"norm{i}.bias"] = p[f"{prefix}{norm}.gain"], p[f"{prefix}{norm}.bias"]
    for i, linear in enumerate(("inner", "outer"), 1):
        values[f"linear{i}.weight"], values[f"linear{i}.bias"] = p[f"{prefix}{linear}.weight"].T, p[f"{prefix}{linear}.bias"]
    return lambda *arguments, **named: torch.nn.utils.stateless.functional_call(layer, values, arguments, named)


def hidden_later(T):
    return torch.ones(T, T, dtype=torch.bool).triu(1)


def layer_case(kind, norm, act, heads):
    """B=2 rows of T=4 positions, the second with one of padding; a decoder looks at S=3 positions, the second row at 2."""
    sizes = {"width": 4, "heads": heads, "feed_forward": 6, "norm": norm, "activation": act}
    p = parameters(layer_shapes("", sizes, kind == "decoder"), 0.8)
    layer = torch_layer(p, "", sizes, kind == "decoder")
    x, memory = fill(1, 2, 4, 4, stride=2.3).requires_grad_(True), fill(2, 2, 3, 4, stride=1.9).requires_grad_(True)
    padding = torch.tensor([[False] * 4, [False] * 3 + [True]])
    source_padding = torch.tensor([[False] * 3, [False, False, True]])
    if kind == "decoder":
        y = layer(x, memory, tgt_mask=hidden_later(4), tgt_key_padding_mask=padding, memory_key_padding_mask=source_padding)
    elif kind == "language":
        y = layer(x, src_mask=hidden_later(4), src_key_padding_mask=padding)
    else:
        y = layer(x, src_key_padding_mask=padding)
    (fill(9, *y.shape) * y).sum().backward()
    case = {"kind": kind, **sizes, "x": numbers(x), "memory": numbers(memory), "mask": [1, 1, 1, 1, 1, 1, 1, 0],
            "memory_mask": [1, 1, 1, 1, 1, 0], "y": numbers(y), "parameters": {k: numbers(v) for k, v in p.items()},
            "gradients": {k: numbers(v.grad) for k, v in p.items()}, "x_gradient": numbers(x.grad)}
    if kind == "decoder":
        case["memory_gradient"] = numbers(memory.grad)
    return case


def smoothing_cases():
    target, mask = torch.tensor([[1, 3, 2], [2, 0, 0]]), torch.tensor([[1, 1, 1], [1, 0, 0]])
    result = []
    for smoothing in (0.1, 0.4):
        logits = fill(1, 2, 3, 4, scale=3.0).requires_grad_(True)
        loss = F.cross_entropy(logits.reshape(-1, 4), torch.where(mask > 0, target, -1).reshape(-1), ignore_index=-1,
                               label_smoothing=smoothing)
        loss.backward()
        result.append({"smoothing": smoothing, "logits": numbers(logits), "target": target.reshape(-1).tolist(),
                       "mask": mask.reshape(-1).tolist(), "loss": loss.item(), "gradient": numbers(logits.grad)})
    return result


# ---- whole models ---------------------------------------------------------------------------------------------------------------------

SOURCES = [[3, 5, 6, 4], [4, 3], [6, 6, 5]]
TARGETS = [[4, 3, 2], [3, 5, 4, 2], [5, 2]]
EACH = [[3, 4, 5, 4], [5, 3], [4, 4, 3]]
ASKED = [[1, 0, 1, 1], [0, 1], [1, 1, 0]]
LABELS = [3, 5, 4]
NEXT = [[5, 6, 4, 5], [3, 6], [6, 5, 5]]
SOURCE_VOCABULARY, TARGET_VOCABULARY, DECODE_STEPS, MOST_POSITIONS = 7, 6, 6, 128


class Second:
    """A Transformer for one sentence at a time: matrices of positions, no batch, no padding, no cache."""

    def __init__(self, spec, target_vocabulary):
        self.spec, D = spec, spec["width"]
        both, label = spec["type"] == "transformer", spec.get("label", False)
        shapes = {}

        def stack(name, layers, cross):
            vocabulary = SOURCE_VOCABULARY if name == "encoder" or not both else target_vocabulary
            shapes[name + ".embedding.table"] = (vocabulary, D)
            if spec["positions"] == "learned":
                shapes[name + ".positions.table"] = (MOST_POSITIONS, D)
            for n in range(1, layers + 1):
                shapes.update(layer_shapes(f"{name}.layer{n}.", spec, cross))
            if spec["norm"] == "pre":
                shapes[name + ".norm.gain"], shapes[name + ".norm.bias"] = (D,), (D,)

        if spec["type"] != "transformer_decoder":
            stack("encoder", spec["encoder_layers" if both else "layers"], False)
        if spec["type"] != "transformer_encoder":
            stack("decoder", spec["decoder_layers" if both else "layers"], both)
        output = "output" if spec["type"] == "transformer_encoder" else "decoder.output"
        self.tied = spec["tied"] and spec["type"] != "transformer_encoder"
        if not self.tied:
            shapes[output + ".weight"], shapes[output + ".bias"] = (D, target_vocabulary), (target_vocabulary,)
        if label:
            shapes["read_off.query.weight"] = (D, 1)
        self.output = output
        self.p = parameters(shapes, spec["scale"])

    def linear(self, name, x):
        return x @ self.p[name + ".weight"] + self.p[name + ".bias"]

    def norm(self, name, x):
        return F.layer_norm(x, (x.shape[-1],), self.p[name + ".gain"], self.p[name + ".bias"], 1e-5)

    def turned(self, x):
        """(T,K): pairs as complex numbers, times e^(i position angle)."""
        half = x.shape[1] // 2
        angle = torch.arange(len(x))[:, None] * 10000.0 ** (-torch.arange(half) / half)
        z = torch.complex(x[:, :half], x[:, half:]) * torch.polar(torch.ones_like(angle), angle)
        return torch.cat([z.real, z.imag], 1)

    def attend(self, name, x, source, causal):
        heads, outputs, weights = self.spec["heads"], [], []
        q, k, v = (self.linear(f"{name}.{part}", y).chunk(heads, 1) for part, y in zip(ATTENTION, (x, source, source)))
        for i in range(heads):
            a, b = (q[i], k[i]) if x is not source or self.spec["positions"] != "rotary" else (self.turned(q[i]), self.turned(k[i]))
            scores = a @ b.T / (math.sqrt(a.shape[1]) if self.spec["scaled"] else 1)
            if causal:
                scores = scores.masked_fill(hidden_later(len(x)), -math.inf)
            weights.append(torch.softmax(scores, 1))
            outputs.append(weights[-1] @ v[i])
        return self.linear(name + ".output", torch.cat(outputs, 1)), weights

    def part(self, norm, x, function):
        return x + function(self.norm(norm, x)) if self.spec["norm"] == "pre" else self.norm(norm, x + function(x))

    def stack(self, name, tokens, layers, causal, memory=None):
        """States (T,D), and the weights of all heads of all layers: over the source, or over the positions themselves."""
        p, D, seen = self.p, self.spec["width"], []
        x = p[name + ".embedding.table"][tokens] * math.sqrt(D)
        position = torch.arange(len(tokens))[:, None]
        if self.spec["positions"] == "sinusoidal":
            angle = position / 10000.0 ** (torch.arange(0, D, 2) / D)
            x = x + torch.stack([torch.sin(angle), torch.cos(angle)], 2).reshape(len(tokens), D)
        elif self.spec["positions"] == "learned":
            x = x + p[name + ".positions.table"][:len(tokens)]

        def watched(block, y, source, causal):
            out, weights = self.attend(block, y, source, causal)
            if (memory is None) == block.endswith("self"):
                seen.extend(weights)
            return out

        for n in range(1, layers + 1):
            layer = f"{name}.layer{n}."
            x = self.part(layer + "self_norm", x, lambda y: watched(layer + "self", y, y, causal))
            if memory is not None:
                x = self.part(layer + "cross_norm", x, lambda y: watched(layer + "cross", y, memory, False))
            inner = activation(self.spec["activation"])
            x = self.part(layer + "feed_norm", x, lambda y: self.linear(layer + "outer", inner(self.linear(layer + "inner", y))))
        return (self.norm(name + ".norm", x) if self.spec["norm"] == "pre" else x), seen

    def logits(self, x):
        return x @ self.p["decoder.embedding.table"].T if self.tied else self.linear(self.output, x)

    def translate(self, source, before):
        memory, _ = self.stack("encoder", source, self.spec["encoder_layers"], False)
        x, seen = self.stack("decoder", before, self.spec["decoder_layers"], True, memory)
        return self.logits(x), seen

    def answer(self, source):
        if self.spec["type"] == "transformer_decoder":
            x, seen = self.stack("decoder", source, self.spec["layers"], True)
        else:
            x, seen = self.stack("encoder", source, self.spec["layers"], False)
        if self.spec.get("label"):
            weights = torch.softmax(x @ self.p["read_off.query.weight"], 0).T
            x, seen = weights @ x, [weights]
        return self.logits(x), seen

    def decode(self, source):
        tokens = []
        while len(tokens) < DECODE_STEPS and tokens[-1:] != [END]:
            logits = self.translate(source, [START] + tokens)[0][-1].clone()
            logits[[PAD, START]] = -1e9
            tokens.append(int(torch.argmax(logits)))
        return tokens


def model_case(spec, form, targets, asked=None):
    spec = {"width": 4, "heads": 2, "feed_forward": 6, "positions": "sinusoidal", "norm": "post", "activation": "relu", "scaled": True,
            "tied": True, "scale": 1.0, "label": form == "label", **spec}
    model = Second(spec, SOURCE_VOCABULARY if form == "next" else TARGET_VOCABULARY)
    total, count, alignment = 0, 0, []
    for n, (source, target) in enumerate(zip(SOURCES, targets)):
        logits, seen = model.translate(source, [START] + target[:-1]) if form == "sequence" else model.answer(source)
        weight = torch.tensor(asked[n] if asked else [1] * len(target), dtype=torch.float64)
        total = total + (F.cross_entropy(logits, torch.tensor(target), reduction="none") * weight).sum()
        count += weight.sum()
        alignment.append([numbers(w) for w in seen])
    loss = total / count
    loss.backward()
    case = {"form": form, "loss": float(f"{loss.item():.12g}"), "alignment": alignment, "targets": targets,
            "gradients": {name: numbers(p.grad) for name, p in model.p.items()}, "scale": spec["scale"]}
    if asked:
        case["asked"] = asked
    if form == "sequence":
        case["tokens"] = [model.decode(s) for s in SOURCES]
    case["spec"] = {k: v for k, v in spec.items() if k not in ("scale", "label")}
    return case


def model_cases():
    setting = {"sources": SOURCES, "source_vocabulary": SOURCE_VOCABULARY, "target_vocabulary": TARGET_VOCABULARY,
               "decode_steps": DECODE_STEPS}
    both = {"type": "transformer", "encoder_layers": 1, "decoder_layers": 2}
    encoder, decoder = {"type": "transformer_encoder", "layers": 2}, {"type": "transformer_decoder", "layers": 2}
    labels = [[label] for label in LABELS]
    return [setting, model_case(both, "sequence", TARGETS),
            model_case({**both, "positions": "learned", "norm": "pre", "activation": "gelu", "tied": False}, "sequence", TARGETS),
            model_case({**both, "positions": "rotary", "scaled": False, "encoder_layers": 2, "scale": 1.2}, "sequence", TARGETS),
            model_case({**both, "positions": "none", "heads": 1, "norm": "pre"}, "sequence", TARGETS),
            model_case(encoder, "each", EACH, ASKED), model_case({**encoder, "positions": "rotary", "norm": "pre"}, "label", labels),
            model_case(decoder, "next", NEXT, ASKED), model_case({**decoder, "positions": "rotary", "norm": "pre", "activation": "gelu"}, "next", NEXT)]


if __name__ == "__main__":
    write("transformer.json", model_cases())
    write("transformer_layers.json",
          [layer_case(kind, norm, act, heads) for kind, norm, act, heads in
           (("encoder", "post", "relu", 2), ("encoder", "pre", "gelu", 1), ("language", "pre", "relu", 2), ("language", "post", "gelu", 4),
            ("decoder", "post", "relu", 2), ("decoder", "pre", "gelu", 2))])
    write("smoothed_losses.json", smoothing_cases())
