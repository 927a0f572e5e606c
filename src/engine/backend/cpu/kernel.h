// engine/backend/cpu: what a kernel is. A maker looks at one call's shapes and pointers once, at prepare, and returns
// the function that runs at every submission. The output never overlaps an input (the plan sees to that), except for
// effects on arenas; a chain's or matmul_add's may be what it reads element by element.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <functional>
#include <vector>

#include "engine/tape/tape.h"

namespace heed::cpu {

struct Operand {
  void* data = nullptr;
  Shape shape;
  DType dtype = DType::kF32;

  float* f32() const { return static_cast<float*>(data); }
  std::int32_t* i32() const { return static_cast<std::int32_t*>(data); }
};

inline constexpr int kArenaCount = static_cast<int>(Arena::kCount);

struct Call {
  const Attrs& attrs;
  Operand out;
  std::vector<Operand> in;
  std::array<float*, kArenaCount> arenas{};

  float* arena(Arena which) const { return arenas[static_cast<std::size_t>(which)]; }
};

struct Submission {
  std::uint64_t seed = 0;
};

/// What a kernel is called with: the units [begin, end) of its work, and memory of its own while it runs.
struct Work {
  const Submission& submission;
  std::size_t begin = 0, end = 1;
  float* scratch = nullptr;  ///< Kernel::scratch_elems floats from a cache line's start, with no meaning in them
};

/// What runs at every submission. Its work comes in `units` that know nothing of each other: threads run any ranges of them in any
/// order, and the result, bit for bit, is the same for every way of cutting. Each unit should last at least a microsecond.
struct Kernel {
  Kernel() = default;
  /// A kernel that is not divided.
  template <class F>
    requires std::invocable<F, const Submission&>
  Kernel(F whole) : run([whole](const Work& work) { whole(work.submission); }) {}
  Kernel(std::size_t unit_count, double nanoseconds, std::function<void(const Work&)> work, std::size_t scratch = 0)
      : run(std::move(work)), units(unit_count), cost_ns(nanoseconds), scratch_elems(scratch) {}

  /// All of it, on this thread.
  void operator()(const Submission& submission, float* scratch) const { run({submission, 0, units, scratch}); }

  std::function<void(const Work&)> run;
  std::size_t units = 1;
  double cost_ns = 0;  ///< roughly how long all units take one thread; decides whether threads pay
  std::size_t scratch_elems = 0;
};
using KernelMaker = Kernel (*)(const Call&);

/// Null for leaves, which need no kernel, and for an op that this backend lacks.
KernelMaker find_kernel(OpKind op);

// elementwise.cpp
Kernel make_neg(const Call& call);
Kernel make_exp(const Call& call);
Kernel make_log(const Call& call);
Kernel make_sqrt(const Call& call);
Kernel make_square(const Call& call);
Kernel make_tanh(const Call& call);
Kernel make_sigmoid(const Call& call);
Kernel make_erf(const Call& call);
Kernel make_relu(const Call& call);
Kernel make_step(const Call& call);
Kernel make_affine(const Call& call);
Kernel make_add(const Call& call);
Kernel make_sub(const Call& call);
Kernel make_mul(const Call& call);
Kernel make_div(const Call& call);
Kernel make_maximum(const Call& call);
Kernel make_greater(const Call& call);
Kernel make_equal(const Call& call);
Kernel make_select(const Call& call);
// chain.cpp
Kernel make_chain(const Call& call);
// matmul.cpp
Kernel make_matmul(const Call& call);
Kernel make_matmul_add(const Call& call);
// reduce.cpp
Kernel make_sum(const Call& call);
Kernel make_max(const Call& call);
Kernel make_argmax(const Call& call);
Kernel make_sum_squares(const Call& call);
Kernel make_maxout(const Call& call);
Kernel make_maxout_grad(const Call& call);
// softmax.cpp
Kernel make_softmax(const Call& call);
Kernel make_log_softmax(const Call& call);
Kernel make_masked_softmax(const Call& call);
Kernel make_softmax_grad(const Call& call);
// layout.cpp
Kernel make_fill(const Call& call);
Kernel make_copy(const Call& call);
Kernel make_permute(const Call& call);
Kernel make_broadcast(const Call& call);
Kernel make_concat(const Call& call);
Kernel make_slice(const Call& call);
Kernel make_pad(const Call& call);
// index.cpp
Kernel make_gather_rows(const Call& call);
Kernel make_pick(const Call& call);
Kernel make_place(const Call& call);
Kernel make_cast_float(const Call& call);
// embedding.cpp
Kernel make_scatter_add_rows(const Call& call);
Kernel make_bag_of_rows(const Call& call);
Kernel make_bag_of_rows_grad(const Call& call);
// layer_norm.cpp
Kernel make_layer_norm(const Call& call);
Kernel make_layer_norm_grad(const Call& call);
Kernel make_layer_norm_grad_weights(const Call& call);
// cross_entropy.cpp
Kernel make_cross_entropy(const Call& call);
Kernel make_cross_entropy_grad(const Call& call);
// gelu.cpp
Kernel make_gelu(const Call& call);
Kernel make_gelu_grad(const Call& call);
// attention.cpp
Kernel make_attention(const Call& call);
Kernel make_attention_grad(const Call& call);
Kernel make_additive_scores(const Call& call);
Kernel make_additive_scores_grad(const Call& call);
// recurrent.cpp
Kernel make_lstm_cell(const Call& call);
Kernel make_lstm_cell_grad(const Call& call);
Kernel make_gru_cell(const Call& call);
Kernel make_gru_cell_grad(const Call& call);
Kernel make_gru_reset(const Call& call);
Kernel make_gru_reset_grad(const Call& call);
Kernel make_gru_update(const Call& call);
Kernel make_gru_update_grad(const Call& call);
// random.cpp
Kernel make_random_uniform(const Call& call);
// optimise.cpp
Kernel make_store(const Call& call);
Kernel make_sgd(const Call& call);
Kernel make_adam(const Call& call);
Kernel make_rmsprop(const Call& call);

}  // namespace heed::cpu
