// models: key-value memory networks. See key_value_memory.h.
#include "models/key_value_memory.h"

namespace heed {
namespace {

constexpr float kKeySpread = 0.1f;

/// 1 where a word is the last of its sentence.  words:(B,S,W) -> (B,S,W)
Tensor last_words(Tensor there) {
  const int W = there.shape()[2];
  if (W == 1) return there;
  return there - pad(slice(there, 2, 1, W - 1), 2, 0, W);
}

/// 1 where a word stands in the middle of its window.
Tensor centre_words(Tensor there) {
  const int W = there.shape()[2];
  std::vector<float> centre(static_cast<std::size_t>(W), 0.0f);
  centre[static_cast<std::size_t>((W - 1) / 2)] = 1;
  return there * there.tape->constant({W}, centre);
}

/// The sum of the rows of those words, each times the weights of its place.  table:(V,D) words:(B,S,W) i32, -1 for none; which:(B,S,W) ->
/// (B,S,D)
Tensor bag(Tensor table, Tensor words, Tensor which, WordOrder order) {
  const Shape shape = words.shape();
  const int W = shape[2], D = table.shape()[1];
  const Tensor rows = gather_rows(table, words) * reshape(which, {shape[0], shape[1], W, 1});
  return sum(order == WordOrder::kBag ? rows : rows * table.tape->constant({W, D}, position_weights(order, W, D)), 2);
}

}  // namespace

KeyValueMemory::KeyValueMemory(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      hops_(spec.at("hops")),
      key_side_(spec.at("keys")),
      value_side_(spec.at("values")),
      hashing_(spec.at("hashing") == "rare"),
      order_(spec.at("order") == "bag" ? WordOrder::kBag : WordOrder::kPublished),
      key_order_(spec.at("key_order") == "bag" ? WordOrder::kBag : WordOrder::kPublished) {
  const int d = spec.at("embedding");
  keys_ = parameters_.add("keys.table", {source_vocabulary, d}, {InitKind::kNormal, kKeySpread});
  values_ = spec.at("tables") == "shared" ? keys_ : parameters_.add("values.table", {source_vocabulary, d}, {InitKind::kNormal, kKeySpread});
  for (int j = 1; j <= hops_; ++j) turns_.push_back(parameters_.add("hop" + std::to_string(j) + ".turn", {d, d}, {InitKind::kIdentity}));
  if (source_vocabulary != target_vocabulary) output_ = std::make_unique<Linear>(parameters_, "output", d, target_vocabulary, Bias::kNone);
}

/// Key hashing: slots whose key shares a word with the question, one that not more than half of the slots have. All slots where there is
/// none.  in_key:(B,S,W) -> (B,S)
Tensor KeyValueMemory::candidates(const SequenceBatch& batch, Tensor in_key) const {
  const Shape shape = batch.source_words.shape();
  const int B = shape[0], S = shape[1], W = shape[2], Q = batch.query.shape()[1];
  const Tensor same = equal(reshape(batch.source_words, {B, S, W, 1}), reshape(batch.query, {B, 1, 1, Q}));
  const Tensor has = max(same * reshape(in_key, {B, S, W, 1}), 2) * reshape(batch.query_mask, {B, 1, Q});
  const Tensor share = sum(has, 1, true) / maximum(reshape(sum(batch.source_mask, 1), {B, 1, 1}), batch.source.tape->fill({}, 1));
  const Tensor rare = 1.0f - step(share + -0.5f);
  const Tensor chosen = max(has * rare, 2) * batch.source_mask;
  const Tensor none = 1.0f - max(chosen, 1, true);
  return chosen + none * batch.source_mask;
}

Tensor KeyValueMemory::answers(Graph& graph, const SequenceBatch& batch) const {
  const int B = batch.source.shape()[0], S = batch.source.shape()[1];
  const Tensor there = 1.0f - step(-cast_float(batch.source_words));  // no word is -1
  const Tensor in_key = key_side_ == "beginning" ? there - last_words(there) : key_side_ == "around" ? there - centre_words(there) : there;
  const Tensor in_value = value_side_ == "last" ? last_words(there) : value_side_ == "centre" ? centre_words(there) : there;
  const Tensor keys = bag(graph(keys_), batch.source_words, in_key, key_order_);
  const Tensor values = bag(graph(values_), batch.source_words, in_value, WordOrder::kBag);
  const int d = keys.shape()[2];
  const Tensor all = tap("memory.slots", concat({keys, values}, 2));
  const Tensor k = slice(all, 2, 0, d), v = slice(all, 2, d, d);

  const Tensor asked = hashing_ ? candidates(batch, in_key) : affine(batch.source_mask, 1, 0);
  tap("memory.candidates", asked);
  Tensor q = tap("question", embed_question(graph(keys_), batch.query, batch.query_mask, order_));
  std::vector<Tensor> attention, states;
  for (int j = 0; j < hops_; ++j) {
    const Tensor p = masked_softmax(reshape(matmul(k, reshape(q, {B, d, 1})), {B, S}), asked);  // equation 1
    attention.push_back(p);
    const Tensor o = reshape(matmul(reshape(p, {B, 1, S}), v), {B, d});  // equation 2
    q = matmul(q + o, graph(turns_[static_cast<std::size_t>(j)]));
    states.push_back(q);
  }
  tap("memory.attention", reshape(stack(attention, 1), {B, hops_, 1, S}));
  tap("memory.states", stack(states, 1));
  const Tensor logits = output_ ? (*output_)(graph, q) : matmul(q, graph(values_), false, true);
  return tap("logits", reshape(logits, {B, 1, logits.shape()[1]}));
}

std::vector<std::string> KeyValueMemory::head_names() const {
  std::vector<std::string> names;
  for (int j = 1; j <= hops_; ++j) names.push_back("hop " + std::to_string(j));
  return names;
}

std::vector<std::string> KeyValueMemory::tap_names() const {
  return {"memory.slots", "memory.candidates", "question", "memory.attention", "memory.states", "logits"};
}

}  // namespace heed
