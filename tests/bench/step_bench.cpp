// tests/bench: one training step of an encoder-decoder on the cpu backend: milliseconds per step, and which ops take
// them. Not a test: build target heed_bench_step and run it on a quiet machine; options as JSON: heed_bench_step
// '{"attention":"none"}'
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <map>
#include <string>
#include <vector>

#include "base/rng.h"
#include "engine/backend/backend.h"
#include "engine/backend/cpu/buffer.h"
#include "engine/backend/cpu/kernel.h"
#include "engine/ops/op.h"
#include "models/registry.h"
#include "nn/optimiser.h"

namespace heed {
namespace {

constexpr int kBatch = 64, kSource = 10, kTarget = 11, kVocabulary = 28, kRounds = 100;

double seconds_since(std::clock_t begin) {
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

SequenceBatch record_inputs(Tape& tape) {
  return {tape.input("source", {kBatch, kSource}, DType::kI32), tape.input("source_mask", {kBatch, kSource}),
          tape.input("target_in", {kBatch, kTarget}, DType::kI32),
          tape.input("target_out", {kBatch, kTarget}, DType::kI32), tape.input("target_mask", {kBatch, kTarget})};
}

/// Numbers for each of a plan's inputs: random tokens, ones for masks, the step and the rate.
struct Batch {
  explicit Batch(const Plan& plan) {
    Random random(1, Purpose::kTest);
    for (const PlanPort& port : plan.inputs) {
      const Node& node = plan.nodes[static_cast<std::size_t>(port.node)].node;
      f32.emplace_back(node.dtype == DType::kF32 ? node.shape.count() : 0, port.name == "rate" ? 0.003f : 1.0f);
      i32.emplace_back();
      for (std::size_t i = 0; node.dtype == DType::kI32 && i < node.shape.count(); ++i)
        i32.back().push_back(random.between(3, kVocabulary - 1));
    }
    for (std::size_t i = 0; i < f32.size(); ++i) feeds.push_back({f32[i], i32[i]});
  }

  std::vector<std::vector<float>> f32;
  std::vector<std::vector<std::int32_t>> i32;
  std::vector<Feed> feeds;
};

double step_ms(const Plan& plan, const Model& model, const Batch& batch) {
  const std::unique_ptr<Backend> backend = make_cpu_backend();
  const StateId state = backend->create_state(model.parameters().arena_elems());
  backend->write(state, Arena::kParameters, 0, model.parameters().initial_values(1));
  const ExecutableId executable = backend->prepare(plan, state);
  double best = 1e300;
  for (int round = 0; round < kRounds; ++round) {
    const std::clock_t begin = std::clock();
    backend->poll(backend->submit(executable, batch.feeds, static_cast<std::uint64_t>(round)));
    best = std::min(best, seconds_since(begin) * 1e3);
  }
  return best;
}

/// The plan's kernels on memory of this program, one by one.
class Profile {
 public:
  Profile(const Plan& plan, const Model& model, const Batch& batch)
      : places_{cpu::Buffer(plan.input_elems), cpu::Buffer(plan.constant_elems), cpu::Buffer(plan.scratch_elems)} {
    for (cpu::Buffer& arena : arenas_) arena = cpu::Buffer(model.parameters().arena_elems());
    const std::vector<float> weights = model.parameters().initial_values(1);
    std::copy(weights.begin(), weights.end(), arenas_[0].data());
    for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
      const cpu::Operand to = operand(plan.nodes[static_cast<std::size_t>(plan.inputs[i].node)]);
      std::copy(batch.f32[i].begin(), batch.f32[i].end(), to.f32());
      std::copy(batch.i32[i].begin(), batch.i32[i].end(), to.i32());
    }
    for (const PlanNode& node : plan.nodes) {
      if (!node.runs) continue;
      cpu::Call call{node.node.attrs, operand(node), {}, {}};
      std::string label = op_def(node.node.op).name;
      for (int input : node.node.inputs) {
        call.in.push_back(operand(plan.nodes[static_cast<std::size_t>(input)]));
        label += " " + call.in.back().shape.text();
      }
      for (std::size_t i = 0; i < arenas_.size(); ++i) call.arenas[i] = arenas_[i].data();
      kernels_.push_back({label + " -> " + node.node.shape.text(), cpu::find_kernel(node.node.op)(call)});
    }
  }

  void print() {
    std::map<std::string, std::pair<int, double>> totals;
    for (const auto& [label, kernel] : kernels_) {
      const std::clock_t begin = std::clock();
      const cpu::Buffer scratch(kernel.scratch_elems);
      for (int i = 0; i < kRounds; ++i) kernel({1}, scratch.data());
      totals[label].first += 1;
      totals[label].second += seconds_since(begin) * 1e6 / kRounds;
    }
    std::vector<std::pair<std::string, std::pair<int, double>>> sorted(totals.begin(), totals.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const auto& a, const auto& b) { return a.second.second > b.second.second; });
    double all = 0;
    for (const auto& [label, total] : sorted) all += total.second;
    std::printf("all kernels one by one: %.0f us; the largest:\n", all);
    for (std::size_t i = 0; i < std::min<std::size_t>(sorted.size(), 30); ++i)
      std::printf("%9.1f us %5d x  %s\n", sorted[i].second.second, sorted[i].second.first, sorted[i].first.c_str());
  }

