// engine/plan: sums with matrix products among their terms. Each product is computed onto what has been added up so far
// (kMatmulAdd), so that gradients of shared weights, residual streams and biases cost no pass of their own. See fuse.h.
#include <algorithm>

#include "engine/ops/op.h"
#include "engine/plan/fuse.h"

namespace heed {
namespace {

std::size_t index(int id) {
  return static_cast<std::size_t>(id);
}

/// One product of a sum, and what is added to it; numbers of nodes, -1 for none.
struct Step {
  int product = -1, addend = -1, row = -1;
};

class SumFinder {
 public:
  SumFinder(const Tape& tape, const std::vector<int>& wanted)
      : tape_(tape),
        use_(usage_of(tape, wanted)),
        skipped_(use_.live.size(), 0),
        after_(use_.live.size()),
        rest_(use_.live.size()) {
    for (std::size_t id = use_.live.size(); id-- > 0;) {
      if (use_.live[id] && !skipped_[id] && is_sum(tape.node(static_cast<int>(id)))) take(static_cast<int>(id));
    }
  }

  bool runs(std::size_t id) const { return use_.live[id] && !skipped_[id]; }
  /// Products to be computed once this node is there.
  const std::vector<Step>& after(std::size_t id) const { return after_[id]; }
  /// For a sum: the last of its products, then the terms still to be added; empty for every other node.
  const std::vector<int>& rest(std::size_t id) const { return rest_[id]; }

 private:
  static bool is_sum(const Node& node) { return node.op == OpKind::kAdd && node.dtype == DType::kF32; }

  /// Nobody but the sum reads it, and no effect lies between: it may be computed elsewhere.
  bool is_own(int id, int root) const {
    return use_.readers[index(id)] == 1 && use_.effects_before[index(id)] == use_.effects_before[index(root)];
  }

  /// The product that this term is, perhaps in another shape; -1 when it is none.
  int product_of(int term, int root) const {
    if (!(tape_.node(term).shape == tape_.node(root).shape) || !is_own(term, root)) return -1;
    const bool reshaped = tape_.node(term).op == OpKind::kReshape;
    const int id = reshaped ? tape_.node(term).inputs[0] : term;
    return tape_.node(id).op == OpKind::kMatmul && is_own(id, root) ? id : -1;
  }

  /// The terms of the sum, through every inner sum that nobody else reads; marks the inner ones.
  std::vector<int> terms_of(int root, std::vector<int>& inner) const {
    std::vector<int> terms, open{root};
    while (!open.empty()) {
      const int sum = open.back();
      open.pop_back();
      for (int input : tape_.node(sum).inputs) {
        const bool goes_on =
            is_sum(tape_.node(input)) && tape_.node(input).shape == tape_.node(root).shape && is_own(input, root);
        (goes_on ? open : terms).push_back(input);
        if (goes_on) inner.push_back(input);
      }
    }
    return terms;
  }

  /// Takes from `terms` what can be added to the product: a value of its size or one row of it.
  int take_addend(std::vector<int>& terms, int product, bool row) const {
    const Shape& shape = tape_.node(product).shape;
    const auto fits = [&](int id) {
      const Node& node = tape_.node(id);
      if (id > product && !node.inputs.empty()) return false;
      return row ? node.shape == Shape{shape[-1]} : node.shape.count() == shape.count() && node.shape.rank() > 1;
    };
    const auto found = std::ranges::find_if(terms, fits);
    if (found == terms.end()) return -1;
    const int id = *found;
    terms.erase(found);
    return id;
  }

  void take(int root) {
    std::vector<int> inner, products;
    std::vector<int> terms = terms_of(root, inner);
    const auto is_other = [&](int term) {
      const int product = product_of(term, root);
      if (product < 0) return true;
      products.push_back(product);
      if (product != term) inner.push_back(term);
      return false;
    };
    std::erase_if(terms, [&](int term) { return !is_other(term); });
    if (products.empty()) return;
    std::ranges::sort(products);
    for (int id : inner) skipped_[index(id)] = 1;
    int sum = -1, when = 0;
    for (int product : products) {
      Step step{product, sum, -1};
      if (sum < 0) step.addend = take_addend(terms, product, false);
      step.row = tape_.node(root).shape[-1] == tape_.node(product).shape[-1] ? take_addend(terms, product, true) : -1;
      when = std::max({when, product, step.addend, step.row});
      skipped_[index(product)] = 1;
      after_[index(when)].push_back(step);
      sum = product;
    }
    rest_[index(root)].push_back(sum);
    rest_[index(root)].insert(rest_[index(root)].end(), terms.begin(), terms.end());
  }

  const Tape& tape_;
  Usage use_;
  std::vector<char> skipped_;
  std::vector<std::vector<Step>> after_;
  std::vector<std::vector<int>> rest_;
};

}  // namespace

Rewritten add_onto_products(const Tape& tape, const std::vector<int>& wanted) {
  const SumFinder found(tape, wanted);
  Rewritten out{std::make_unique<Tape>(), std::vector<int>(tape.nodes().size(), -1)};
  const auto now = [&](int id) { return Tensor{out.tape.get(), out.now[index(id)]}; };
  const auto shaped = [&](Tensor x, const Shape& shape) {
    return x.shape() == shape ? x : out.tape->emit(OpKind::kReshape, {x}, ShapeAttrs{shape});
  };
  for (std::size_t id = 0; id < tape.nodes().size(); ++id) {
    const Node& node = tape.nodes()[id];
    if (found.runs(id) && found.rest(id).empty()) {
      std::vector<Tensor> inputs;
      for (int input : node.inputs) inputs.push_back(now(input));
      out.now[id] = out.tape->repeat(node, inputs).id;
    } else if (found.runs(id)) {
      Tensor sum = shaped(now(found.rest(id)[0]), node.shape);
      for (std::size_t i = 1; i < found.rest(id).size(); ++i)
        sum = out.tape->emit(OpKind::kAdd, {sum, now(found.rest(id)[i])});
      out.now[id] = sum.id;
    }
    for (const auto& [product, addend, row] : found.after(id)) {
      const Node& made = tape.node(product);
      std::vector<Tensor> inputs{now(made.inputs[0]), now(made.inputs[1])};
      if (addend >= 0) inputs.push_back(shaped(now(addend), made.shape));
      if (row >= 0) inputs.push_back(now(row));
      out.now[index(product)] =
          out.tape->emit(inputs.size() == 2 ? OpKind::kMatmul : OpKind::kMatmulAdd, inputs, made.attrs).id;
    }
  }
  return out;
}

}  // namespace heed
