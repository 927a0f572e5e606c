// nn: see choice.h.
#include "nn/choice.h"

namespace heed {
namespace {

constexpr float kNever = 1e9f;
constexpr float kKept = 0.9f;

/// Energies with what is masked out of reach.
Tensor within(Tensor energies, Tensor mask) {
  return energies + affine(mask, kNever, -kNever);
}

Tensor one_hot(Tensor index, int extent) {
  return place(index.tape->fill(index.shape(), 1), index, extent);
}

}  // namespace

Tensor draw(Tensor energies, Tensor mask, std::uint32_t stream) {
  const Tensor e = stop_gradient(energies);
  // Away from 0 and 1, where the logarithms end.
  const Tensor u = affine(random_uniform(*e.tape, e.shape(), stream), 1 - 2e-7f, 1e-7f);
  return most_probable(e + -log(-log(u)), mask);
}

Tensor most_probable(Tensor energies, Tensor mask) {
  return one_hot(argmax(within(stop_gradient(energies), mask)), energies.shape()[-1]);
}

Tensor log_probability(Tensor energies, Tensor mask, Tensor choice) {
  return sum(choice * log_softmax(within(energies, mask)), 1);
}

Tensor choice_entropy(Tensor energies, Tensor mask) {
  const Tensor e = within(energies, mask);
  return -sum(softmax(e) * log_softmax(e) * mask, 1);
}

Tensor reinforce(Tensor log_probability, Tensor reward, Tensor baseline) {
  const Tensor advantage = baseline ? reward - baseline : reward;
  return stop_gradient(advantage) * log_probability;
}

MovingBaseline::MovingBaseline(ParameterSet& parameters, const std::string& name)
    : mean_(parameters.add(name, {1}, {InitKind::kZeros})) {}

Tensor MovingBaseline::value(Graph& graph) const {
  return graph.tape.external(Arena::kParameters, graph.parameters()[mean_].offset, {1});
}

void MovingBaseline::follow(Graph& graph, Tensor reward, Tensor asked) const {
  const Tensor rows = maximum(sum_all(asked), asked.tape->fill({}, 1));
  const Tensor mean = sum_all(stop_gradient(reward) * asked) / rows;
  store(affine(value(graph), kKept, 0) + affine(reshape(mean, {1}), 1 - kKept, 0), Arena::kParameters,
        graph.parameters()[mean_].offset);
}

}  // namespace heed
