// tests/webgpu: models in training, on the GPU beside the cpu; and that no plan of a model lacks a kernel.
#include <doctest/doctest.h>

#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "bench/workload.h"
#include "engine/ops/op.h"
#include "models/registry.h"
#include "patient.h"
#include "surveyor.h"
#include "training/plans.h"
#include "training/preset.h"
#include "training/run_bench.h"

namespace heed::test {
namespace {

using bench::make_preset_workload;

Json read_preset(const std::string& name) {
  std::ifstream file(HEED_SOURCE_DIR "/assets/presets/" + name + ".json");
  std::stringstream text;
  text << file.rdbuf();
  const Result<Json> preset = parse_json(text.str());
  REQUIRE_MESSAGE(preset.ok(), name);
  return *preset;
}

/// One preset for each family of models, shortened: real widths, few positions, an odd batch.
struct Family {
  const char* model;
  const char* preset;
  Json task;  ///< what differs in its task
};

const std::vector<Family>& families() {
  static const std::vector<Family> all = {
      {"encoder_decoder", "reverse-attention", {{"min_length", 2}, {"max_length", 4}}},
      {"luong", "reverse-local-p", {{"min_length", 2}, {"max_length", 4}}},
      {"recurrent_reader", "recall-attention", {{"length", 8}}},
      {"transformer", "reverse-transformer", {{"min_length", 3}, {"max_length", 6}}},
      {"transformer_encoder", "masked-transformer", {{"min_pairs", 3}, {"max_pairs", 3}}},
      {"transformer_decoder", "text-characters", {{"window", 19}}},
      {"generic_attention", "lookup-hard", Json::object()},
      {"hierarchical_attention", "clue-hierarchical", {{"sentences", 3}}},
      {"adaptive_computation", "parity-adaptive", {{"vectors", 3}}},
      {"memory_network", "stories-one-fact-hard", {{"max_lines", 4}}},
      {"end_to_end_memory", "stories-two-facts", {{"max_lines", 4}}},
      {"key_value_memory", "facts-two-hops", Json::object()},
      {"neural_turing_machine", "bits-copy", {{"max_length", 2}, {"test_length", 4}}},
      {"differentiable_neural_computer", "bits-copies-dnc", {{"sequences", 1}, {"max_length", 2}, {"test_length", 2}}},
      {"recurrent_steps", "bits-copy-no-memory", {{"max_length", 2}, {"test_length", 4}}},
      {"fast_weights", "retrieval-fast-weights", {{"pair_count", 2}}},
      {"soft_window", "strokes-window", {{"min_length", 3}, {"max_length", 3}}},
  };
  return all;
}

constexpr int kSteps = 4, kBatch = 3;
/// Of a loss, relative to 1 + itself. Single precision in another order, magnified by a few steps of Adam, whose first
/// steps are as large for a small gradient as for a great one.
constexpr double kWithin = 5e-4;

std::string short_preset(const Family& family) {
  Json preset = read_preset(family.preset);
  preset["task"].update(family.task);
  preset["batch"] = kBatch;
  return preset.dump();
}

std::vector<double> losses(const std::string& preset, std::unique_ptr<Backend> backend) {
  const auto workload = make_preset_workload(preset, std::move(backend));
  REQUIRE_MESSAGE(workload.ok(), (workload.ok() ? "" : workload.error()));
  std::vector<double> out;
  for (int step = 0; step < kSteps; ++step) out.push_back((*workload)->run());
  return out;
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: there is a curve for every family of models") {
    std::vector<std::string> models;
    for (const Family& family : families()) {
      models.push_back(family.model);
      CHECK(read_preset(family.preset)["model"]["type"] == Json(family.model));
    }
    std::vector<std::string> known;
    for (const Part& part : model_slot().parts) known.push_back(part.key);
    CHECK(models == known);
  }

