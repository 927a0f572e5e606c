// models: memory networks. See memory_network.h.
#include "models/memory_network.h"

#include "nn/memory_slots.h"

namespace heed {
namespace {

constexpr Init kSmallTables{InitKind::kNormal, 0.1f};
constexpr std::uint32_t kMemoriesStream = 43, kWordsStream = 53;

/// later(j,i) = 1 where sentence j came after sentence i.
Tensor later_than(Tape& tape, int S) {
  std::vector<float> later(static_cast<std::size_t>(S * S), 0.0f);
  for (int j = 0; j < S; ++j)
    for (int i = 0; i < j; ++i) later[static_cast<std::size_t>(j * S + i)] = 1;
  return tape.constant({S, S}, later);
}

Tensor fits(Tensor rows, Tensor x) {
  const Shape shape = rows.shape();
  return reshape(matmul(rows, reshape(x, {shape[0], shape[2], 1})), {shape[0], shape[1]});
}

/// sum_i weights_i rows_i.  weights:(B,S) rows:(B,S,n) -> (B,n)
Tensor mix_rows(Tensor weights, Tensor rows) {
  const Shape shape = rows.shape();
  return reshape(matmul(reshape(weights, {shape[0], 1, shape[1]}), rows), {shape[0], shape[2]});
}

/// Of those that are 1 in each row, on average so many, drawn anew at each step; all of them for 0.
Tensor drawn(Tensor others, int many, std::uint32_t stream) {
  if (many == 0) return others;
  Tape& tape = *others.tape;
  const Tensor share = tape.fill({}, static_cast<float>(many)) / maximum(sum(others, 1, true), tape.fill({}, 1));
  return others * greater(share, random_uniform(tape, others.shape(), stream));
}

}  // namespace

MemoryNetwork::MemoryNetwork(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary)
    : DirectModel(form),
      kept_(spec.at("generalisation").at("type") == "newest" ? spec.at("generalisation").at("kept").get<int>() : 0),
      times_(spec.at("input").at("times") == "yes"),
      hard_(spec.at("output").at("type") == "hard"),
      ranks_words_(spec.at("response").at("type") == "ranking"),
      supports_(spec.at("output").at("supports")) {
  if (hard_) margin_ = spec.at("output").at("margin").get<float>(), negatives_ = spec.at("output").at("negatives");
  if (ranks_words_) word_margin_ = spec.at("response").at("margin").get<float>(), wrong_words_ = spec.at("response").at("negatives");
  const int n = spec.at("input").at("embedding");
  o_question_ = parameters_.add("output.question.table", {source_vocabulary, n}, kSmallTables);
  if (supports_ > 1) o_found_ = parameters_.add("output.found.table", {source_vocabulary, n}, kSmallTables);
  o_looked_ = parameters_.add("output.memory.table", {source_vocabulary, n}, kSmallTables);
  if (times_) o_times_ = parameters_.add("output.times.table", {2, n}, kSmallTables);
  r_question_ = parameters_.add("response.question.table", {source_vocabulary, n}, kSmallTables);
  r_found_ = parameters_.add("response.found.table", {source_vocabulary, n}, kSmallTables);
  r_word_ = parameters_.add("response.word.table", {target_vocabulary, n}, kSmallTables);
}

/// I and G: each sentence a bag of words in the next free slot.
MemoryNetwork::Memory MemoryNetwork::store(Graph& graph, const SequenceBatch& batch) const {
  const int S = batch.source.shape()[1];
  const auto bags = [&](Parameter table) { return embed_sentences(graph(table), batch.source_words, WordOrder::kBag); };
  const auto question = [&](Parameter table) { return embed_question(graph(table), batch.query, batch.query_mask, WordOrder::kBag); };
  std::vector<Tensor> roles = {bags(o_looked_), bags(r_found_)};
  if (supports_ > 1) roles.push_back(bags(o_found_));
  const int n = roles[0].shape()[2];
  const Tensor all = tap("memory.sentences", concat(roles, 2));
  Memory memory;
  memory.looked = slice(all, 2, 0, n), memory.answering = slice(all, 2, n, n);
  if (supports_ > 1) memory.found = slice(all, 2, 2 * n, n);
  memory.mask = batch.source_mask;
  if (kept_ > 0) {
    Tape& tape = graph.tape;
    const Tensor newer = matmul(batch.source_mask, later_than(tape, S));
    memory.mask = batch.source_mask * greater(tape.fill({}, static_cast<float>(kept_)), newer);
  }
  memory.question = question(o_question_), memory.asked = question(r_question_);
  return memory;
}

MemoryNetwork::Look MemoryNetwork::look(Graph& graph, const Memory& memory, Tensor x, Tensor last) const {
  Look look{fits(memory.looked, x), {}};
  if (!times_) return look;
  const int B = x.shape()[0], S = memory.mask.shape()[1];
  const Tensor by_time = matmul(x, graph(o_times_), false, true);  // (B,2)
  look.older = take(by_time, 1, 0);
  if (last) look.of = look.of + reshape(take(by_time, 1, 1), {B, 1}) * matmul(last, later_than(graph.tape, S), false, true);
  return look;
}

/// Section 3.4: one memory after the other against the winner so far, which is older.
Tensor MemoryNetwork::winner(const Look& look, Tensor mask) const {
  Tape& tape = *mask.tape;
  const int B = mask.shape()[0], S = mask.shape()[1];
  Tensor best = tape.fill({B}, -1e9f), at = tape.fill({B}, -1.0f);
  for (int i = 0; i < S; ++i) {
    const Tensor now = take(look.of, 1, i);
    const Tensor ahead = look.older && i > 0 ? now - best - look.older : now - best;
    const Tensor beats = step(ahead) * take(mask, 1, i);
    best = select(beats, now, best);
    at = select(beats, tape.fill({B}, static_cast<float>(i)), at);
  }
  std::vector<float> places(static_cast<std::size_t>(S));
  for (int i = 0; i < S; ++i) places[static_cast<std::size_t>(i)] = static_cast<float>(i);
  return stop_gradient(equal(reshape(at, {B, 1}), tape.constant({S}, places)));
}

/// The softmax of the scores, in which every newer and every older memory counts as one comparison.
Tensor MemoryNetwork::mixture(const Look& look, Tensor mask) const {
  const int B = mask.shape()[0], S = mask.shape()[1];
  Tensor of = look.of;
  if (look.older) {
    const Tensor later = later_than(*mask.tape, S);
    const Tensor newer = matmul(mask, later) - matmul(mask, later, false, true);  // how many are newer, less how many are older
    of = of + reshape(look.older, {B, 1}) * newer;
  }
  return masked_softmax(of, mask);
}

Tensor MemoryNetwork::words(Graph& graph, Tensor x) const { return matmul(x, graph(r_word_), false, true); }

Tensor MemoryNetwork::answers(Graph& graph, const SequenceBatch& batch, const Memory& memory) const {
  const int B = batch.source.shape()[0], S = batch.source.shape()[1];
  Tensor x = memory.question, reading = memory.asked, mask = memory.mask, last;
  std::vector<Tensor> attention, all;
  for (int k = 0; k < supports_; ++k) {
    const Look look = this->look(graph, memory, x, last);
    const Tensor p = hard_ ? winner(look, mask) : mixture(look, mask);
    attention.push_back(p), all.push_back(look.of);
    reading = reading + mix_rows(p, memory.answering);
    if (k + 1 == supports_) break;
    x = x + mix_rows(p, memory.found);
    last = p;
    if (hard_) mask = mask * (1.0f - p);  // what was found is not looked for again
  }
  tap("memory.attention", reshape(stack(attention, 1), {B, supports_, 1, S}));
  tap("memory.scores", stack(all, 1));
  const Tensor logits = words(graph, reading);
  return tap("logits", reshape(logits, {B, 1, logits.shape()[1]}));
}

Tensor MemoryNetwork::answers(Graph& graph, const SequenceBatch& batch) const { return answers(graph, batch, store(graph, batch)); }

/// The words that do not answer, each by how much it is ahead of the answer less the margin.
Tensor MemoryNetwork::wrong_words(Tensor scored, Tensor answer, bool training) const {
  const int B = scored.shape()[0], V = scored.shape()[1];
  const Tensor right = place(scored.tape->fill({B}, 1), answer, V);
  const Tensor wrong = relu(word_margin_ - (reshape(sum(scored * right, 1), {B, 1}) - scored));
  return sum(wrong * drawn(1.0f - right, training ? wrong_words_ : 0, kWordsStream), 1);
}

/// Section 3.1: other memories than the supporting one, and other words than the answer, are to score less by the margin; what supports is
/// given.
Tensor MemoryNetwork::ranking(Graph& graph, const Memory& memory, const SequenceBatch& batch) const {
  Tape& tape = graph.tape;
  const int B = batch.source.shape()[0], S = batch.source.shape()[1];
  Tensor x = memory.question, reading = memory.asked, mask = memory.mask, last, total;
  const Tensor told = tape.fill({B}, 1);
  for (int k = 0; k < supports_ && k < batch.support.shape()[1]; ++k) {
    const Tensor gold = place(told, take(batch.support, 1, k), S) * memory.mask;
    const Look look = this->look(graph, memory, x, last);
    const Tensor others = mask * (1.0f - gold);
    Tensor ahead = reshape(sum(look.of * gold, 1), {B, 1}) - look.of;
    if (look.older) {
      const Tensor later = later_than(tape, S);
      const Tensor newer = matmul(gold, later, false, true) - matmul(gold, later);  // 1 where a memory is newer than the supporting one
      ahead = ahead + reshape(look.older, {B, 1}) * newer;
    }
    const Tensor compared = drawn(others, batch.training ? negatives_ : 0, kMemoriesStream + static_cast<std::uint32_t>(k));
    const Tensor short_of = relu(margin_ - ahead) * compared * reshape(sum(gold, 1), {B, 1});
    total = total ? total + sum(short_of, 1) : sum(short_of, 1);
    reading = reading + mix_rows(gold, memory.answering);
    if (k + 1 == supports_) break;
    x = x + mix_rows(gold, memory.found);
    last = gold, mask = others;
  }
  const Tensor answer = take(batch.target_out, 1, 0);
  const Tensor scored = words(graph, reading);
  if (!ranks_words_) return sum_all((total + cross_entropy_rows(scored, answer)) * take(batch.target_mask, 1, 0));
  return sum_all((total + wrong_words(scored, answer, batch.training)) * take(batch.target_mask, 1, 0));
}

Forward MemoryNetwork::forward(Graph& graph, const SequenceBatch& batch) const {
  const Memory memory = store(graph, batch);
  const Tensor logits = answers(graph, batch, memory);
  const Tensor loss = answer_loss(form(), logits, batch);
  if (!hard_ && !ranks_words_) return {logits, loss};
  const Tensor examples = maximum(sum_all(batch.target_mask), graph.tape.fill({}, 1));
  if (hard_) return {logits, loss, ranking(graph, memory, batch) / examples};
  const int B = logits.shape()[0], V = logits.shape()[2];
  const Tensor wrong = wrong_words(reshape(logits, {B, V}), take(batch.target_out, 1, 0), batch.training);
  return {logits, loss, sum_all(wrong * take(batch.target_mask, 1, 0)) / examples};
}

std::vector<std::string> MemoryNetwork::head_names() const {
  std::vector<std::string> names;
  for (int k = 1; k <= supports_; ++k) names.push_back("hop " + std::to_string(k));
  return names;
}

std::vector<std::string> MemoryNetwork::tap_names() const { return {"memory.sentences", "memory.attention", "memory.scores", "logits"}; }

}  // namespace heed
