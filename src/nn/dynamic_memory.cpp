// nn: see dynamic_memory.h.
#include "nn/dynamic_memory.h"

namespace heed {
namespace {

constexpr float kLeastSquare = 1e-6f;
constexpr float kLeastUsage = 1e-12f;

/// (N,N), 1 below the diagonal: row j comes before row i.
Tensor comes_before(Tape& tape, int rows) {
  std::vector<float> values;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < rows; ++j) values.push_back(j < i ? 1.0f : 0.0f);
  return tape.constant({rows, rows}, values);
}

/// What is added to usages before they are compared: (1,N).
Tensor in_order(Tape& tape, int rows) {
  constexpr float kApart = 1e-5f;
  std::vector<float> values;
  for (int i = 0; i < rows; ++i) values.push_back(kApart * static_cast<float>(i));
  return tape.constant({1, rows}, values);
}

Tensor off_diagonal(Tape& tape, int rows) {
  std::vector<float> values;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < rows; ++j) values.push_back(j == i ? 0.0f : 1.0f);
  return tape.constant({rows, rows}, values);
}

Tensor upright(Tensor w) { return reshape(w, {w.shape()[0], w.shape()[1], 1}); }
Tensor lying(Tensor w) { return reshape(w, {w.shape()[0], 1, w.shape()[1]}); }

}  // namespace

Tensor content_weights(Tensor memory, Tensor key, Tensor strength) {
  const int B = memory.shape()[0], N = memory.shape()[1];
  const auto norm = [](Tensor squares) { return sqrt(squares + kLeastSquare); };
  const Tensor products = reshape(matmul(memory, upright(key)), {B, N});
  return softmax(strength * (products / (norm(sum(square(memory), 2)) * norm(sum(square(key), 1, true)))));
}

Tensor retention(const std::vector<Tensor>& free_gates, const std::vector<Tensor>& read) {
  Tensor kept;
  for (std::size_t i = 0; i < read.size(); ++i) {
    const Tensor one = 1.0f - free_gates[i] * read[i];
    kept = kept ? kept * one : one;
  }
  return kept;
}

Tensor usage_after(Tensor usage, Tensor written, Tensor retention) { return (usage + written - usage * written) * retention; }

Tensor allocation(Tensor usage) {
  const int B = usage.shape()[0], N = usage.shape()[1];
  const Tensor order = usage + in_order(*usage.tape, N);
  const Tensor mine = upright(order), others = lying(order);
  const Tensor first = greater(mine, others) + equal(mine, others) * comes_before(*usage.tape, N);  // (B,N,N)
  const Tensor logs = log(maximum(usage, usage.tape->fill({}, kLeastUsage)));
  return (1.0f - usage) * exp(reshape(matmul(first, upright(logs)), {B, N}));
}

Tensor precedence_after(Tensor precedence, Tensor written) { return (1.0f - sum(written, 1, true)) * precedence + written; }

Tensor links_after(Tensor links, Tensor precedence, Tensor written) {
  const Tensor into = upright(written), from = lying(written);
  return ((1.0f - into - from) * links + into * lying(precedence)) * off_diagonal(*links.tape, links.shape()[1]);
}

Tensor follow_forward(Tensor links, Tensor w) { return reshape(matmul(links, upright(w)), w.shape()); }
Tensor follow_backward(Tensor links, Tensor w) { return reshape(matmul(links, upright(w), true), w.shape()); }

}  // namespace heed
