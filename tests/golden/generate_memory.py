#!/usr/bin/python3
"""Writes memory.json beside this file: apt-get install python3-torch python3-numpy; /usr/bin/python3 tests/golden/generate_memory.py

Second implementations of end-to-end memory networks, key-value memories and memory networks, in PyTorch and float64, one story at a
time: no batch, no padding, no masks; stories are Python lists. Parameter number i in the order of the names is
SCALE sin(1 + i + STRIDE k).
"""
import torch
import torch.nn.functional as F

from generate import numbers, write
from generate_generic import SCALE, STRIDE, finish, parameters

V, W, Q = 9, 4, 3
STORIES = [{"words": [[4, 5, 6], [7, 5, 8, 6], [4, 8], [7, 4, 6]], "query": [4, 6], "target": [8], "support": [1, 3]},
           {"words": [[6, 5], [8, 4, 7], [5, 6, 7]], "query": [5, 8, 7], "target": [4], "support": [2, 0]},
           {"words": [[7, 8, 4, 5]], "query": [6], "target": [5], "support": [0]}]
for story in STORIES:
    story["source"] = [sentence[0] for sentence in story["words"]]
FORM = {"answer": "label", "query": Q, "words": W, "support": 2}


def place_weights(order, J, d):
    """Row j, column k."""
    if order == "bag":
        return torch.ones(J, d)
    if order == "paper":
        return torch.tensor([[(1 - j / J) - (k / d) * (1 - 2 * j / J) for k in range(1, d + 1)] for j in range(1, J + 1)])
    return torch.tensor([[1 + 4 * (k - (d + 1) / 2) * (j - (J + 1) / 2) / (d * J) for k in range(1, d + 1)] for j in range(1, J + 1)])


def bag(table, words, order="bag", J=W):
    weights = place_weights(order, J, table.shape[1])
    return sum(weights[j] * table[word] for j, word in enumerate(words))


def end_to_end_case(hops, tying, order, times, linear_steps):
    d, layer_wise = 4, tying == "layer_wise"
    spec = {"type": "end_to_end_memory", "hops": hops, "embedding": d, "tying": tying, "order": order, "times": times, "time_noise": 0.0,
            "linear_steps": linear_steps}
    names = ["memory.a1"] + [f"memory.c{k + 1}" for k in range(1 if layer_wise else hops)]
    shapes = {name + part: (V, d) if part == ".table" else (times, d) for name in names for part in (".table", ".times")}
    if layer_wise:
        shapes.update({"question.table": (V, d), "memory.turn": (d, d), "output.weight": (d, V)})
    if linear_steps:
        shapes["linear_start"] = (1,)
    p = parameters(shapes)
    losses, rows = [], []
    for story in STORIES:
        count = len(story["words"])

        def memory(name):
            return torch.stack([bag(p[name + ".table"], words, order) + p[name + ".times"][min(count - 1 - i, times - 1)]
                                for i, words in enumerate(story["words"])])
        u = bag(p["question.table" if layer_wise else "memory.a1.table"], story["query"], order, Q)
        for k in range(hops):
            m, c = (memory(names[0]), memory(names[1])) if layer_wise else (memory(names[k]), memory(names[k + 1]))
            scores = m @ u
            a = torch.softmax(scores, 0)
            rows.append(a)
            share = p["linear_start"].detach() if linear_steps else 0
            o = (a + share * (scores - a)) @ c
            u = (u @ p["memory.turn"] if layer_wise else u) + o
        logits = u @ p["output.weight"] if layer_wise else p[names[-1] + ".table"] @ u
        losses.append(-F.log_softmax(logits, 0)[story["target"][0]])
    p.pop("linear_start", None)
    return finish(spec, FORM, STORIES, p, losses, rows)


def key_value_case(hops, tables, keys, values, order, hashing, key_order="bag"):
    d, centre = 4, (W - 1) // 2
    spec = {"type": "key_value_memory", "hops": hops, "embedding": d, "keys": keys, "values": values, "tables": tables, "hashing": hashing, "order": order,
            "key_order": key_order}
    shapes = {"keys.table": (V, d)}
    if tables == "separate":
        shapes["values.table"] = (V, d)
    shapes.update({f"hop{j + 1}.turn": (d, d) for j in range(hops)})
    p = parameters(shapes)
    value_table = p["values.table"] if tables == "separate" else p["keys.table"]
    losses, rows = [], []
    zero = torch.zeros(d)
    for story in STORIES:
        of_key = [words[:-1] if keys == "beginning" else words for words in story["words"]]
        of_value = [words[-1:] if values == "last" else words[centre:centre + 1] if values == "centre" else words for words in story["words"]]
        weights = place_weights(key_order, W, d)
        k = torch.stack([zero + sum(weights[j] * p["keys.table"][word] for j, word in enumerate(words) if keys != "around" or j != centre)
                         for words in of_key])
        v = torch.stack([bag(value_table, words) + zero for words in of_value])
        chosen = list(range(len(of_key)))
        if hashing == "rare":
            rare = [w for w in story["query"] if sum(w in words for words in of_key) * 2 <= len(of_key)]
            chosen = [i for i in chosen if any(w in of_key[i] for w in rare)] or chosen
        q = bag(p["keys.table"], story["query"], order, Q)
        for j in range(hops):
            a = torch.zeros(len(of_key))
            a[chosen] = torch.softmax(k[chosen] @ q, 0)
            rows.append(a)
            q = (q + a @ v) @ p[f"hop{j + 1}.turn"]
        losses.append(-F.log_softmax(value_table @ q, 0)[story["target"][0]])
    return finish(spec, FORM, STORIES, p, losses, rows)


