// tests/bench: see long_plan.h.
#include "long_plan.h"

#include <algorithm>
#include <chrono>

#include "nn/optimiser.h"
#include "nn/recurrent_cell.h"

namespace heed::bench {
namespace {

constexpr int kBatch = 1, kWidth = 4, kTries = 5;
constexpr std::size_t kNodes = 10'000;

double best_ms(const std::function<void()>& work) {
  double best = 1e300;
  for (int i = 0; i < kTries; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
  }
  return best;
}

/// The training step of `steps` steps of a plain recurrent net that is to end at zero.
void record(Tape& tape, const ParameterSet& parameters, const RnnCell& cell, int steps) {
  Graph graph(tape, parameters);
  const Tensor x = cell.project(graph, tape.input("x", {kBatch, kWidth}));
  RecurrentState state = cell.start(tape.fill({kBatch, kWidth}, 0));
  for (int s = 0; s < steps; ++s) state = cell.step(graph, x, state);
  const Tensor loss = sum_all(square(state.h));
  tape.output("loss", loss);
  record_update(graph, loss, *validate_slot(optimiser_slot(), {{"type", "sgd"}, {"clip", 0}}, "optimiser"));
}

}  // namespace

Json measure_long_plan(Backend& backend, const Effort& effort) {
  ParameterSet parameters;
  const RnnCell cell(parameters, "cell", kWidth, kWidth);
  int steps = 1;
  std::size_t nodes = 0;
  while (nodes < kNodes) {
    Tape tape;
    record(tape, parameters, cell, steps);
    nodes = tape.nodes().size();
    steps = nodes < kNodes ? steps * 5 / 4 + 1 : steps;
  }
  Tape tape;
  const double record_ms = best_ms([&] {
    Tape fresh;
    record(fresh, parameters, cell, steps);
  });
  record(tape, parameters, cell, steps);
  Plan plan;
  const double compile_ms = best_ms([&] { plan = compile(tape, {}, backend.abilities()); });

  const StateId state = backend.create_state(parameters.arena_elems());
  backend.write(state, Arena::kParameters, 0, parameters.initial_values(1));
  ExecutableId executable = -1;
  const double prepare_ms = best_ms([&] {
    if (executable >= 0) backend.release(executable);
    executable = backend.prepare(plan, state);
  });
  const std::vector<float> x(kBatch * kWidth, 0.5f), rate{0.0f};
  std::vector<Feed> feeds;
  for (const PlanPort& port : plan.inputs) feeds.push_back({port.name == kRateInput ? rate : x, {}});
  Json out = measure([&] { backend.poll(backend.submit(executable, feeds, 1)); }, effort);
  const auto kernels = std::ranges::count_if(plan.nodes, &PlanNode::runs);
  out.update({{"nodes", nodes},
              {"kernels", kernels},
              {"record_ms", record_ms},
              {"compile_ms", compile_ms},
              {"prepare_ms", prepare_ms},
              {"ns_per_kernel", out.at("ms").get<double>() * 1e6 / static_cast<double>(kernels)}});
  return out;
}

}  // namespace heed::bench
