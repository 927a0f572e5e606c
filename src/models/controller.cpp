// models: see controller.h.
#include "models/controller.h"

#include <utility>

namespace heed {

StepInputs::StepInputs(ParameterSet& parameters, const Json& spec, const TaskForm& form, int vocabulary) : numbers_(form.source_width) {
  if (numbers_ == 0) embedding_ = std::make_unique<Embedding>(parameters, "embedding", vocabulary, spec.at("embedding").get<int>(), 1.0f);
}

Tensor StepInputs::operator()(Graph& graph, const SequenceBatch& batch) const {
  return embedding_ ? (*embedding_)(graph, batch.source) : batch.source_values;
}

Controller::Controller(ParameterSet& parameters, const Json& spec, int seen) {
  const std::string kind = spec.at("controller");
  const int hidden = spec.at("hidden");
  if (kind == "feed_forward") layer_ = std::make_unique<Linear>(parameters, "controller", seen, hidden, Bias::kZeros);
  else cell_ = make_cell(kind, parameters, "controller", seen, hidden);
}

RecurrentState Controller::first(Graph& graph, int batch) const {
  return cell_ ? cell_->start(graph.tape.fill({batch, cell_->hidden()}, 0)) : RecurrentState{};
}

Tensor Controller::operator()(Graph& graph, Tensor x, Tensor reading, RecurrentState& state) const {
  const Tensor seen = concat({x, reading}, 1);
  if (layer_) return tanh((*layer_)(graph, seen));
  state = cell_->step(graph, cell_->project(graph, seen), state);
  return state.h;
}

std::vector<Field> controller_fields(const char* kind) {
  return {choice_field("controller", "Controller",
                       "The net that tells the heads what to do. Without a state of its own it has to keep everything in the memory.",
                       {{"feed_forward", "Feed-forward"}, {"lstm", "LSTM"}, {"gru", "GRU"}}, kind),
          integer_field("hidden", "Controller size", "How many numbers the controller puts out.", 4, 256, 32, "numbers"),
          integer_field("embedding", "Embedding size", "How many numbers stand for one symbol, where inputs are symbols.", 1, 128, 16, "numbers")};
}

Field read_heads_field() {
  return integer_field("read_heads", "Read heads", "At how many places of the memory it reads in one step; each head finds its own.", 1, 4, 1, "heads");
}

Field habits_field(Choice habit) {
  return choice_field("habits", "Habits at first",
                      "What a new machine leans to before it has learnt anything: nothing, or a habit, from which learning goes on and which it may give up.",
                      {{"none", "None"}, std::move(habit)}, "none");
}

int answer_width(const TaskForm& form, int vocabulary) { return form.target_width > 0 ? form.target_width : vocabulary; }

std::vector<std::string> read_head_names(int count) {
  std::vector<std::string> names;
  for (int i = 1; i <= count && count > 1; ++i) names.push_back("read head " + std::to_string(i));
  return names;
}

}  // namespace heed
