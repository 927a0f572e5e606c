#!/usr/bin/python3
"""Writes machines.json beside this file: apt-get install python3-torch python3-numpy; /usr/bin/python3 tests/golden/generate_machines.py

Second implementations of the Neural Turing Machine, the Differentiable Neural Computer and fast weights, in PyTorch and float64: one
example at a time, one memory row at a time, allocation by really sorting. Parameter number i in the order of the names is
SCALE sin(1 + i + STRIDE k).
"""
import torch
import torch.nn.functional as F

from generate import numbers, write
from generate_generic import lstm, parameters, SCALE, STRIDE

BITS, FLAGS = 2, 1
SEQUENCES = [{"source": [4, 5, 6, 7], "target": [4, 5, 6, 7], "source_values": [1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0], "target_values": [0, 1, 1, 0, 1, 1, 0, 0]},
             {"source": [7, 7, 5, 4], "target": [6, 5, 4, 4], "source_values": [1, 1, 0, 0, 0, 0, 0, 1, 1, 0, 0, 1], "target_values": [1, 0, 0, 0, 1, 0, 1, 1]}]
FORM = {"answer": "each", "source_width": BITS + FLAGS, "target_width": BITS}
ROWS, WIDTH, HIDDEN = 4, 3, 5


def steps_of(example):
    values, wanted = torch.tensor(example["source_values"], dtype=torch.float64), torch.tensor(example["target_values"], dtype=torch.float64)
    return list(zip(values.reshape(-1, BITS + FLAGS), wanted.reshape(-1, BITS)))


def linear(p, name, x):
    return x @ p[name + ".weight"] + p[name + ".bias"]


def controller_shapes(shapes, kind, seen):
    if kind == "lstm":
        shapes.update({"controller.input_weight": (seen, 4 * HIDDEN), "controller.bias": (4 * HIDDEN,), "controller.recurrent_weight": (HIDDEN, 4 * HIDDEN)})
    else:
        shapes.update({"controller.weight": (seen, HIDDEN), "controller.bias": (HIDDEN,)})


def control(p, kind, seen, state):
    if kind == "lstm":
        state = lstm(p, "controller.", seen @ p["controller.input_weight"] + p["controller.bias"], *state)
        return state[0], state
    return torch.tanh(linear(p, "controller", seen)), state


def start_state():
    return torch.zeros(HIDDEN), torch.zeros(HIDDEN)


def machine_case(kind, reads, writes, shifts, start):
    spec = {"type": "neural_turing_machine", "controller": kind, "hidden": HIDDEN, "rows": ROWS, "row_width": WIDTH, "read_heads": reads, "write_heads": writes,
            "shifts": shifts, "start": start}
    names = [f"write{n + 1}" for n in range(writes)] + [f"read{n + 1}" for n in range(reads)]
    shapes = {"memory.first": (1 if start == "alike" else ROWS, WIDTH), "reading.first": (reads * WIDTH,),
              "output.weight": (HIDDEN + reads * WIDTH, BITS), "output.bias": (BITS,)}
    controller_shapes(shapes, kind, BITS + FLAGS + reads * WIDTH)
    for name in names:
        shapes.update({f"{name}.first": (ROWS,), f"{name}.address.weight": (HIDDEN, WIDTH + 3 + 2 * shifts + 1), f"{name}.address.bias": (WIDTH + 3 + 2 * shifts + 1,)})
        if name.startswith("write"):
            for part in ("erase", "add"):
                shapes.update({f"{name}.{part}.weight": (HIDDEN, WIDTH), f"{name}.{part}.bias": (WIDTH,)})
    p, losses, taps = parameters(shapes), [], {"memory.write": [], "memory.read": [], "memory.content": []}

    def address(name, memory, h, before):
        emitted = linear(p, name + ".address", h)
        key, beta = torch.tanh(emitted[:WIDTH]), F.softplus(emitted[WIDTH])
        gate, gamma, s = torch.sigmoid(emitted[WIDTH + 1]), 1 + F.softplus(emitted[WIDTH + 2]), torch.softmax(emitted[WIDTH + 3:], 0)
        likeness = torch.stack([row @ key / (torch.sqrt(row @ row + 1e-12) * torch.sqrt(key @ key + 1e-12) + 1e-6) for row in memory])
        gated = gate * torch.softmax(beta * likeness, 0) + (1 - gate) * before
        shifted = torch.stack([sum(gated[(i - j) % ROWS] * s[j + shifts] for j in range(-shifts, shifts + 1)) for i in range(ROWS)])
        power = (shifted + 1e-12) ** gamma
        return power / power.sum()

    for example in SEQUENCES:
        memory, reading, state = [p["memory.first"][0 if start == "alike" else i] for i in range(ROWS)], p["reading.first"], start_state()
        w = {name: torch.softmax(p[name + ".first"], 0) for name in names}
        kept = {name: [] for name in names}
        contents = []
        for x, wanted in steps_of(example):
            h, state = control(p, kind, torch.cat([x, reading]), state)
            readings = []
            for name in names:
                w[name] = address(name, memory, h, w[name])
                kept[name].append(w[name])
                if name.startswith("write"):
                    erase, add = torch.sigmoid(linear(p, name + ".erase", h)), torch.tanh(linear(p, name + ".add", h))
                    memory = [row * (1 - w[name][i] * erase) + w[name][i] * add for i, row in enumerate(memory)]
                else:
                    readings.append(sum(w[name][i] * row for i, row in enumerate(memory)))
            reading = torch.cat(readings)
            contents.append(torch.stack(memory))
            losses.append(F.binary_cross_entropy_with_logits(linear(p, "output", torch.cat([h, reading])), wanted))
        taps["memory.content"].append(torch.stack(contents))
        for tap, prefix in (("memory.write", "write"), ("memory.read", "read")):
            taps[tap].append(torch.stack([torch.stack(kept[name]) for name in names if name.startswith(prefix)]))
    return finish_machine(spec, FORM, SEQUENCES, p, losses, taps)


