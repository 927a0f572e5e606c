// training: what a preset stands for, built: the task and the model, and the numbers that a run asks for again and
// again.
#pragma once

#include <memory>
#include <string>

#include "models/model.h"
#include "tasks/task.h"
#include "training/batch.h"

namespace heed {

/// How many examples an evaluation computes at once, and how far a model writes on where it has no end of its own.
inline constexpr int kEvaluationRows = 64, kMostDecodingSteps = 96;

struct Experiment {
  Json preset;       ///< validated, with every default
  std::string data;  ///< the user's pairs; empty for generated tasks
  std::unique_ptr<Task> task;
  TaskForm form;  ///< the task's
  std::unique_ptr<Model> model;
  std::uint64_t seed = 0, steps = 0, evaluate_every = 1, snapshot_every = 1;
  BatchShape train_shape;
  std::vector<std::string> watched;  ///< taps that snapshots hold
  bool scores_attention = true;      ///< evaluations fetch the attention: not where its maps are too large for that

  const Json& optimiser() const { return preset.at("optimiser"); }
};

/// The attention of all heads over one example, in bytes.
double attention_bytes(const Model& model, int sources, int targets);

/// Errors are those of the preset and of the data, and name the way out.
Result<std::unique_ptr<Experiment>> make_experiment(const Json& preset, std::string data);

}  // namespace heed
