// tests/ops: random computations; see random_tape.h.
#include "random_tape.h"

#include "base/rng.h"
#include "engine/ops/ops.h"

namespace heed::test {
namespace {

constexpr int kSide = 8, kCount = kSide * kSide, kParameters = 3;
const Shape kSquare{kSide, kSide};

class Recorder {
 public:
  Recorder(RandomTape& out, std::uint64_t seed) : out_(out), random_(seed, Purpose::kTest, 31) {}

  void leaves();
  void ops(int count);
  void training();

 private:
  Tensor any() { return values_[static_cast<std::size_t>(random_.below(static_cast<int>(values_.size())))]; }
  Tensor moved(Tensor x);
  Tensor computed(Tensor x);

  RandomTape& out_;
  Random random_;
  std::vector<Tensor> values_, parameters_;
};

void Recorder::leaves() {
  for (const char* name : {"a", "b"}) {
    values_.push_back(out_.tape.input(name, kSquare));
    for (int i = 0; i < kCount; ++i) out_.feeds[name].f32.push_back(random_.uniform(-1, 1));
  }
  for (int i = 0; i < kParameters; ++i) {
    parameters_.push_back(out_.tape.external(Arena::kParameters, static_cast<std::size_t>(i * kCount), kSquare));
    values_.push_back(parameters_.back());
  }
  for (int i = 0; i < kParameters * kCount; ++i) out_.parameters.push_back(random_.uniform(-1, 1));
}

/// The same numbers in another order: copies, and slices and reshapes that a plan may turn into views.
Tensor Recorder::moved(Tensor x) {
  switch (random_.below(6)) {
    case 0:
      return transpose(reshape(reshape(x, {kCount}), kSquare));
    case 1:
      return slice(concat({x, any()}, 0), 0, random_.below(2) * kSide, kSide);
    case 2:
      return slice(concat({x, any()}, 0), 0, random_.between(1, 7), kSide);
    case 3:
      return reshape(take(stack({x, any()}, 0), 0, random_.below(2)), kSquare);
    case 4:
      return concat({slice(x, 1, 5, 3), slice(any(), 1, 0, 5)}, 1);
    default:
      return stop_gradient(x);
  }
}

Tensor Recorder::computed(Tensor x) {
  switch (random_.below(8)) {
    case 0:
      return tanh(x + any());
    case 1:
      return x * sigmoid(any());
    case 2:
      return tanh(matmul(x, any(), random_.below(2) == 0, random_.below(2) == 0));
    case 3:
      return softmax(x);
    case 4:
      return x - mean(x, random_.below(2), true);
    case 5:
      return select(any(), x, any());
    case 6:
      return tanh(broadcast(sum(x, 0), kSquare) + x);
    default:
      return affine(maximum(x, any()), 0.5f, 0.1f);
  }
}

void Recorder::ops(int count) {
  for (int i = 0; i < count; ++i) {
    const bool is_moved = random_.below(3) == 0;
    values_.push_back(is_moved ? moved(any()) : computed(any()));
    if (is_moved || random_.below(4) != 0) continue;
    out_.taps.push_back("tap" + std::to_string(i));
    tap(out_.taps.back(), values_.back());
  }
}

void Recorder::training() {
  Tensor loss = out_.tape.fill({}, 0);
  for (int i = 0; i < 4; ++i) loss = loss + sum_all(any() * values_.back());
  const std::vector<Tensor> grads = gradients(loss, parameters_);
  for (std::size_t i = 0; i < grads.size(); ++i) store(grads[i], Arena::kGradients, i * kCount);
  const Tensor all = out_.tape.external(Arena::kGradients, 0, {kParameters * kCount});
  out_.tape.output("loss", loss);
  out_.tape.output("norm", sqrt(sum_all(square(all))));
  sgd_update(all, out_.tape.fill({}, 0.01f), {0.9f, false});
}

}  // namespace

void record_random(RandomTape& out, std::uint64_t seed, int ops) {
  Recorder recorder(out, seed);
  recorder.leaves();
  recorder.ops(ops);
  recorder.training();
}

}  // namespace heed::test
