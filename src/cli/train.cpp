// cli: `train`, `eval` and `lessons check`.
#include <filesystem>
#include <iostream>

#include "cli/commands.h"
#include "cli/driver.h"
#include "cli/files.h"
#include "cli/restarts.h"
#include "lab/lesson.h"
#include "tasks/registry.h"
#include "training/preset.h"

namespace heed::cli {
namespace {

constexpr int kFinalExamples = 512;
constexpr int kAllStories = 100'000;
constexpr std::uint64_t kNoEnd = std::uint64_t{1} << 40;

Result<Json> settled_preset(const TrainOptions& options, Json preset) {
  const Json as_found = preset;
  if (const Status status = apply_settings(preset, options.set); !status) return Error{status.error()};
  if (options.seed) preset["seed"] = *options.seed;
  if (options.steps) preset["steps"] = *options.steps;
  Result<Json> valid = validate_preset(preset);
  if (!valid && !validate_preset(as_found)) return Error{said_of(options.preset, valid.error())};
  if (!valid || options.data.empty() || takes_data(valid->at("task").at("type").get<std::string>()))
    return valid;
  std::cerr << "heed: --data is given, so the task is \"pairs\" instead of \""
            << valid->at("task").at("type").get<std::string>() << "\".\n";
  (*valid)["task"] = "pairs";
  valid->erase("title");
  return validate_preset(*valid);
}

/// Trains to the preset's end, or for as long as was said, and evaluates. What went wrong is the driver's error.
std::unique_ptr<Driver> train_once(const TrainOptions& options, const Json& preset, const std::string& data, int examples, const MakeBackend& make_backend) {
  auto driver = std::make_unique<Driver>(make_backend, options.backend);
  driver->apply(StartRun{preset, data});
  driver->work();
  if (!driver->started()) return driver;
  const std::uint64_t steps = options.seconds && !options.steps ? kNoEnd : preset.at("steps").get<std::uint64_t>();
  Progress progress(steps, options.seconds);
  driver->apply(Play{steps});
  driver->work([&](const Event& event) {
    if (const auto* metrics = std::get_if<MetricsReady>(&event)) {
      progress.show(*metrics);
      if (options.seconds && metrics->train_seconds >= *options.seconds) driver->apply(Pause{});
    }
    if (const auto* evaluated = std::get_if<EvaluationReady>(&event)) progress.show(evaluated->evaluation);
  });
  progress.finish();
  if (driver->error().empty()) driver->evaluate(examples);
  return driver;
}

int finish(Driver& driver, const std::string& out, bool json, const std::vector<Restart>& restarts = {}) {
  if (!out.empty()) {
    const std::optional<Bytes> bytes = driver.checkpoint();
    if (!bytes) return fail("The checkpoint could not be taken. " + driver.error(), json);
    if (const Status written = write_bytes(out, *bytes); !written) return fail(written.error(), json);
  }
  if (!json) {
    driver.print_summary();
    if (!out.empty()) std::cout << "Checkpoint: " << out << "\n";
    return kGood;
  }
  Json summary = driver.summary();
  if (!restarts.empty()) summary["restarts"] = as_json(restarts);
  if (!out.empty()) summary["checkpoint"] = out;
  std::cout << summary.dump() << std::endl;
  return kGood;
}

}  // namespace

int train(const TrainOptions& options, const MakeBackend& make_backend) {
  auto found = find_preset(options.preset, assets_folder(options.assets));
  if (const auto* problem = std::get_if<PresetProblem>(&found))
    return fail(problem->message, options.json, problem->usage ? kUsage : kFailed);
  const auto preset = settled_preset(options, std::get<Json>(found));
  if (!preset) return fail(preset.error(), options.json, kUsage);
  const auto data = read_data(options.data);
  if (!data) return fail(data.error(), options.json);
  if (!options.out.empty()) {
    if (const Status possible = can_write(options.out); !possible) return fail(possible.error(), options.json);
  }

  const bool own_stories = !data->empty() && preset->at("task").at("type") == "stories";
  const int examples = own_stories ? kAllStories : kFinalExamples;
  const auto once = [&](const Json& settled) { return train_once(options, settled, *data, examples, make_backend); };
  if (!options.restarts) {
    const std::unique_ptr<Driver> driver = once(*preset);
    if (!driver->error().empty()) return fail(driver->error(), options.json);
    return finish(*driver, options.out, options.json);
  }
  std::vector<Restart> restarts;
  const std::unique_ptr<Driver> kept = train_again(*preset, *options.restarts, examples, options.json, once, restarts);
  if (!kept) return fail("None of the trainings came to its end. " + restarts.back().problem, options.json);
  return finish(*kept, options.out, options.json, restarts);
}

int evaluate(const EvalOptions& options, const MakeBackend& make_backend) {
  const auto bytes = read_bytes(options.file);
  if (!bytes) return fail(bytes.error(), options.json);
  const auto data = read_data(options.data);
  if (!data) return fail(data.error(), options.json);
  if (!options.lengths.empty()) return evaluate_lengths(options, *bytes, make_backend);
  Driver driver(make_backend, options.backend);
  driver.apply(ResumeRun{*bytes, *data});
  driver.work();
  if (!driver.started()) return fail(options.file + ": " + driver.error(), options.json);
  driver.evaluate(options.examples);
  return finish(driver, "", options.json);
}

int check_all_lessons(const LessonsOptions& options) {
  const std::string folder = options.folder.empty()
                                 ? (std::filesystem::path(assets_folder(options.assets)) / "lessons").string()
                                 : options.folder;
  const std::vector<LessonReport> reports = check_lessons(folder);
  if (reports.empty()) {
    return fail("There are no lessons in '" + folder + "': each is a folder with a lesson.json.", false);
  }
  bool good = true;
  for (const LessonReport& report : reports) {
    good = good && report.ok;
    (report.ok ? std::cout : std::cerr) << report.folder << ": " << report.message << "\n";
  }
  return good ? kGood : kFailed;
}

}  // namespace heed::cli
