// nn: optimisers and learning-rate schedules: their controls as metadata, and the ops that update all parameters of a
// run at once. Gradients are gathered in one arena, so that clipping and the update are each one op, whatever the
// number of parameters.
#pragma once

#include <cstdint>
#include <vector>

#include "base/field.h"
#include "nn/parameters.h"

namespace heed {

/// The slot "optimiser": "sgd", "adam", "adamw", "rmsprop", each with its "rate", its own constants, "clip"
/// ("clip_of" all gradients together or each parameter's), "sums" and the slot "schedule"
/// ("constant", "warmup", "cosine", "inverse_sqrt", "linear", "halving", "transformer").
const Field& optimiser_slot();

/// Names of the tape inputs that record_update adds; both are scalars, the step counts from 1.
inline constexpr const char* kRateInput = "rate";
inline constexpr const char* kStepInput = "step";

/// The input kStepInput of this tape, recorded when first asked for: a model in training may ask too.
Tensor step_input(Tape& tape);

/// Records the update of every parameter that the graph has used, for a validated `spec` of optimiser_slot(): the
/// gradients of `loss` (a mean over `batch` examples, or where "sums" says so their sum), their norm, clipping and the optimiser's op. Returns the norm of all gradients together, before
/// clipping.
Tensor record_update(Graph& graph, Tensor loss, const Json& spec, int batch = 1);

/// The same for gradients that are already there, one for each entry of graph.used().
Tensor record_gradients_update(Graph& graph, const std::vector<Tensor>& gradients, const Json& spec);

/// The rate at `step` (from 1) of a validated `spec`. Only "cosine" and "linear" look at `total_steps`; 0 stands for a run
/// without an end, which stays at the full rate.
double learning_rate(const Json& spec, std::uint64_t step, std::uint64_t total_steps);

}  // namespace heed