def memory_network_case(output, response, times, supports, margin=0.4, word_margin=0.3):
    n = 4
    output_part = {"type": output, "supports": supports} | ({"margin": margin} if output == "hard" else {})
    response_part = {"type": response} | ({"margin": word_margin} if response == "ranking" else {})
    spec = {"type": "memory_network", "input": {"type": "bag", "embedding": n, "times": "yes" if times else "no"}, "generalisation": {"type": "next"},
            "output": output_part, "response": response_part}
    shapes = {"output.question.table": (V, n), "output.memory.table": (V, n), "response.question.table": (V, n), "response.found.table": (V, n),
              "response.word.table": (V, n)}
    if supports > 1:
        shapes["output.found.table"] = (V, n)
    if times:
        shapes["output.times.table"] = (2, n)
    p, losses, rows, objectives = parameters(shapes), [], [], []

    def compare(x, last, y, i, j):
        """s_Ot(x, y_i, y_j)."""
        s = x @ (bag(p["output.memory.table"], y[i]) - bag(p["output.memory.table"], y[j]))
        if times:
            older, after = p["output.times.table"]
            s = s + (x @ older) * ((i < j) - (i > j))
            if last is not None:
                s = s + (x @ after) * ((i > last) * 1 - (j > last) * 1)
        return s

    def word_ranking(scored, answer):
        return sum(torch.relu(word_margin - scored[answer] + scored[w]) for w in range(V) if w != answer)

    for story in STORIES:
        y, answer = story["words"], story["target"][0]
        # What it does: one memory after the other against the winner so far.
        x, reading, open_ones, last = bag(p["output.question.table"], story["query"]), bag(p["response.question.table"], story["query"]), list(range(len(y))), None
        for k in range(supports):
            if output == "hard":
                a = torch.zeros(len(y))
                if open_ones:
                    best = open_ones[0]
                    for i in open_ones[1:]:
                        if compare(x, last, y, i, best) > 0:
                            best = i
                    a[best] = 1
                    open_ones.remove(best)
                    last = best
            else:
                assert supports == 1 or not times
                energies = [x @ bag(p["output.memory.table"], words) for words in y]
                if times:
                    energies = [e + (x @ p["output.times.table"][0]) * (len(y) - 1 - i - i) for i, e in enumerate(energies)]
                a = torch.softmax(torch.stack(energies), 0)
            rows.append(a.detach())
            reading = reading + sum(a[i] * bag(p["response.found.table"], words) for i, words in enumerate(y))
            if k + 1 < supports:
                x = x + sum(a[i] * bag(p["output.found.table"], words) for i, words in enumerate(y))
        scored = p["response.word.table"] @ reading
        losses.append(-F.log_softmax(scored, 0)[answer])
        if output == "soft":
            objectives.append(word_ranking(scored, answer) if response == "ranking" else losses[-1])
            continue
        # What it is taught: the supporting facts ahead of all others.
        total, x, reading, last, found = 0, bag(p["output.question.table"], story["query"]), bag(p["response.question.table"], story["query"]), None, []
        for fact in story["support"][:supports]:
            total = total + sum(torch.relu(margin - compare(x, last, y, fact, j)) for j in range(len(y)) if j != fact and j not in found)
            reading = reading + bag(p["response.found.table"], y[fact])
            if supports > 1:
                x = x + bag(p["output.found.table"], y[fact])
            last = fact
            found.append(fact)
        scored = p["response.word.table"] @ reading
        objectives.append(total + (word_ranking(scored, answer) if response == "ranking" else -F.log_softmax(scored, 0)[answer]))
    loss, objective = sum(losses) / len(losses), sum(objectives) / len(objectives)
    objective.backward()
    return {"spec": spec, "form": FORM, "examples": STORIES, "loss": float(f"{loss.item():.12g}"), "objective": float(f"{objective.item():.12g}"),
            "gradients": {name: numbers(t.grad) for name, t in p.items() if t.grad is not None}, "alignment": [numbers(row) for row in rows]}


if __name__ == "__main__":
    write("memory.json", [{"scale": SCALE, "stride": STRIDE, "vocabulary": V},
                          end_to_end_case(2, "adjacent", "published", 3, 0), end_to_end_case(3, "layer_wise", "paper", 5, 0),
                          end_to_end_case(1, "adjacent", "bag", 5, 0), end_to_end_case(2, "adjacent", "paper", 5, 7),
                          key_value_case(1, "separate", "beginning", "last", "published", "none"),
                          key_value_case(3, "shared", "whole", "whole", "bag", "none"),
                          key_value_case(2, "separate", "beginning", "last", "published", "rare"),
                          key_value_case(1, "separate", "around", "centre", "bag", "none", "published"),
                          memory_network_case("hard", "ranking", True, 2), memory_network_case("hard", "likelihood", False, 1),
                          memory_network_case("soft", "ranking", True, 1), memory_network_case("soft", "likelihood", False, 2)])
