// cli: see restarts.h.
#include "cli/restarts.h"

#include <cstdio>
#include <iostream>

namespace heed::cli {
namespace {

std::string error_text(const Scores& scores) {
  char text[32];
  const bool share = scores.exact_match >= 0 || scores.value_error >= 0;
  std::snprintf(text, sizeof text, share ? "%.2f %%" : "loss %.3f", error_of(scores) * (share ? 100 : 1));
  return text;
}

std::string line_of(const Restart& one) {
  const std::string seed = "seed " + std::to_string(one.seed) + ": ";
  if (!one.problem.empty()) return seed + one.problem;
  return seed + "error on the training data " + error_text(one.training) + ", on the test " + error_text(one.test);
}

bool better(const Restart& one, const Restart& other) {
  const double a = error_of(one.training), b = error_of(other.training);
  return a < b || (a == b && one.training.loss < other.training.loss);
}

}  // namespace

int best_restart(const std::vector<Restart>& restarts) {
  int best = -1;
  for (std::size_t n = 0; n < restarts.size(); ++n) {
    if (!restarts[n].problem.empty()) continue;
    if (best < 0 || better(restarts[n], restarts[static_cast<std::size_t>(best)])) best = static_cast<int>(n);
  }
  return best;
}

std::unique_ptr<Driver> train_again(const Json& preset, int count, int training_examples, bool quiet, const TrainOnce& train_once, std::vector<Restart>& restarts) {
  std::ostream& out = quiet ? std::cerr : std::cout;
  std::unique_ptr<Driver> kept;
  for (int n = 0; n < count; ++n) {
    Json again = preset;
    again["seed"] = preset.at("seed").get<std::uint64_t>() + static_cast<std::uint64_t>(n);
    std::unique_ptr<Driver> driver = train_once(again);
    const bool stands = driver->started().has_value();
    Restart one{again.at("seed").get<std::uint64_t>(), driver->error(), {}, driver->test()};
    if (one.problem.empty()) one.training = driver->score_training(training_examples);
    if (one.problem.empty()) one.problem = driver->error();
    restarts.push_back(std::move(one));
    out << line_of(restarts.back()) << std::endl;
    if (best_restart(restarts) == n) kept = std::move(driver);
    if (!stands) break;  // what cannot start with one seed cannot with another
  }
  if (const int best = best_restart(restarts); best >= 0 && count > 1)
    out << "Kept is seed " << restarts[static_cast<std::size_t>(best)].seed << ", which has the lowest error on the training data.\n\n";
  return kept;
}

Json as_json(const std::vector<Restart>& restarts) {
  Json list = Json::array();
  for (const Restart& one : restarts) {
    Json entry = {{"seed", one.seed}};
    if (!one.problem.empty()) entry["error"] = one.problem;
    else entry.update({{"training_error", error_of(one.training)}, {"training_loss", one.training.loss}, {"test_error", error_of(one.test)}});
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace heed::cli
