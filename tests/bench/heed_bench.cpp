// tests/bench: the program that measures, natively and as wasm: the work items of items.md and training steps of Heed's
// presets. One JSON object per line for each case; tests/bench/run.mjs calls it and makes tables.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <sstream>

#include "long_plan.h"
#include "measure.h"
#include "peak.h"
#include "profile.h"
#include "workload.h"

namespace heed::bench {
namespace {

constexpr int kCompared = 10;                          ///< losses
constexpr double kFirstWithin = 1e-4, kWithin = 1e-3;  ///< of the reference: the first loss, and all of them

struct Options {
  std::string items, presets = "{}", backend = "cpu";
  int threads = 1;
  Effort effort;
  bool profile = false;
};

using Found = std::optional<Options>;

Found parse(int argc, char** argv) {
  Options options;
  const std::map<std::string, std::function<void(const std::string&)>> takers{
      {"--items", [&](const std::string& text) { options.items = text; }},
      {"--presets", [&](const std::string& text) { options.presets = text; }},
      {"--backend", [&](const std::string& text) { options.backend = text; }},
      {"--threads", [&](const std::string& text) { options.threads = std::stoi(text); }},
      {"--seconds", [&](const std::string& text) { options.effort.seconds = std::stod(text); }},
      {"--repeats", [&](const std::string& text) { options.effort.repeats = std::stoi(text); }},
  };
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--profile") {
      options.profile = true;
      continue;
    }
    const auto taker = takers.find(name);
    if (taker == takers.end() || i + 1 == argc) return std::nullopt;
    taker->second(argv[++i]);
  }
  return options;
}

void say(const Json& line) {
  std::printf("%s\n", line.dump().c_str());
  std::fflush(stdout);
}

/// GFLOP/s, and of the processor the median share of the multiply-add peak that it gave just before each repeat.
void tell_rate(Json& line, double flops) {
  line["gflops"] = flops * 1e-6 / line.at("ms").get<double>();
  if (!line.contains("before")) return;
  std::vector<double> shares;
  for (std::size_t i = 0; i < line.at("repeats").size(); ++i)
    shares.push_back(flops * 1e-6 / line["repeats"][i][2].get<double>() / line["before"][i].get<double>());
  std::ranges::sort(shares);
  line["share_of_peak"] = shares[shares.size() / 2];
  line.erase("before");
}

/// Whether waiting for each result would be a good part of a run's time.
bool is_quick(Workload& workload) {
  constexpr double kQuickMs = 50;
  const auto begin = std::chrono::steady_clock::now();
  workload.run();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count() < kQuickMs;
}

/// Times the workload, or tells where its time goes; `line` says what it is.
void measure_workload(Workload& workload, const Options& options, double seconds, double flops, Json line) {
  if (Json chosen = kernel_choice(); !chosen.is_null()) line["chosen"] = std::move(chosen);  // "kernels" counts them
  if (options.profile) {
    line.update(profile(workload, seconds / 2));
  } else {
    const bool is_gpu = workload.backend().name() == "webgpu";
    const std::function<double()> peak = flops > 0 && !is_gpu ? multiply_add_rate : std::function<double()>();
    const bool goes_on = is_gpu && is_quick(workload);
    // As many under way as while it is measured, so that each unit waits for the end of an earlier one.
    for (std::size_t i = 0; goes_on && i < workload.backend().most_in_flight(); ++i) workload.go_on();
    line.update(measure([&] { goes_on ? workload.go_on() : static_cast<void>(workload.run()); },
                        {seconds, options.effort.repeats}, peak));
    workload.catch_up();
    if (flops > 0) tell_rate(line, flops);
  }
  say(line);
}

void run_op(const OpItem& item, const Options& options) {
  const auto workload = make_op_workload(item, make_backend(options.backend, options.threads));
  Json line{{"item", item.item}, {"case", item.name}, {"check", workload->run()}};
  measure_workload(*workload, options, options.effort.seconds / 2, item.flops, std::move(line));
}

/// What is wrong with the first losses; empty when nothing is.
std::string disagreement(const std::vector<double>& losses, const std::vector<double>& reference) {
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (std::fabs(losses[i] - reference[i]) <= (i == 0 ? kFirstWithin : kWithin)) continue;
    std::ostringstream text;
    text.precision(8);
    text << "the loss of step " << i << " is " << losses[i] << ", not " << reference[i];
    return text.str();
  }
  return "";
}

void run_training(const std::string& name, const Options& options) {
  const auto begin = std::chrono::steady_clock::now();
  const auto workload =
      make_training_workload(make_training_item(name), make_backend(options.backend, options.threads));
  const std::vector<double> reference = reference_losses(name);
  std::vector<double> losses{workload->run()};
  const std::chrono::duration<double, std::milli> first_step = std::chrono::steady_clock::now() - begin;
  while (losses.size() < kCompared) losses.push_back(workload->run());
  double difference = 0;
  for (std::size_t i = 0; i < losses.size(); ++i)
    difference = std::fmax(difference, std::fabs(losses[i] - reference[i]));
  Json line{{"item", name},
            {"case", ""},
            {"first_step_ms", first_step.count()},
            {"losses", losses},
            {"difference", difference}};
  const std::string problem = disagreement(losses, reference);
  if (problem.empty()) return measure_workload(*workload, options, options.effort.seconds, 0, std::move(line));
  line["failure"] = problem;
  say(line);
}

void run_preset(const std::string& name, const Json& preset, const Options& options) {
  const auto workload = make_preset_workload(preset.dump(), make_backend(options.backend, options.threads));
  if (!workload) return say({{"item", name}, {"case", "preset"}, {"failure", workload.error()}});
  for (int step = 0; step < 3; ++step) (*workload)->run();
  measure_workload(**workload, options, options.effort.seconds, 0, {{"item", name}, {"case", "preset"}});
}

void run_long_plan(const Options& options) {
  const std::unique_ptr<Backend> backend = make_backend(options.backend, options.threads);
  Json line{{"item", "long"}, {"case", ""}};
  line.update(measure_long_plan(*backend, {options.effort.seconds / 2, options.effort.repeats}));
  say(line);
}

int run(const Options& options) {
  std::istringstream names(options.items);
  for (std::string name; std::getline(names, name, ',');) {
    bool known = name == "peak" || name == "long";
    if (name == "peak") say({{"item", name}, {"case", ""}, {"gflops", multiply_add_peak()}});
    if (name == "long") run_long_plan(options);
    for (const OpItem& item : op_items()) {
      if (item.item != name) continue;
      known = true;
      run_op(item, options);
    }
    if (make_training_item(name)) {
      known = true;
      run_training(name, options);
    }
    if (!known) throw std::invalid_argument("there is no item '" + name + "'; there are W1 to W6, long and peak");
  }
  const Result<Json> presets = parse_json(options.presets);
  if (!presets) throw std::invalid_argument(presets.error());
  for (const auto& [name, preset] : presets->items()) run_preset(name, preset, options);
  return 0;
}

}  // namespace
}  // namespace heed::bench

int main(int argc, char** argv) {
  try {
    const heed::bench::Found options = heed::bench::parse(argc, argv);
    if (options) return heed::bench::run(*options);
    std::fprintf(
        stderr,
        "heed_bench [--items W1,W3] [--presets '{\"NAME\": {...}}'] [--backend cpu|reference|webgpu] [--threads N]\n"
        "  [--seconds S] [--repeats N] [--profile]\n");
    return 2;
  } catch (const std::exception& error) {
    heed::bench::say({{"error", error.what()}});
    return 1;
  }
}
