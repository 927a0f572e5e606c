// tasks: vectors of bits that come in one after the other and go out again, each step of the answer after the last of them: what memory
// machines are tried on (Graves, Wayne and Danihelka 2014, section 4). What stands at a position is written in hexadecimal.
#pragma once

#include <vector>

#include "base/rng.h"
#include "tasks/task.h"

namespace heed {

/// Example under construction: steps that are read, then steps that are answered.
class BitSteps {
 public:
  /// `bits` per vector, `flags` further numbers at each step, `answer_flags` further ones in each answer.
  explicit BitSteps(int bits, int flags, int answer_flags = 0) : bits_(bits), flags_(flags), answer_width_(bits + answer_flags) {}

  /// A step that shows a vector; its number among all steps.
  int show(int vector, int flag = -1, float value = 1);
  /// A step that shows a flag alone.
  int mark(int flag, float value = 1);
  /// A step at which a vector is asked for, which `from` showed; -1: none did.
  void ask(int vector, int from) { ask_at(add(kBlank, -1, -1, 0), vector, from); }
  /// The same at a step that is there already.
  void ask_at(int step, int vector, int from);
  /// A step at which the first of the answer's flags is asked for, and no vector.
  void ask_mark();
  Example finish() && { return std::move(example_); }

 private:
  static constexpr int kBlank = kFirstToken;
  int add(int token, int vector, int flag, float value);

  int bits_, flags_, answer_width_;
  Example example_;
};

class BitTask : public WholeInputTask {
 public:
  BitTask(int bits, int flags, int low, int high, int high_long, int answer_flags = 0);

  TaskForm form() const override;
  const Vocabulary& source_vocabulary() const override { return vocabulary_; }
  const Vocabulary& target_vocabulary() const override { return vocabulary_; }
  int max_source_length(Split split) const override { return split == Split::kTestLong ? steps_for_long(high_long_) : steps_for(high_); }
  int max_target_length(Split split) const override { return max_source_length(split); }
  std::uint64_t example_count(Split) const override { return std::uint64_t{1} << 53; }
  Example example(Split split, std::uint64_t seed, std::uint64_t index) const override;
  std::vector<Example> probes() const override;
  Result<Example> read_input(std::string_view text) const override;
  /// A word that is no vector of this width.
  InputFault fault_in(std::string_view text) const override;
  std::string input_text(const Example& example) const override;

 protected:
  /// What an example is made of: the vectors, and what else the task draws.
  struct Drawn {
    std::vector<int> vectors;
    std::vector<float> numbers = {};  ///< as the task wants them
  };
  /// How many steps the largest example of so many vectors (or items) takes.
  virtual int steps_for(int size) const = 0;
  virtual Drawn draw(Random& random, int size) const = 0;
  /// The same for the long test, where it differs in more than the size.
  virtual int steps_for_long(int size) const { return steps_for(size); }
  virtual Drawn draw_long(Random& random, int size) const { return draw(random, size); }
  virtual Example complete(const Drawn& drawn) const = 0;
  /// How the text of `drawn` ends after its vectors, and how that is read; empty where there is nothing.
  virtual std::string rest_text(const Drawn&) const { return ""; }
  virtual Result<Drawn> read_rest(Drawn drawn, const std::vector<std::string>& rest) const;
  /// One example of the text form.
  virtual std::string advice() const = 0;
  /// So many vectors of this width as they are typed: “9 1 c f”.
  std::string sample(int count) const;
  virtual int fewest() const { return 1; }
  /// What `example` was made of.
  virtual Drawn drawn_from(const Example& example) const = 0;

  int bits() const { return bits_; }
  int flags() const { return flags_; }
  BitSteps no_steps() const { return BitSteps(bits_, flags_, answer_flags_); }
  int low() const { return low_; }
  int high_long() const { return high_long_; }
  std::vector<int> any_vectors(Random& random, int count) const;
  /// The vectors that the first steps of `example` show, up to the first that shows none.
  std::vector<int> shown(const Example& example, std::size_t from = 0) const;

 private:
  /// Of a vector as it was typed, its zeros in front left out or not; below that of the first vector where it is none.
  int token_of(const std::string& word) const;

  int bits_, flags_, low_, high_, high_long_, answer_flags_;
  Vocabulary vocabulary_;
};

/// Controls that several of the programs have.
Field bits_field(int fallback);
Field fewest_field(int fallback);
Field most_field(int fallback);
Field tested_field(const char* help, int most, int fallback);

/// What is wrong with a task's lengths; empty where nothing is.
std::string length_complaint(const BitTask& task);

template <class T>
Result<std::unique_ptr<Task>> make_bits(const Json& spec) {
  auto task = std::make_unique<T>(spec);
  if (const std::string complaint = length_complaint(*task); !complaint.empty()) return Error{complaint};
  return std::unique_ptr<Task>(std::move(task));
}

}  // namespace heed
