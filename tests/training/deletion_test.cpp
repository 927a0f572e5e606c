// training: stories without one of their sentences: which one is taken out, and what of it is counted.
#include "training/deletion.h"

#include <doctest/doctest.h>

using namespace heed;

namespace {

/// Four sentences of at most two words.
Example story() {
  Example example{{4, 5, 6, 7}, {9}, {{2}}};
  example.source_words = {4, 8, 5, 8, 6, 8, 7, kPadToken};
  example.query = {4};
  return example;
}

}  // namespace

TEST_SUITE("training.deletion") {
  TEST_CASE("the sentence looked at most goes, and one that no hop looked at most") {
    // Padded to five sources: hop 1 looks at the third sentence, hop 2 at the second; together most weight is on the third.
    const std::vector<float> weights = {0.1f, 0.1f, 0.8f, 0, 0, 0.1f, 0.5f, 0.3f, 0.1f, 0};
    for (const int choice : {0, 1, 2}) {
      const auto trial = deletion_trial(story(), weights, 2, 5, 2, choice);
      REQUIRE(trial.has_value());
      REQUIRE(trial->versions.size() == 3);
      CHECK(trial->versions[0].source_words == story().source_words);
      CHECK(trial->versions[1].source == std::vector<int>{4, 5, 7});
      CHECK(trial->versions[1].source_words == std::vector<int>{4, 8, 5, 8, 7, kPadToken});
      CHECK(trial->versions[1].alignment.empty());
      CHECK(trial->versions[2].source == (choice == 1 ? std::vector<int>{4, 5, 6} : std::vector<int>{5, 6, 7}));
    }
  }

  TEST_CASE("where every sentence was looked at most by some hop there is no other to take out") {
    const std::vector<float> weights = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
    CHECK(!deletion_trial(story(), weights, 4, 4, 2, 0).has_value());
  }

  TEST_CASE("right answers count, and how many of them change") {
    const DeletionTrial trial{{story(), without_sentence(story(), 2, 2), without_sentence(story(), 0, 2)}};
    const std::vector<DeletionTrial> three(3, trial);
    DeletionScore score;
    count_deletions(score, three, std::vector<float>{9, 5, 9, /* wrong from the start: */ 5, 9, 6, 9, 9, 7});
    CHECK(score.examples == 2);
    CHECK(score.attended_changed == 1);
    CHECK(score.other_changed == 1);
  }
}
