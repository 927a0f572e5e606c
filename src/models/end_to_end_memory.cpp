// models: end-to-end memory networks. See end_to_end_memory.h.
#include "models/end_to_end_memory.h"

#include "nn/optimiser.h"

namespace heed {
namespace {

constexpr Init kSmall{InitKind::kNormal, 0.1f};
constexpr std::uint32_t kTimeStream = 41;

WordOrder order_from(const std::string& key) {
  return key == "bag" ? WordOrder::kBag : key == "paper" ? WordOrder::kPaper : WordOrder::kPublished;
}

}  // namespace

EndToEndMemory::EndToEndMemory(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      hops_(spec.at("hops")),
      most_times_(spec.at("times")),
      order_(order_from(spec.at("order"))),
      layer_wise_(spec.at("tying") == "layer_wise"),
      blanks_(spec.value("blanks", false)),
      time_noise_(spec.at("time_noise").get<float>()),
      linear_steps_(spec.at("linear_steps")) {
  const int d = spec.at("embedding");
  const int tables = layer_wise_ ? 2 : hops_ + 1;
  for (int k = 0; k < tables; ++k) {
    const std::string name = k == 0 ? "memory.a1" : "memory.c" + std::to_string(k);
    tables_.push_back(parameters_.add(name + ".table", {source_vocabulary, d}, kSmall));
    times_.push_back(parameters_.add(name + ".times", {most_times_, d}, kSmall));
  }
  if (layer_wise_) {
    question_ = parameters_.add("question.table", {source_vocabulary, d}, kSmall);
    turn_ = parameters_.add("memory.turn", {d, d}, {InitKind::kIdentity});
  }
  if (linear_steps_ > 0) linear_ = parameters_.add("linear_start", {1}, {InitKind::kConstant, 1});
  if (layer_wise_ || source_vocabulary != target_vocabulary)
    output_ = std::make_unique<Linear>(parameters_, "output", d, target_vocabulary, Bias::kNone);
}

std::vector<TrainingTurn> EndToEndMemory::turns() const {
  if (linear_steps_ == 0) return {};
  return {{static_cast<std::uint64_t>(linear_steps_), "linear_end", "the linear start ends: from here on a softmax"}};
}

/// 1 while the memory's softmax is left out (section 4.2), else 0; null where there is no such start.
Tensor EndToEndMemory::linear_phase(Graph& graph, bool training) const {
  if (linear_steps_ == 0) return {};
  const std::size_t place = graph.parameters()[linear_].offset;
  const Tensor now = graph.tape.external(Arena::kParameters, place, {1});
  if (!training) return now;
  const Tensor goes_on = step(affine(step_input(graph.tape), -1, static_cast<float>(linear_steps_)));
  store(reshape(goes_on, {1}), Arena::kParameters, place);
  return now;
}

/// Over the sentences and, where there are blank slots, over as many of these as the memory has left: all hold zeros, so their scores are 0,
/// and together they count as one with the score log n.
Tensor EndToEndMemory::attention_of(Tensor scores, Tensor mask) const {
  if (!blanks_) return masked_softmax(scores, mask);
  const Tensor left = affine(sum(mask, 1, true), -1, static_cast<float>(most_times_));
  const Tensor blank = log(maximum(left, scores.tape->fill({}, 1e-9f)));
  const Tensor p = masked_softmax(concat({scores, blank}, 1), concat({mask, affine(blank, 0, 1)}, 1));
  return slice(p, 1, 0, scores.shape()[1]);
}

Tensor EndToEndMemory::answers(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], S = batch.source.shape()[1];
  const Tensor time = sentence_times(batch.source_mask, most_times_, batch.training ? time_noise_ : 0, kTimeStream);
  const Tensor seen = reshape(batch.source_mask, {B, S, 1});
  std::vector<Tensor> embedded;
  for (std::size_t k = 0; k < tables_.size(); ++k)
    embedded.push_back((embed_sentences(graph(tables_[k]), batch.source_words, order_) + matmul(time, graph(times_[k]))) * seen);
  const int d = embedded[0].shape()[2];
  const Tensor all = tap("memory.sentences", concat(embedded, 2));
  const auto table = [&](int k) { return slice(all, 2, k * d, d); };

  Tensor u = tap("question", embed_question(graph(layer_wise_ ? question_ : tables_[0]), batch.query, batch.query_mask, order_));
  const Tensor linear = linear_phase(graph, batch.training);
  std::vector<Tensor> attention, states;
  for (int k = 0; k < hops_; ++k) {
    const Tensor scores = reshape(matmul(table(key_table(k)), reshape(u, {B, d, 1})), {B, S});
    const Tensor p = attention_of(scores, batch.source_mask);
    attention.push_back(p);
    const Tensor used = linear ? p + linear * (scores * batch.source_mask - p) : p;
    const Tensor o = reshape(matmul(reshape(used, {B, 1, S}), table(value_table(k))), {B, d});
    u = (layer_wise_ ? matmul(u, graph(turn_)) : u) + o;
    states.push_back(u);
  }
  tap("memory.attention", reshape(stack(attention, 1), {B, hops_, 1, S}));
  tap("memory.states", stack(states, 1));
  const Tensor logits = output_ ? (*output_)(graph, u) : matmul(u, graph(tables_.back()), false, true);
  return tap("logits", reshape(logits, {B, 1, logits.shape()[1]}));
}

std::vector<std::string> EndToEndMemory::head_names() const {
  std::vector<std::string> names;
  for (int k = 1; k <= hops_; ++k) names.push_back("hop " + std::to_string(k));
  return names;
}

std::vector<std::string> EndToEndMemory::tap_names() const {
  return {"memory.sentences", "question", "memory.attention", "memory.states", "logits"};
}

}  // namespace heed
