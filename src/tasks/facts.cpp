// tasks: facts about who does what to whom, new ones for every example, and a question that follows one to three of them (Miller et al.
// 2016, arXiv:1606.03126, ask a fixed knowledge base; new facts each time cannot be learnt by heart).
#include <algorithm>
#include <array>
#include <set>

#include "tasks/split.h"
#include "tasks/tasks.h"
#include "tasks/typed_sentences.h"

namespace heed {
namespace {

constexpr int kMostEntities = 26, kMostRelations = 8, kMostHops = 3, kFactWords = 3, kAnyWords = 64;
constexpr std::array<const char*, kMostEntities> kEntities = {"ada",  "ben",  "cleo", "dora", "emil", "fay",  "gus", "hana", "ivo",
                                                              "jane", "karl", "lea",  "max",  "nora", "otto", "pia", "quin", "rosa",
                                                              "sam",  "tess", "udo",  "vera", "will", "xena", "yan", "zoe"};
constexpr std::array<const char*, kMostRelations> kRelations = {"likes", "knows", "helps", "teaches", "calls", "follows", "trusts", "paints"};
/// The same told from the other side (section 3.2 of the paper: "reversed triples").
constexpr std::array<const char*, kMostRelations> kReversed = {"liked-by", "known-by", "helped-by", "taught-by", "called-by", "followed-by", "trusted-by", "painted-by"};

Vocabulary names_and_relations(int entities, int relations, bool both_ways) {
  std::vector<std::string> words(kEntities.begin(), kEntities.begin() + entities);
  words.insert(words.end(), kRelations.begin(), kRelations.begin() + relations);
  if (both_ways) words.insert(words.end(), kReversed.begin(), kReversed.begin() + relations);
  return Vocabulary(std::move(words), " ");
}

struct Fact {
  int subject, relation, object;  ///< relations behind the last one are told from the other side
};

class FactsTask final : public WholeInputTask {
 public:
  explicit FactsTask(const Json& spec)
      : entities_(spec["entities"]), relations_(spec["relations"]), both_ways_(spec["both_ways"]),
        facts_(std::min({spec["known"].get<int>(), entities_ * relations_ / 2, kMaximumSource / sides()})), hops_(spec["hops"]), vocabulary_(names_and_relations(entities_, relations_, both_ways_)) {}

