// models: hierarchical attention in the order of Yang et al. 2016, section 2.2. See hierarchical_attention.h.
#include "models/hierarchical_attention.h"

#include "nn/argument_scores.h"

namespace heed {

HierarchicalAttention::Level::Level(ParameterSet& parameters, const std::string& name, int width, int hidden_size,
                                    int question_width)
    : size(hidden_size), hidden(parameters, name + ".hidden", width, hidden_size, Bias::kZeros) {
  if (question_width > 0)
    from_question = std::make_unique<Linear>(parameters, name + ".question", question_width, size, Bias::kNone);
  else
    context = parameters.add(name + ".context", {size, 1}, {InitKind::kXavierUniform});
}

Tensor HierarchicalAttention::Level::scores(Graph& graph, Tensor h, Tensor question) const {
  const int B = h.shape()[0], M = h.shape()[1];
  const Tensor u = tanh(hidden(graph, h));
  const Tensor c = from_question ? reshape((*from_question)(graph, question), {B, size, 1}) : graph(context);
  return reshape(matmul(u, c), {B, M});
}

HierarchicalAttention::HierarchicalAttention(const Json& spec, const TaskForm& form, int source_vocabulary,
                                             int target_vocabulary)
    : DirectModel(form),
      segments_(form.segments),
      embedding_(parameters_, "embedding", source_vocabulary, spec.at("embedding")) {
  const int size = spec.at("size");
  int question_width = 0, width = embedding_.width();
  if (form.query > 0) {
    question_ = std::make_unique<Embedding>(parameters_, "question", source_vocabulary, width);
    question_width = width;
  }
  const Json& words = spec.at("words");
  if (words.at("type") != "none") {
    word_encoder_ = std::make_unique<SentenceEncoder>(parameters_, "words.encoder", words.at("type"), width,
                                                      words.at("hidden").get<int>());
    width = word_encoder_->width();
  }
  words_ = std::make_unique<Level>(parameters_, "words", width, size, question_width);
  const Json& sentences = spec.at("sentences");
  if (sentences.at("type") != "none") {
    sentence_encoder_ = std::make_unique<RecurrentEncoder>(parameters_, "sentences.encoder", sentences.at("type"),
                                                           width, sentences.at("hidden").get<int>(), true);
    width = sentence_encoder_->width();
  }
  sentences_ = std::make_unique<Level>(parameters_, "sentences", width, size, question_width);
  output_ = std::make_unique<Linear>(parameters_, "output", width, target_vocabulary, Bias::kZeros);
}

Tensor HierarchicalAttention::answers(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], S = batch.source.shape()[1];
  const Sentences sentences =
      segments_ > 0 ? sentences_of(batch.segments, batch.source_mask, segments_) : one_sentence(batch.source_mask);
  const int N = sentences.mask.shape()[1];
  Tensor question;
  if (question_)
    question = sum((*question_)(graph, batch.query) * reshape(batch.query_mask, {B, batch.query.shape()[1], 1}), 1);

  Tensor h = tap("embedding", embedding_(graph, batch.source));
  if (word_encoder_) h = (*word_encoder_)(graph, h, sentences);
  const Tensor alpha_words =
      tap("words.weights", softmax_in_sentences(sentences, words_->scores(graph, tap("words.states", h), question)));
  Tensor s = tap("sentences.vectors", matmul(alpha_words, h));  // s_i = sum_t alpha_it h_it

  if (sentence_encoder_) s = (*sentence_encoder_)(graph, s, sentences.mask).annotations;
  const Tensor alpha =
      tap("sentences.weights",
          masked_softmax(sentences_->scores(graph, tap("sentences.states", s), question), sentences.mask));
  tap("attention.alignment", matmul(reshape(alpha, {B, 1, N}), alpha_words));  // alpha_i alpha_it:(B,1,S)
  tap("attention.words", sum(alpha_words, 1));                                 // alpha_it laid on the words
  tap("attention.sentences", reshape(matmul(reshape(alpha, {B, 1, N}), sentences.membership), {B, S}));
  const Tensor v = tap("document", mixture(alpha, s));
  const Tensor logits = (*output_)(graph, v);
  return tap("logits", reshape(logits, {B, 1, logits.shape()[1]}));
}

std::vector<std::string> HierarchicalAttention::tap_names() const {
  return {"embedding",
          "words.states",
          "words.weights",
          "sentences.vectors",
          "sentences.states",
          "sentences.weights",
          "attention.alignment",
          "attention.words",
          "attention.sentences",
          "document",
          "logits"};
}

}  // namespace heed
