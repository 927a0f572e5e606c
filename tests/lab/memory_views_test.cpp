// tests: stories and memories as the lab holds and says them, from runs of real models.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "lab/attention_shape.h"
#include "lab/describe.h"
#include "lab/lab_with_runs.h"
#include "lab/memory_picture.h"
#include "lab/story_picture.h"
#include "lab/synthetic.h"
#include "lab/two_ways_picture.h"
#include "support/text.h"

namespace heed {

using namespace synthetic;
using heed::test::mentions;

namespace {

std::string words_of(const Lab& lab) {
  std::string text;
  for (const std::string& paragraph : describe_lab(lab.state(), lab)) text += paragraph + "\n";
  return text;
}

Json story_preset(const char* model) {
  return {{"task", {{"type", "stories"}, {"kinds", "2"}}}, {"model", {{"type", model}}}, {"batch", 8}};
}

}  // namespace

TEST_SUITE("lab.memory_views") {
  TEST_CASE("hops of every model that has them: weights that add up to 1, the answer with its probability, in words") {
    load_strings();
    for (const char* model : {"end_to_end_memory", "memory_network", "key_value_memory"}) {
      CAPTURE(model);
      LabWithRuns bench;
      bench.apply(LoadPreset{0, story_preset(model), true});
      bench.apply(StepRun{0, 3});
      bench.settle();
      const RunView& view = bench.lab.state().runs[0];
      CHECK(view.hops);
      CHECK(view.sentences);
      CHECK(view.examples.size() > 3);
      const Snapshot* snapshot = bench.lab.shown_snapshot(0);
      REQUIRE(snapshot != nullptr);
      StoryPicture story;
      REQUIRE(make_story(view, snapshot->probes.front(), story));
      for (std::size_t hop = 0; hop < story.hops.size(); ++hop) {
        float sum = 0;
        for (std::size_t n = 0; n < story.sentences.size(); ++n) sum += story.weight(hop, n);
        CHECK(sum == doctest::Approx(1).epsilon(1e-3));
      }
      CHECK(story.chance > 0);
      CHECK(story.chance <= 1);
      CHECK(story.support_known);
      CHECK(std::ranges::count(story.support, 1) == 1);
      const std::string words = words_of(bench.lab);
      CHECK(mentions(words, "hop 1 reads mostly sentence"));
      CHECK(mentions(words, "with probability"));
      CHECK(mentions(attention_svg(bench.lab, 0), story.sentences.front()));
      CHECK(mentions(attention_csv(bench.lab, 0), story.hops.front()));
    }
  }

  TEST_CASE("a typed story is answered with every hop; a fault keeps its place and is said in the language") {
    load_strings();
    LabWithRuns bench;
    bench.apply(LoadPreset{0, story_preset("end_to_end_memory"), true});
    bench.apply(TryText{0, "Mary went to the kitchen. Mary got the milk. Where is the milk?"});
    bench.settle();
    const RunView& view = bench.lab.state().runs[0];
    REQUIRE(view.has_tried);
    StoryPicture story;
    REQUIRE(make_story(view, view.tried.shot, story));
    CHECK(story.sentences == std::vector<std::string>{"mary went to the kitchen", "mary got the milk"});
    CHECK(story.question == "where is the milk");
    CHECK(story.chance > 0);
    bench.apply(TryText{0, "Mary went to the kichen. Where is Mary?"});
    bench.settle();
    CHECK(view.tried.fault.code == "misspelt_word");
    CHECK(view.tried.fault.begin == 17);
    CHECK(view.tried.fault.end == 23);
    CHECK(mentions(words_of(bench.lab), "Did you mean “kitchen”"));
    load_strings("fr");
    CHECK(mentions(fault_text(view.tried), "Vouliez-vous dire"));
    load_strings();
  }

  TEST_CASE("facts as keys and values where the model takes them apart") {
    load_strings();
    LabWithRuns bench;
    bench.apply(LoadPreset{0, {{"task", "facts"}, {"model", {{"type", "key_value_memory"}, {"keys", "beginning"}, {"values", "last"}}}}, true});
    bench.settle();
    StoryPicture story;
    REQUIRE(make_story(bench.lab.state().runs[0], bench.lab.shown_snapshot(0)->probes.front(), story));
    CHECK(story.key_and_value);
  }

  TEST_CASE("fast weights read two ways: the same numbers, what is left of rounding, in words; nothing where there is no matrix") {
    load_strings();
    for (const bool matrix : {true, false}) {
      CAPTURE(matrix);
      LabWithRuns bench;
      const Json model = {{"type", "fast_weights"}, {"hidden", 8}, {"computed", matrix ? "matrix" : "attention"}};
      bench.apply(LoadPreset{0, {{"task", {{"type", "retrieval"}, {"pair_count", 2}}}, {"model", model}, {"batch", 8}}, true});
      bench.apply(StepRun{0, 2});
      bench.settle();
      const Snapshot* snapshot = bench.lab.shown_snapshot(0);
      REQUIRE(snapshot != nullptr);
      const ProbeShot& shot = snapshot->probes.front();
      TwoWaysPicture ways;
      REQUIRE(make_two_ways(shot, ways) == matrix);
      CHECK(mentions(words_of(bench.lab), "two ways, as a matrix and as attention") == matrix);
      if (!matrix) continue;
      CHECK(ways.steps == static_cast<int>(shot.source.size()));
      CHECK(ways.width == 8);
      CHECK(ways.largest > 0);
      CHECK(ways.largest_at(0) == 0);
      CHECK(ways.apart() < 1e-5f * ways.largest);
      CHECK(shown_way(bench.lab.state(), ways) == ways.steps - 1);
      bench.apply(ShowMoment{1});
      CHECK(shown_way(bench.lab.state(), ways) == 1);
      CHECK(mentions(words_of(bench.lab), "at time step 2 the numbers go up to"));
      CHECK(tiny_text(0) == "0");
      CHECK(tiny_text(1.25e-7f) == "1.2e-07");
    }
  }

  TEST_CASE("a machine's memory over time: all its heads, stages and numbers, in words; the moment moves and plays") {
    load_strings();
    LabWithRuns bench;
    bench.apply(LoadPreset{0, {{"task", {{"type", "bit_copy"}, {"max_length", 4}, {"test_length", 5}}}, {"model", {{"type", "neural_turing_machine"}, {"rows", 8}, {"hidden", 8}}}}, true});
    bench.settle();
    const ProbeShot& shot = bench.lab.shown_snapshot(0)->probes.front();
    MemoryPicture memory;
    REQUIRE(make_memory(shot, memory));
    CHECK(memory.steps == static_cast<int>(shot.source.size()));
    CHECK(memory.slots == 8);
    REQUIRE(memory.heads.size() == 2);
    for (const MemoryHead& head : memory.heads) {
      CHECK(head.has_stages());
      CHECK(at_step(head.strength, 0).size() == 1);
      CHECK(at_step(head.key, 0).size() == static_cast<std::size_t>(memory.width));
      CHECK((head.erase != nullptr) == head.writes);
      for (int t = 0; t < memory.steps; ++t)
        for (int i = 0; i < memory.slots; ++i) CHECK(head.weight(t, i, memory.slots) == at_step(head.sharpened, t)[static_cast<std::size_t>(i)]);
    }
    bench.apply(ShowMoment{1});
    CHECK(mentions(words_of(bench.lab), "At time step 2: write head 1 mostly at slot"));
    CHECK(mentions(words_of(bench.lab), "read head 1 goes through the slots"));
    bench.apply(PlayMoments{true});
    for (int i = 0; i < 100 && bench.lab.advance(200); ++i) {}
    CHECK(bench.lab.state().moment == memory.steps - 1);
    CHECK_FALSE(make_memory(ProbeShot(), memory));
  }

  TEST_CASE("the figure of addressing is answered by the run's engine, the latest question last, and said in words") {
    load_strings();
    LabWithRuns bench;
    bench.lab.apply(SetAddressing{{0.1f, 0.9f}});
    AddressInputs last;
    last.gate = 0, last.shift = 2, last.previous = 3;
    bench.lab.apply(SetAddressing{last});
    bench.settle();
    const AddressState& figure = bench.lab.state().addressing;
    REQUIRE(figure.has_found);
    CHECK_FALSE(figure.pending);
    CHECK(figure.asked.gate == 0);
    CHECK(figure.found.sharpened[4] == doctest::Approx(1).epsilon(1e-5));
    CHECK(mentions(describe_addressing(figure), "in the end at row 5 (1.00)"));
  }

  TEST_CASE("the figure of addressing is said while it is open, and rows that weigh the same are said together") {
    load_strings();
    Lab lab;
    lab.apply(LoadPreset{0, Json::object(), true});
    start(lab);
    lab.receive(0, SnapshotReady{snapshot(0, 0.34f)});
    lab.apply(SetAddressing{});
    const auto asked = commands_of<FindAddress>(lab);
    REQUIRE(asked.size() == 1);
    const std::vector<float> two = {0.49f, 0.02f, 0.488f, 0, 0, 0, 0, 0}, three = {0.3f, 0.3f, 0.1f, 0.3f, 0, 0, 0, 0}, even(8, 0.125f), one = {0, 1, 0, 0, 0, 0, 0, 0};
    lab.receive(0, AddressFound{asked[0].second.request, "", {}, two, three, even, one, {0.1f, 0.2f}, {}});
    REQUIRE(lab.state().addressing.has_found);
    CHECK_FALSE(mentions(words_of(lab), "By content"));  // a model without a memory: closed until someone opens it
    lab.apply(OpenAddressing{true});
    const std::string words = words_of(lab);
    CHECK(mentions(words, "By content the head looks mostly at rows 1 and 3 (0.49 each)"));
    CHECK(mentions(words, "after interpolation at rows 1, 2 and 4 (0.30 each)"));
    CHECK(mentions(words, "after the shift at all rows alike"));
    CHECK(mentions(words, "in the end at row 2 (1.00)"));
    lab.apply(SetHidden{{"addressing"}});
    CHECK_FALSE(mentions(words_of(lab), "By content"));
    lab.apply(SetHidden{{}});
    lab.apply(OpenAddressing{false});
    CHECK_FALSE(mentions(words_of(lab), "By content"));
  }
}

}  // namespace heed