  const Part& info() const override { return facts_part(); }
  TaskForm form() const override {
    TaskForm form;
    form.answer = Answer::kLabel;
    form.query = 1 + hops_;
    form.words = kFactWords;
    form.support = hops_;
    return form;
  }
  const Vocabulary& source_vocabulary() const override { return vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return vocabulary_; }
  int max_source_length(Split split) const override { return sides() * told(split); }
  int max_target_length(Split) const override { return 1; }
  std::uint64_t example_count(Split split) const override { return split == Split::kTestLong && told(split) == facts_ ? 0 : kManyExamples; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override {
    return drawn_for(*this, split, seed, index, [&](Random& random) { return tell(random, told(split)); });
  }
  std::vector<Example> probes() const override { return first_tested(*this, 4); }
  Result<Example> read_input(std::string_view text) const override;
  InputFault fault_in(std::string_view text) const override;
  std::string input_text(const Example& example) const override {
    std::string text;
    for (const std::string& fact : source_labels(example)) text += fact + ". ";
    return text + vocabulary_.text(example.query) + "?";
  }

 private:
  /// How many slots a fact takes.
  int sides() const { return both_ways_ ? 2 : 1; }
  int told(Split split) const { return split == Split::kTestLong ? std::min({2 * facts_, kMaximumSource / sides(), entities_ * relations_ / 2}) : facts_; }
  Fact reversed(const Fact& fact) const { return {fact.object, (fact.relation + relations_) % (2 * relations_), fact.subject}; }
  int entity_token(int entity) const { return kFirstToken + entity; }
  int relation_token(int relation) const { return kFirstToken + entities_ + relation; }
  bool is_entity(int token) const { return token >= kFirstToken && token < kFirstToken + entities_; }
  bool is_relation(int token) const { return token >= kFirstToken + entities_; }

  std::string advice() const;
  std::vector<int> tokens(const TypedSentence& sentence) const;
  Example tell(Random& random, int count) const;
  Example lay_out(const std::vector<Fact>& facts, int subject, const std::vector<int>& relations) const;

  int entities_, relations_;
  bool both_ways_;
  int facts_, hops_;
  Vocabulary vocabulary_;
};

/// First the facts that the question follows, then others; nobody has the same relation to two, and where one may ask from the other side,
/// no two have it to the same.
Example FactsTask::tell(Random& random, int count) const {
  std::vector<Fact> facts;
  std::set<std::pair<int, int>> known;
  const auto add = [&](Fact fact) {
    const Fact back = reversed(fact);
    if (known.contains({fact.subject, fact.relation}) || (both_ways_ && known.contains({back.subject, back.relation}))) return false;
    known.insert({fact.subject, fact.relation});
    if (both_ways_) known.insert({back.subject, back.relation});
    facts.push_back(fact);
    return true;
  };
  const auto other_than = [&](int entity) { return (entity + random.between(1, entities_ - 1)) % entities_; };
  const int asked = random.below(entities_);
  int here = asked;
  std::vector<int> relations;
  while (static_cast<int>(facts.size()) < std::min(hops_, count)) {
    const Fact step{here, random.below(sides() * relations_), other_than(here)};
    if (!add(step.relation < relations_ ? step : reversed(step))) continue;
    relations.push_back(step.relation);
    here = step.object;
  }
  while (static_cast<int>(facts.size()) < count) {
    const int subject = random.below(entities_), relation = random.below(relations_);
    add({subject, relation, other_than(subject)});
  }
  if (both_ways_)
    for (std::size_t n = 0, end = facts.size(); n < end; ++n) facts.push_back(reversed(facts[n]));
  for (int n = static_cast<int>(facts.size()) - 1; n > 0; --n) std::swap(facts[static_cast<std::size_t>(n)], facts[static_cast<std::size_t>(random.below(n + 1))]);
  return lay_out(facts, asked, relations);
}

/// Follows the relations from fact to fact; where one is missing there is no answer.
Example FactsTask::lay_out(const std::vector<Fact>& facts, int subject, const std::vector<int>& relations) const {
  Example example;
  for (const Fact& fact : facts) {
    example.source.push_back(entity_token(fact.subject));
    for (const int word : {entity_token(fact.subject), relation_token(fact.relation), entity_token(fact.object)}) example.source_words.push_back(word);
  }
  example.query = {entity_token(subject)};
  std::vector<int> way;
  int here = subject;
  for (const int relation : relations) {
    example.query.push_back(relation_token(relation));
    const auto found = std::ranges::find_if(facts, [&](const Fact& fact) { return fact.subject == here && fact.relation == relation; });
    if (found == facts.end() || here < 0) {
      here = -1;
      continue;
    }
    way.push_back(static_cast<int>(found - facts.begin()));
    here = found->object;
  }
  if (here >= 0) example.target = {entity_token(here)}, example.alignment = {way};
  return example;
}

std::string FactsTask::advice() const {
  std::string asked = " " + vocabulary_.token(relation_token(0));
  for (int hop = 1; hop < hops_; ++hop) asked += " " + vocabulary_.token(relation_token(hop % relations_));
  return "Write facts with a stop behind each, then whom and how: “ada likes ben. ben knows cleo. ada" + asked + "?”";
}

std::vector<int> FactsTask::tokens(const TypedSentence& sentence) const {
  std::vector<int> out;
  for (const TypedWord& word : sentence.words) out.push_back(vocabulary_.find(word.text));
  return out;
}

InputFault FactsTask::fault_in(std::string_view text) const {
  const std::vector<TypedSentence> sentences = typed_sentences(text);
  const InputFault fault = sentence_fault(sentences, vocabulary_, {kMaximumSource, kAnyWords, kAnyWords, advice(), "There are no facts yet."});
  if (!fault.code.empty()) return fault;
  for (const TypedSentence& sentence : sentences) {
    const std::vector<int> words = tokens(sentence);
    const auto relations_from = [&](std::size_t n) { return std::all_of(words.begin() + static_cast<std::ptrdiff_t>(n), words.end(), [this](int token) { return is_relation(token); }); };
    const std::string hops = std::to_string(hops_);
    if (sentence.asks && !(static_cast<int>(words.size()) == 1 + hops_ && is_entity(words[0]) && relations_from(1)))
      return {"not_a_question", {hops}, sentence.begin, sentence.end, "A question is a name and " + hops + (hops_ == 1 ? " relation. " : " relations. ") + advice()};
    if (!sentence.asks && !(words.size() == kFactWords && is_entity(words[0]) && is_relation(words[1]) && is_entity(words[2])))
      return {"not_a_fact", {sentence.plain()}, sentence.begin, sentence.end, "“" + sentence.plain() + "” is no fact: a name, a relation, a name. " + advice()};
  }
  return {};
}

Result<Example> FactsTask::read_input(std::string_view text) const {
  if (const InputFault fault = fault_in(text); !fault.code.empty()) return Error{fault.text, fault.code, fault.values};
  std::vector<Fact> facts;
  std::vector<int> relations;
  int subject = 0;
  for (const TypedSentence& sentence : typed_sentences(text)) {
    const std::vector<int> words = tokens(sentence);
    if (!sentence.asks) {
      facts.push_back({words[0] - kFirstToken, words[1] - relation_token(0), words[2] - kFirstToken});
      continue;
    }
    subject = words[0] - kFirstToken;
    for (std::size_t n = 1; n < words.size(); ++n) relations.push_back(words[n] - relation_token(0));
  }
  return lay_out(facts, subject, relations);
}

}  // namespace

const Part& facts_part() {
  static const Part part{"facts",
                         "Facts",
                         "A handful of facts, “ada likes ben”, new ones each time, and a question: whom does ada like? Or one that takes two facts: whom does the one "
                         "whom ada likes know?",
                         "Miller et al. 2016 (arXiv:1606.03126)",
                         {integer_field("entities", "Names", "How many people there are.", 4, kMostEntities, 20, "names"),
                          integer_field("relations", "Relations", "In how many ways they can have to do with each other.", 2, kMostRelations, 4, "relations"),
                          integer_field("known", "Facts", "In training. Twice as many are tested beside.", 3, kMaximumSource, 20, "facts"),
                          flag_field("both_ways", "From both sides", "Each fact is stored twice, once from the other side, “ben liked-by ada”, so that one can ask who likes ben.", false),
                          integer_field("hops", "Facts to follow", "How many facts lead to the answer.", 1, kMostHops, 1, "facts")}};
  return part;
}

Result<std::unique_ptr<Task>> make_facts(const Json& spec, std::string_view) {
  return std::unique_ptr<Task>(std::make_unique<FactsTask>(spec));
}

}  // namespace heed