def computer_case(kind, reads):
    spec = {"type": "differentiable_neural_computer", "controller": kind, "hidden": HIDDEN, "rows": ROWS, "row_width": WIDTH, "read_heads": reads}
    shapes = {"output.weight": (HIDDEN + reads * WIDTH, BITS), "output.bias": (BITS,), "write1.address.weight": (HIDDEN, WIDTH + 3), "write1.address.bias": (WIDTH + 3,)}
    controller_shapes(shapes, kind, BITS + FLAGS + reads * WIDTH)
    for part in ("erase", "vector"):
        shapes.update({f"write1.{part}.weight": (HIDDEN, WIDTH), f"write1.{part}.bias": (WIDTH,)})
    for n in range(reads):
        shapes.update({f"read{n + 1}.address.weight": (HIDDEN, WIDTH + 5), f"read{n + 1}.address.bias": (WIDTH + 5,)})
    names = ["memory.write", "memory.read", "memory.content", "memory.usage", "memory.allocation", "memory.link", "memory.modes"]
    p, losses, taps = parameters(shapes), [], {name: [] for name in names}
    zeros = torch.zeros

    def by_content(memory, key, beta):
        return torch.softmax(beta * torch.stack([row @ key / (torch.sqrt(row @ row + 1e-6) * torch.sqrt(key @ key + 1e-6)) for row in memory]), 0)

    for example in SEQUENCES:
        memory, usage, precedence, link, written = zeros(ROWS, WIDTH), zeros(ROWS), zeros(ROWS), zeros(ROWS, ROWS), zeros(ROWS)
        read, reading, state = [zeros(ROWS)] * reads, zeros(reads * WIDTH), start_state()
        kept = {name: [] for name in names}
        for x, wanted in steps_of(example):
            h, state = control(p, kind, torch.cat([x, reading]), state)
            heads = [linear(p, f"read{n + 1}.address", h) for n in range(reads)]
            retention = torch.ones(ROWS)
            for n in range(reads):
                retention = retention * (1 - torch.sigmoid(heads[n][WIDTH + 1]) * read[n])
            usage = (usage + written - usage * written) * retention
            order = sorted(range(ROWS), key=lambda i: float(usage[i]) + 1e-5 * i)  # of equally used rows the first
            allocation, product = [None] * ROWS, torch.ones(())
            for i in order:
                allocation[i] = (1 - usage[i]) * product
                product = product * torch.clamp(usage[i], min=1e-12)
            allocation = torch.stack(allocation)
            emitted = linear(p, "write1.address", h)
            content = by_content(memory, emitted[:WIDTH], 1 + F.softplus(emitted[WIDTH]))
            by_allocation, writes = torch.sigmoid(emitted[WIDTH + 1]), torch.sigmoid(emitted[WIDTH + 2])
            written = writes * (by_allocation * allocation + (1 - by_allocation) * content)
            memory = memory * (1 - torch.outer(written, torch.sigmoid(linear(p, "write1.erase", h)))) + torch.outer(written, linear(p, "write1.vector", h))
            link = torch.stack([torch.stack([(1 - written[i] - written[j]) * link[i][j] + written[i] * precedence[j] if i != j else torch.zeros(())
                                             for j in range(ROWS)]) for i in range(ROWS)])
            precedence = (1 - written.sum()) * precedence + written
            modes = []
            for n in range(reads):
                mode = torch.softmax(heads[n][WIDTH + 2:], 0)
                found = by_content(memory, heads[n][:WIDTH], 1 + F.softplus(heads[n][WIDTH]))
                read[n] = mode[0] * (link.T @ read[n]) + mode[1] * found + mode[2] * (link @ read[n])
                modes.append(mode)
            reading = torch.cat([w @ memory for w in read])
            losses.append(F.binary_cross_entropy_with_logits(linear(p, "output", torch.cat([h, reading])), wanted))
            for name, value in zip(names, (written, torch.stack(read), memory, usage, allocation, link, torch.stack(modes))):
                kept[name].append(value)
            read = list(read)
        for name in names:
            together = torch.stack(kept[name])
            taps[name].append(together.transpose(0, 1) if name in ("memory.read", "memory.modes") else together)
    return finish_machine(spec, FORM, SEQUENCES, p, losses, taps)


