// nn: see addressing.h.
#include "nn/addressing.h"

#include <vector>

namespace heed {
namespace {

constexpr float kLeastNorm = 1e-6f;
constexpr float kLeastWeight = 1e-12f;

/// (B,N) -> (B,N,1)
Tensor column(Tensor x) { return reshape(x, {x.shape()[0], x.shape()[1], 1}); }
/// (B,W) -> (B,1,W)
Tensor row(Tensor x) { return reshape(x, {x.shape()[0], 1, x.shape()[1]}); }

}  // namespace

Tensor softplus(Tensor x) {
  // max(x, 0) + log(1 + e^-|x|): no overflow on either side.
  const Tensor positive = relu(x);
  return positive + log(exp(x - 2.0f * positive) + 1.0f);
}

Tensor cosine_similarity(Tensor memory, Tensor key) {
  const int B = memory.shape()[0], N = memory.shape()[1];
  const Tensor products = reshape(matmul(memory, reshape(key, {B, key.shape()[1], 1})), {B, N});
  const auto norm = [](Tensor squares) { return sqrt(squares + kLeastNorm * kLeastNorm); };
  return products / (norm(sum(square(memory), 2)) * norm(sum(square(key), 1, true)) + kLeastNorm);
}

Tensor circular_shift(Tensor w, Tensor s) {
  const int N = w.shape()[1], reach = s.shape()[1] / 2;
  Tensor out;
  for (int j = -reach; j <= reach; ++j) {
    const int by = (j % N + N) % N;  // w(i - j): the last `by` come first
    const Tensor moved = by == 0 ? w : concat({slice(w, 1, N - by, by), slice(w, 1, 0, N - by)}, 1);
    const Tensor part = moved * slice(s, 1, j + reach, 1);
    out = out ? out + part : part;
  }
  return out;
}

Tensor sharpen(Tensor w, Tensor gamma) { return softmax(gamma * log(w + kLeastWeight)); }

Address find_address(Tensor memory, const AddressRequest& request, Tensor previous) {
  Address at;
  at.content = softmax(request.strength * cosine_similarity(memory, request.key));
  at.gated = previous + request.gate * (at.content - previous);
  at.shifted = circular_shift(at.gated, request.shift);
  at.sharpened = sharpen(at.shifted, request.sharpening);
  return at;
}

Tensor read_memory(Tensor memory, Tensor w) {
  return reshape(matmul(row(w), memory), {memory.shape()[0], memory.shape()[2]});
}

Tensor write_memory(Tensor memory, Tensor w, Tensor erase, Tensor add) {
  const Tensor at = column(w);
  return memory * (1.0f - at * row(erase)) + at * row(add);
}

AddressHead::AddressHead(ParameterSet& parameters, const std::string& name, int in, int width, int shifts, bool sharp)
    : width_(width), shifts_(shifts), sharp_(sharp), map_(parameters, name, in, width + 3 + 2 * shifts + 1, Bias::kZeros) {}

AddressRequest AddressHead::operator()(Graph& graph, Tensor h) const {
  const Tensor all = map_(graph, h);
  int at = 0;
  const auto next = [&](int extent) {
    at += extent;
    return slice(all, 1, at - extent, extent);
  };
  AddressRequest request;
  request.key = tanh(next(width_));
  const Tensor strength = next(1);
  request.strength = softplus(sharp_ ? strength + kSharpHabit : strength);
  request.gate = sigmoid(next(1));
  request.sharpening = softplus(next(1)) + 1.0f;
  request.shift = softmax(next(2 * shifts_ + 1));
  return request;
}

WriteHead::WriteHead(ParameterSet& parameters, const std::string& name, int in, int width)
    : erase_(parameters, name + ".erase", in, width, Bias::kZeros), add_(parameters, name + ".add", in, width, Bias::kZeros) {}

WriteHead::Change WriteHead::operator()(Graph& graph, Tensor h) const { return {sigmoid(erase_(graph, h)), tanh(add_(graph, h))}; }

Provenance::Provenance(Tape& tape, int batch, int rows, int steps) : steps_(steps), share_(tape.fill({batch, rows, steps}, 0)) {}

void Provenance::write(int t, Tensor w, Tensor erase, Tensor add) {
  const Tensor at = column(w);
  const Tensor kept = 1.0f - at * reshape(mean(erase, 1, true), {w.shape()[0], 1, 1});
  const Tensor most = max(maximum(add, -add), 1, true);
  const Tensor written = 1.0f - relu(1.0f - most);  // at most 1
  share_ = share_ * kept + pad(column(w * written), 2, t, steps_);
}

Tensor Provenance::read(Tensor w) const {
  const Tensor shares = reshape(matmul(row(w), share_), {w.shape()[0], steps_});
  const Tensor total = sum(shares, 1, true);
  return shares / maximum(total, total.tape->fill({}, 1));
}

}  // namespace heed