 private:
  cpu::Operand operand(const PlanNode& node) const {
    const Location& at = node.location;
    const cpu::Buffer& place = at.place == Place::kArena      ? arenas_[static_cast<std::size_t>(at.arena)]
                               : at.place == Place::kInput    ? places_[0]
                               : at.place == Place::kConstant ? places_[1]
                                                              : places_[2];
    return {place.data() + at.offset, node.node.shape, node.node.dtype};
  }

  std::array<cpu::Buffer, 3> places_;
  std::array<cpu::Buffer, cpu::kArenaCount> arenas_;
  std::vector<std::pair<std::string, cpu::Kernel>> kernels_;
};

int run(const std::string& changes) {
  Json spec{{"type", "encoder_decoder"},
            {"embedding", 32},
            {"encoder", {{"type", "gru"}, {"hidden", 32}, {"bidirectional", true}}},
            {"attention", {{"type", "additive"}, {"size", 32}}},
            {"decoder", {{"type", "gru"}, {"hidden", 32}}}};
  const Result<Json> patch = parse_json(changes);
  if (!patch) return std::fprintf(stderr, "%s\n", patch.error().c_str()), 2;
  spec.merge_patch(*patch);
  const Result<Json> whole = validate_slot(model_slot(), spec, "model");
  if (!whole) return std::fprintf(stderr, "%s\n", whole.error().c_str()), 2;
  const Result<Json> adam = validate_slot(optimiser_slot(), "adam", "optimiser");
  const Result<std::unique_ptr<Model>> made = make_model(*whole, kVocabulary, kVocabulary);
  if (!made || !adam) return std::fprintf(stderr, "the model cannot be made\n"), 1;
  const Model& model = **made;

  Tape tape;
  Graph graph(tape, model.parameters());
  const TeacherForced out = model.forward(graph, record_inputs(tape));
  tape.output("loss", out.loss);
  tape.output("norm", record_update(graph, out.loss, *adam));
  const Plan plan = compile(tape);
  const Batch batch(plan);
  const auto running =
      std::count_if(plan.nodes.begin(), plan.nodes.end(), [](const PlanNode& node) { return node.runs; });
  std::printf("B=%d S=%d T=%d V=%d, %zu parameters, %zu nodes of which %td run, scratch %.1f MB\n", kBatch, kSource,
              kTarget, kVocabulary, model.parameters().count(), plan.nodes.size(), running,
              static_cast<double>(plan.scratch_elems) * 4e-6);
  std::printf("%.2f ms per step\n", step_ms(plan, model, batch));
  Profile(plan, model, batch).print();
  return 0;
}

}  // namespace
}  // namespace heed

int main(int argc, char** argv) {
  return heed::run(argc > 1 ? argv[1] : "{}");
}