QUESTIONS = [{"source": [4, 7, 5, 8, 9, 9, 4], "target": [5]}, {"source": [6, 8, 7, 9, 9, 5, 6], "target": [4]}]


def fast_case(inner, layer_norm, decay, rate, computed):
    V, VT, E, H, R = 10, 7, 4, 5, 6
    spec = {"type": "fast_weights", "embedding": E, "hidden": H, "inner_steps": inner, "decay": decay, "rate": rate, "layer_norm": layer_norm, "computed": computed,
            "readout": R}
    shapes = {"encoder.embedding.table": (V, E), "cell.input.weight": (E, H), "cell.recurrent_weight": (H, H), "readout.weight": (H, R), "readout.bias": (R,),
              "output.weight": (R, VT), "output.bias": (VT,)}
    if layer_norm:
        shapes.update({"cell.norm.gain": (H,), "cell.norm.bias": (H,)})
    p, losses, taps = parameters(shapes, 0.5), [], {"encoder.states": []}
    for example in QUESTIONS:
        h, A, states = torch.zeros(H), torch.zeros(H, H), []
        for token in example["source"]:
            z = h @ p["cell.recurrent_weight"] + p["encoder.embedding.table"][token] @ p["cell.input.weight"]
            h = torch.relu(z)
            for _ in range(inner):
                total = z + A @ h
                h = torch.relu(F.layer_norm(total, (H,), p["cell.norm.gain"], p["cell.norm.bias"], 1e-5) if layer_norm else total)
            A = decay * A + rate * torch.outer(h, h)
            states.append(h)
        taps["encoder.states"].append(torch.stack(states))
        logits = linear(p, "output", torch.relu(linear(p, "readout", h)))
        losses.append(-F.log_softmax(logits, 0)[example["target"][0]])
    return finish_machine(spec, {"answer": "label"}, QUESTIONS, p, losses, taps)


def finish_machine(spec, form, examples, p, losses, taps):
    loss = sum(losses) / len(losses)
    loss.backward()
    return {"spec": spec, "form": form, "examples": examples, "loss": float(f"{loss.item():.12g}"),
            "gradients": {name: numbers(t.grad) for name, t in p.items()}, "taps": {name: numbers(torch.stack(values)) for name, values in taps.items()}}


if __name__ == "__main__":
    torch.set_default_dtype(torch.float64)
    write("machines.json", [{"scale": SCALE, "stride": STRIDE, "small_scale": 0.5},
                            machine_case("feed_forward", 1, 1, 1, "alike"), machine_case("lstm", 2, 2, 1, "own"),
                            computer_case("feed_forward", 1), computer_case("lstm", 2),
                            fast_case(1, True, 0.95, 0.5, "matrix"), fast_case(3, True, 0.5, 0.25, "attention"), fast_case(2, False, 0.5, 0.25, "matrix")])
