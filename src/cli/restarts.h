// cli: `train --restarts`: several trainings that differ in their seed, and which of them is kept.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/driver.h"

namespace heed::cli {

/// One of several trainings.
struct Restart {
  std::uint64_t seed = 0;
  std::string problem;  ///< not empty: it did not come to its end
  Scores training, test;
};

/// The training to keep: the lowest error on what it was trained on, then the lowest loss there, then the first. The test does not count.
/// -1 when none came to its end.
int best_restart(const std::vector<Restart>& restarts);

/// Trains from a preset: a driver at its end, evaluated; `error()` says what went wrong.
using TrainOnce = std::function<std::unique_ptr<Driver>(const Json& preset)>;

/// Trains `count` times with the preset's seed, the next one, and so on; says on the standard output, or the error stream where `quiet`, how
/// each did. The driver that is kept; null when none came to its end.
std::unique_ptr<Driver> train_again(const Json& preset, int count, int training_examples, bool quiet, const TrainOnce& train_once, std::vector<Restart>& restarts);

/// Seeds and errors, for programs.
Json as_json(const std::vector<Restart>& restarts);

}  // namespace heed::cli
