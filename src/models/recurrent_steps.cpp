// models: see recurrent_steps.h.
#include "models/recurrent_steps.h"

#include "models/recurrent_parts.h"
#include "nn/sequence.h"

namespace heed {

RecurrentSteps::RecurrentSteps(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary) : DirectModel(form) {
  int width = form.source_width;
  if (width == 0) {
    width = spec.at("embedding");
    embedding_ = std::make_unique<Embedding>(parameters_, "embedding", source_vocabulary, width, 1.0f);
  }
  for (int n = 1; n <= spec.at("depth").get<int>(); ++n) {
    layers_.push_back(cell_from(spec.at("cell"), parameters_, "layer" + std::to_string(n), width));
    width = layers_.back()->hidden();
  }
  output_ = std::make_unique<Linear>(parameters_, "output", width, form.target_width > 0 ? form.target_width : target_vocabulary, Bias::kZeros);
}

Tensor RecurrentSteps::answers(Graph& graph, const SequenceBatch& batch) const {
  Tensor x = tap("input", embedding_ ? (*embedding_)(graph, batch.source) : batch.source_values);
  for (std::size_t n = 0; n < layers_.size(); ++n) {
    std::vector<Tensor> states;
    for (const RecurrentState& state : scan(graph, *layers_[n], layers_[n]->project(graph, x), {}, Direction::kForward)) states.push_back(state.h);
    x = tap("layer" + std::to_string(n + 1) + ".states", stack_time(states));
  }
  return tap("logits", (*output_)(graph, x));
}

std::vector<std::string> RecurrentSteps::tap_names() const {
  std::vector<std::string> names{"input", "logits"};
  for (std::size_t n = 1; n <= layers_.size(); ++n) names.push_back("layer" + std::to_string(n) + ".states");
  return names;
}

}  // namespace heed
