// tasks: what a task is. A task is a source of examples, generated or brought by the user, with its vocabularies, its
// text form and, where there is one, the true alignment. One file per task; the list of all of them is in
// tasks/registry.h.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/field.h"
#include "base/result.h"
#include "base/task_form.h"

namespace heed {

/// Token numbers shared by all vocabularies.
inline constexpr int kPadToken = 0, kStartToken = 1, kEndToken = 2, kUnknownToken = 3, kFirstToken = 4;

/// Longest source of any task, in tokens; tests of how far a program reaches may go on to the second.
inline constexpr int kMaximumSource = 64, kMaximumTested = 256;

class Vocabulary {
 public:
  /// `tokens` without the four special ones. `separator` is put between tokens when text is joined: "" for characters,
  /// " " for words.
  Vocabulary(std::vector<std::string> tokens, std::string separator);

  int size() const;
  /// The token's text; the special ones read "<pad>", "<start>", "<end>", "<unknown>".
  const std::string& token(int id) const;
  /// kUnknownToken when the word is not there.
  int find(std::string_view word) const;
  const std::string& separator() const;
  /// Joined text without padding, start and end marks.
  std::string text(const std::vector<int>& ids) const;
  Json to_json() const;
  static Result<Vocabulary> from_json(const Json& json);
  bool operator==(const Vocabulary&) const = default;

 private:
  std::vector<std::string> tokens_;
  std::string separator_;
  std::map<std::string, int, std::less<>> index_;
};

/// kTest never shares a source with kTrain. kTestLong holds sources longer than any of kTrain (length generalisation).
enum class Split { kTrain, kTest, kTestLong };

struct Example {
  std::vector<int> source;  ///< S tokens, without marks
  std::vector<int> target;  ///< T tokens; of a kSequence the last one is kEndToken
  /// T rows: for each target position the source positions that a correct model reads, in the order in which it needs them (supporting
  /// facts); an empty row has no truth (the end mark, the dashes of a date). Empty altogether when the task has no alignment.
  std::vector<std::vector<int>> alignment;

  // What only some forms have (base/task_form.h); empty otherwise.
  std::vector<int> query = {};            ///< the question's tokens, of the source vocabulary
  std::vector<int> source_words = {};     ///< (S,W) tokens of the sentences, padded with kPadToken; `source` then holds a token for each
  std::vector<int> segments = {};         ///< S numbers from 0 on: the sentence that a source token belongs to
  std::vector<float> asked = {};          ///< T numbers: 1 where the answer counts, 0 elsewhere; empty: everywhere
  std::vector<float> source_values = {};  ///< (S,F); `source` then holds what stands at the axis, a token for each position
  std::vector<float> target_values = {};  ///< (T,G); likewise
  int kind = 0;                           ///< of a task of several kinds, which: from 1 on; 0: not known
  int lost_support = 0;                   ///< supporting positions that did not fit; those in `alignment` are the others
};

/// What is worth knowing of a task before one trains on it, said once: `values` go into the translation of `code`, "notice." + code.
struct TaskNote {
  std::string code, text;
  std::vector<std::string> values;
};

/// What is wrong with a typed input, and where.
struct InputFault {
  std::string code;                 ///< stable, for translation and tests; empty: nothing is
  std::vector<std::string> values;  ///< what goes into the translation's places
  int begin = 0, end = 0;           ///< the bytes of the text that it is about; equal where something is missing there
  std::string text = {};            ///< in English, with the way out
};

/// A text that may be typed, worth trying.
struct InputExample {
  std::string key;   ///< for its title in the language of the page: "blue_dress", or "probe"
  std::string text;
};

class Task {
 public:
  virtual ~Task() = default;
  virtual const Part& info() const = 0;
  /// The same for all examples. Of kEach and kNext every example has T = S, of kLabel T = 1.
  virtual TaskForm form() const { return {}; }
  virtual const Vocabulary& source_vocabulary() const = 0;
  virtual const Vocabulary& target_vocabulary() const = 0;
  /// Longest source / target (end mark counted) of a split; 0 when the split is empty (small user data has no
  /// kTestLong).
  virtual int max_source_length(Split split) const = 0;
  virtual int max_target_length(Split split) const = 0;
  /// How many different examples `example` can give; generators answer a large number.
  virtual std::uint64_t example_count(Split split) const = 0;
  /// The index-th example of a split: a pure function of (task, seed, split, index).
  virtual Example example(Split split, std::uint64_t seed, std::uint64_t index) const = 0;
  /// A few fixed examples that show the task's picture best; what the timeline watches. 3 to 6 of them, from kTest.
  virtual std::vector<Example> probes() const = 0;
  /// The user's text as source tokens. Errors say what is allowed and give an example. At most 64 tokens.
  virtual Result<std::vector<int>> encode_source(std::string_view text) const = 0;
  /// The right answer for a source the user typed, where the task can tell; an empty vector where it cannot.
  virtual std::vector<int> solve(const std::vector<int>& source) const = 0;
  /// The user's text as an example: its question, parts and numbers too; the target empty where it cannot be told.
  virtual Result<Example> read_input(std::string_view text) const;
  /// Where the fault lies that read_input complains of, where the task can tell.
  virtual InputFault fault_in(std::string_view) const { return {}; }
  /// Texts that read_input takes, beside those of the probes.
  virtual std::vector<InputExample> input_examples() const { return {}; }
  /// The text that read_input takes for the example.
  virtual std::string input_text(const Example& example) const { return source_vocabulary().text(example.source); }
  /// What stands at the S positions of the source, for people: tokens, or whole sentences.
  virtual std::vector<std::string> source_labels(const Example& example) const;
  /// The loss, in nats over all asked values of the example, of who knows how examples are drawn and sees no more of this one than the model
  /// does; negative where that is not known, or is 0.
  virtual double best_loss(const Example&) const { return -1; }
  /// Of the user's data: what was left out of it.
  virtual std::vector<TaskNote> notes() const { return {}; }
  /// What the kind of an example asks for; "" where there are no kinds.
  virtual std::string kind_name(int) const { return {}; }
  /// Offset between a source position and the encoder state that a correct model may attend instead: the score counts
  /// mass on the true positions only; this many neighbours are shown beside it ("within one").
  virtual int alignment_slack() const { return 1; }
};

/// A task whose input is more than tokens of a source (a question, numbers, sentences): it is read as a whole, and tokens alone have no answer.
class WholeInputTask : public Task {
 public:
  Result<std::vector<int>> encode_source(std::string_view text) const final;
  std::vector<int> solve(const std::vector<int>&) const override { return {}; }
  Result<Example> read_input(std::string_view text) const override = 0;
};

}  // namespace heed
