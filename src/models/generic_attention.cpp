// models: the generic attention model and its hard twin. See generic_attention.h.
#include "models/generic_attention.h"

#include "nn/loss.h"
#include "nn/optimiser.h"

namespace heed {
namespace {

constexpr std::uint32_t kChoiceStream = 0xA77;

std::unique_ptr<ArgumentScores> make_scores(const Json& spec, ParameterSet& parameters, int width) {
  if (spec.at("type") == "dot") return std::make_unique<DotScores>(parameters, "attention", width, width);
  return std::make_unique<TanhScores>(parameters, "attention", width, width, spec.at("size"));
}

std::unique_ptr<HardAddressing> make_hard(const Json& spec) {
  if (spec.at("type") != "hard") return nullptr;
  return std::make_unique<HardAddressing>(HardAddressing{spec.at("baseline"), spec.at("reward") == "correct",
                                                         spec.at("entropy"), spec.at("entropy_steps")});
}

}  // namespace

GenericAttention::GenericAttention(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      segments_(form.segments),
      asks_(form.query > 0),
      sharpness_(spec.at("sharpness").get<float>()),
      embedding_(parameters_, "embedding", source_vocabulary, spec.at("embedding")),
      scores_(make_scores(spec.at("scores"), parameters_, embedding_.width())),
      output_(parameters_, "output", embedding_.width(), target_vocabulary, Bias::kZeros),
      hard_(make_hard(spec.at("addressing"))) {
  if (asks_)
    question_ = std::make_unique<Embedding>(parameters_, "question", source_vocabulary, embedding_.width());
  else
    learned_context_ = parameters_.add("context", {1, embedding_.width()}, {InitKind::kNormal, 0.1f});
  if (hard_ && hard_->baseline == "moving")
    moving_baseline_ = std::make_unique<MovingBaseline>(parameters_, "baseline.mean");
  if (hard_ && hard_->baseline == "learned")
    learned_baseline_ = std::make_unique<Linear>(parameters_, "baseline", embedding_.width(), 1, Bias::kZeros);
}

/// c: the sum of the question's embeddings.
Tensor GenericAttention::context_of(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0];
  if (!asks_) return broadcast(graph(learned_context_), {B, embedding_.width()});
  const Tensor words = (*question_)(graph, batch.query);
  return sum(words * reshape(batch.query_mask, {B, batch.query.shape()[1], 1}), 1);
}

/// In training a sample, else the most probable argument.
Tensor GenericAttention::choose(Tensor energies, Tensor mask, bool training) const {
  const Tensor sample = tap("attention.sample", draw(energies, mask, kChoiceStream));
  const Tensor best = most_probable(energies, mask);
  return tap("attention.choice", training ? sample : best);
}

GenericAttention::Look GenericAttention::look(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], S = batch.source.shape()[1];
  Look look;
  look.sentences =
      segments_ > 0 ? sentences_of(batch.segments, batch.source_mask, segments_) : token_sentences(batch.source_mask);
  const Tensor words = tap("embedding", embedding_(graph, batch.source));
  const Tensor y = tap("arguments", sum_in_sentences(look.sentences, words));
  look.context = tap("context", context_of(graph, batch));
  look.energies = tap("attention.energies", affine((*scores_)(graph, look.context, y), sharpness_, 0));
  const Tensor s = tap("attention.weights", masked_softmax(look.energies, look.sentences.mask));
  if (hard_) look.choice = choose(look.energies, look.sentences.mask, batch.training);
  const Tensor used = hard_ ? look.choice : s;
  tap("attention.alignment", reshape(lay_on_tokens(look.sentences, used), {B, 1, S}));
  const Tensor z = tap("attention.read", mixture(used, y));
  const Tensor logits = output_(graph, z);
  look.logits = tap("logits", reshape(logits, {B, 1, logits.shape()[1]}));
  return look;
}

Tensor GenericAttention::answers(Graph& graph, const SequenceBatch& batch) const {
  return look(graph, batch).logits;
}

/// What is left of the entropy bonus: from 1 down to 0.
Tensor GenericAttention::anneal(Graph& graph) const {
  return relu(affine(step_input(graph.tape), -1 / hard_->entropy_steps, 1));
}

/// Xu et al. 2015, equation 11, as something to maximise: log p(t|y_a) + (R - b) log s_a + lambda_H H[s], and, for a
/// learned baseline, -(R - b)^2 / 2, whose gradient reaches b alone.
Tensor GenericAttention::policy_objective(Graph& graph, const Look& look, const SequenceBatch& batch,
                                          Tensor log_likelihood) const {
  const int B = log_likelihood.shape()[0];
  const Tensor mask = look.sentences.mask, asked = reshape(batch.target_mask, {B});
  const Tensor right = equal(reshape(argmax(look.logits), {B}), reshape(batch.target_out, {B}));
  const Tensor reward = tap("policy.reward", stop_gradient(hard_->reward_is_correctness ? right : log_likelihood));
  Tensor baseline;
  if (moving_baseline_) baseline = moving_baseline_->value(graph);
  if (learned_baseline_) baseline = reshape((*learned_baseline_)(graph, stop_gradient(look.context)), {B});
  Tensor gain = log_likelihood + reinforce(log_probability(look.energies, mask, look.choice), reward, baseline);
  if (learned_baseline_) gain = gain - affine(square(reward - baseline), 0.5f, 0);
  if (hard_->entropy > 0) gain = gain + affine(anneal(graph), hard_->entropy, 0) * choice_entropy(look.energies, mask);
  if (moving_baseline_) moving_baseline_->follow(graph, reward, asked);
  return -(sum_all(gain * asked) / maximum(sum_all(asked), graph.tape.fill({}, 1)));
}

Forward GenericAttention::forward(Graph& graph, const SequenceBatch& batch) const {
  const Look at = look(graph, batch);
  Forward out{at.logits, masked_cross_entropy(at.logits, batch.target_out, batch.target_mask), {}};
  if (!hard_ || !batch.training) return out;
  const Tensor log_likelihood = -reshape(cross_entropy_rows(at.logits, batch.target_out), {batch.source.shape()[0]});
  out.objective = policy_objective(graph, at, batch, log_likelihood);
  return out;
}

std::vector<std::string> GenericAttention::tap_names() const {
  std::vector<std::string> names{"embedding",         "arguments",           "context",        "attention.energies",
                                 "attention.weights", "attention.alignment", "attention.read", "logits"};
  if (hard_) names.insert(names.end(), {"attention.sample", "attention.choice"});
  return names;
}

}  // namespace heed
