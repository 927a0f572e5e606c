// models: Weston, Chopra and Bordes 2015, "Memory networks" (arXiv:1410.3916), sections 2 to 3. Four parts: I turns words into features,
// G stores them in the memory, O looks for supporting memories one after the other, R answers with a word. Letters of the paper: s_O and
// s_R scores x' U' U y, m_o1 the first supporting memory, gamma the margin. A word has a row of U for each of its roles: in the question,
// in what was found, in what is looked at.
//
// Hard addressing: O takes the winner, and is taught by the supporting facts (margin ranking, section 3.1). The same addressing soft beside
// it: O mixes all memories by the softmax of the same scores, and needs no supporting facts.
//
// Where this differs: time is compared in a way that s(y,y') = -s(y',y) holds by construction (section 3.4), so that the margin that the
// paper asks for in both directions, [g - s(f,y)]+ and [g + s(y,f)]+, is the same twice, and counts once.
#pragma once

#include <string>
#include <vector>

#include "models/model.h"

namespace heed {

/// The model's slots and fields.
const Part& memory_network_part();

class MemoryNetwork : public DirectModel {
 public:
  /// `spec` validated by memory_network_part().
  MemoryNetwork(const Json& spec, const TaskForm& form, int source_vocabulary, int target_vocabulary);

  const ParameterSet& parameters() const override { return parameters_; }
  Forward forward(Graph& graph, const SequenceBatch& batch) const override;
  Tensor answers(Graph& graph, const SequenceBatch& batch) const override;
  std::vector<std::string> tap_names() const override;
  /// (B,P,1,S): the memories that were found, of hard addressing one each.
  std::string alignment_tap() const override { return "memory.attention"; }
  std::vector<std::string> head_names() const override;
  bool heads_are_hops() const override { return true; }
  std::string input_tap() const override { return "memory.sentences"; }

 private:
  /// What I and G make of a batch.
  struct Memory {
    Tensor looked, found, answering;  ///< (B,S,n): as candidates of O, as what O has found, as what R reads
    Tensor mask;                      ///< (B,S): what G has kept
    Tensor question, asked;           ///< (B,n): for O, for R
  };
  /// One look of O: s(i,j) = of_i - of_j + (j newer than i ? older : j older than i ? -older : 0).
  struct Look {
    Tensor of;     ///< (B,S)
    Tensor older;  ///< (B), null without times
  };

  Memory store(Graph& graph, const SequenceBatch& batch) const;
  /// `x`:(B,n) the question and all that was found; `last`:(B,S) which memory was found last, null at first.
  Look look(Graph& graph, const Memory& memory, Tensor x, Tensor last) const;
  Tensor winner(const Look& look, Tensor mask) const;  ///< (B,S), 1 at one place
  Tensor mixture(const Look& look, Tensor mask) const;
  Tensor words(Graph& graph, Tensor x) const;  ///< R: how well each word answers
  Tensor wrong_words(Tensor scored, Tensor answer, bool training) const;
  Tensor ranking(Graph& graph, const Memory& memory, const SequenceBatch& batch) const;
  Tensor answers(Graph& graph, const SequenceBatch& batch, const Memory& memory) const;

  ParameterSet parameters_;  // first: everything below adds to it
  int kept_;                 ///< 0: all
  bool times_, hard_, ranks_words_;
  int supports_;
  float margin_ = 0, word_margin_ = 0;
  int negatives_ = 0, wrong_words_ = 0;  ///< how many others a right one is ranked against in training; 0: all
  Parameter o_question_, o_found_, o_looked_, o_times_, r_question_, r_found_, r_word_;
};

}  // namespace heed
