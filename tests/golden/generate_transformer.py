#!/usr/bin/python3
"""Writes the Transformer's golden values beside this file: /usr/bin/python3 tests/golden/generate_transformer.py (needs what generate.py needs)

Layers are PyTorch's own (torch.nn.TransformerEncoderLayer, TransformerDecoderLayer, in float64). The whole models are put together
here from those layers, one example at a time, with no batch, no padding and no cache: what comes next is always computed anew from
the start. Parameters are named as in the C++ code and are transposed into PyTorch's layout.
"""
import math

import torch
import torch.nn.functional as F

from generate import END, PAD, SCALE, START, STRIDE, fill, numbers, write

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


def parameters(shapes, scale, stride):
    return {name: fill(1 + i, *shapes[name], scale=scale, stride=stride).requires_grad_(True) for i, name in enumerate(sorted(shapes))}


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
    p = parameters(layer_shapes("", sizes, kind == "decoder"), 0.8, STRIDE)
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


if __name__ == "__main__":
    write("transformer_layers.json",
          [layer_case(kind, norm, act, heads) for kind, norm, act, heads in
           (("encoder", "post", "relu", 2), ("encoder", "pre", "gelu", 1), ("language", "pre", "relu", 2), ("language", "post", "gelu", 4),
            ("decoder", "post", "relu", 2), ("decoder", "pre", "gelu", 2))])
    write("smoothed_losses.json", smoothing_cases())