  TEST_CASE("webgpu: every family of models trains as on the cpu") {
    for (const Family& family : families()) {
      const std::string preset = short_preset(family);
      const std::vector<double> gpu = losses(preset, make_patient_webgpu()), cpu = losses(preset, make_cpu_backend());
      for (std::size_t step = 0; step < cpu.size(); ++step)
        CHECK_MESSAGE(std::fabs(gpu[step] - cpu[step]) <= kWithin * (1 + std::fabs(cpu[step])), family.preset,
                      ", step ", step, ": ", gpu[step], " instead of ", cpu[step]);
      CHECK(cpu.front() != cpu.back());
    }
  }

  TEST_CASE("webgpu: a Transformer of the bench's kind trains as on the cpu") {
    const auto item = [] { return bench::make_transformer_item(3, {13, 9, 3, 24, 3, 2}); };
    const auto gpu = bench::make_training_workload(item(), make_patient_webgpu()), cpu = bench::make_training_workload(item(), make_cpu_backend());
    std::vector<double> wanted;
    for (int step = 0; step < 3; ++step) {
      CAPTURE(step);
      wanted.push_back(cpu->run());
      CHECK(std::fabs(gpu->run() - wanted.back()) <= kWithin * (1 + wanted.back()));
    }
    CHECK(wanted[0] != wanted[2]);
  }

  TEST_CASE("webgpu: a run trains, evaluates, writes and takes snapshots as on the cpu") {
    RunBench gpu([] { return make_patient_webgpu(); }), cpu;
    for (RunBench* bench : {&gpu, &cpu}) {
      bench->start(tiny_preset());
      bench->train_to(7);
    }
    const auto points = gpu.points(), wanted = cpu.points();
    REQUIRE(points.size() == wanted.size());
    for (const auto& [step, point] : wanted) {
      CHECK(std::fabs(points.at(step).loss - point.loss) <= kWithin * (1 + point.loss));
      CHECK(std::fabs(points.at(step).gradient_norm - point.gradient_norm) <= 10 * kWithin * (1 + point.gradient_norm));
    }
    const std::vector<EvaluationReady> evaluated = gpu.all<EvaluationReady>(), as_wanted = cpu.all<EvaluationReady>();
    REQUIRE(evaluated.size() == as_wanted.size());
    const Scores got = evaluated.back().evaluation.test, want = as_wanted.back().evaluation.test;
    CHECK(std::fabs(got.loss - want.loss) <= kWithin * (1 + want.loss));
    CHECK(std::fabs(got.token_accuracy - want.token_accuracy) <= 0.01f);
    CHECK(gpu.all<SnapshotReady>().size() == cpu.all<SnapshotReady>().size());
    CHECK(gpu.all<RunStarted>().front().backend == "webgpu");
  }

  TEST_CASE("webgpu: the same run twice gives the same numbers bit for bit") {
    const std::string preset = short_preset(families()[3]);
    CHECK(losses(preset, make_patient_webgpu()) == losses(preset, make_patient_webgpu()));
  }

  TEST_CASE("webgpu: no plan of a model lacks a kernel") {
    Surveyor surveyor;
    for (const Family& family : families()) {
      const Result<std::unique_ptr<Experiment>> made = make_experiment(*parse_json(short_preset(family)), "");
      REQUIRE_MESSAGE(made.ok(), (made.ok() ? "" : made.error()));
      const Experiment& experiment = **made;
      PlanCache plans(experiment, surveyor, 1);
      std::vector<PlanKind> kinds{PlanKind::kTrain, PlanKind::kEvaluate, PlanKind::kWatch, PlanKind::kInside,
                                  PlanKind::kInsideGradients};
      if (experiment.form.answer == Answer::kSequence)
        kinds.insert(kinds.end(), {PlanKind::kDecode, PlanKind::kWatchDecode});
      for (const PlanKind kind : kinds)
        CHECK_NOTHROW_MESSAGE(plans.get(kind, experiment.train_shape), family.preset, ", plan ",
                              static_cast<int>(kind));
    }
  }
}

}  // namespace
}  // namespace heed::test
