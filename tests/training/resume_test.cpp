// training: a run resumed from a checkpoint is the run that was never interrupted, bit for bit.
#include <cstring>

#include "base/rng.h"
#include "training/run_bench.h"

using namespace heed;
using namespace heed::test;

namespace {

std::string pairs(int lines) {
  std::string data;
  for (int i = 0; i < lines; ++i) {
    const std::string word = {static_cast<char>('a' + i % 7), static_cast<char>('a' + i / 7 % 7),
                              static_cast<char>('a' + i / 49 % 7)};
    data += word + "\t" + std::string(word.rbegin(), word.rend()) + "\n";
  }
  return data;
}

void check_resume(const Json& preset, const std::string& data = "") {
  CAPTURE(preset.dump());
  RunBench whole;
  whole.start(preset, data);
  whole.train_to(24);
  RunBench first;
  first.start(preset, data);
  first.train_to(9);
  RunBench second;
  second.apply(ResumeRun{first.checkpoint(), ""});
  second.settle();
  REQUIRE(!second.all<RunStarted>().empty());
  CHECK(second.all<RunStarted>()[0].resumed);
  CHECK(second.run.step() == 9);
  CHECK(second.run.phase() == RunPhase::kPaused);
  second.train_to(24);
  auto expected = whole.points();
  expected.erase(expected.begin(), expected.upper_bound(9));
  CHECK(same_points(expected, second.points()));
  CHECK(same_tensors(whole.checkpoint(), second.checkpoint()));
  const auto a = whole.all<EvaluationReady>().back().evaluation, b = second.all<EvaluationReady>().back().evaluation;
  CHECK(a.step == b.step);
  CHECK(a.test.loss == b.test.loss);
  CHECK(a.test_long.exact_match == b.test_long.exact_match);
}

}  // namespace

TEST_SUITE("training.resume") {
  TEST_CASE("with every optimiser and schedule") {
    const auto check = [](const char* optimiser, const char* schedule) {
      Json preset = tiny_preset();
      preset["optimiser"] = {{"type", optimiser}, {"rate", 0.01}, {"schedule", schedule}};
      check_resume(preset);
    };
    for (const char* optimiser : {"adam", "adamw", "sgd", "rmsprop"}) check(optimiser, "constant");
    for (const char* schedule : {"warmup", "cosine", "inverse_sqrt"}) check("adam", schedule);
  }

  TEST_CASE("with the user's own pairs, which travel inside") {
    Json preset = tiny_preset();
    preset["task"] = "pairs";
    check_resume(preset, pairs(200));
  }

  TEST_CASE("with a learning rate that was changed on the way") {
    RunBench whole;
    whole.start(tiny_preset());
    whole.train_to(5);
    whole.apply(SetLearningRate{0.002f});
    whole.train_to(9);
    RunBench second;
    second.apply(ResumeRun{whole.checkpoint(), ""});
    second.settle();
    whole.train_to(14);
    second.train_to(14);
    CHECK(second.points().at(14).learning_rate == 0.002f);
    CHECK(second.points().at(14).loss == whole.points().at(14).loss);
  }

  TEST_CASE("a checkpoint says what it is in its metadata") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.train_to(4);
    const auto checkpoint = read_safetensors(bench.checkpoint());
    REQUIRE(checkpoint.ok());
    CHECK(checkpoint->metadata.at("step") == "4");
    CHECK(parse_json(checkpoint->metadata.at("preset"))->at("task").at("symbols") == 5);
    CHECK(checkpoint->metadata.count("source_vocabulary") == 1);
    CHECK(checkpoint->tensors.count("encoder.embedding.table") == 1);
    bool moments = false;
    for (const auto& [name, tensor] : checkpoint->tensors) moments = moments || name.starts_with("optimiser.1.");
    CHECK(moments);
  }

  TEST_CASE("checkpoints that do not fit are refused with the reason; the run goes on") {
    RunBench bench;
    bench.start(tiny_preset());
    bench.train_to(3);
    const auto good = read_safetensors(bench.checkpoint());
    REQUIRE(good.ok());
    const auto refused = [&](const Checkpoint& changed, const std::string& because) {
      const auto before = bench.all<Notice>().size();
      bench.apply(ResumeRun{write_safetensors(changed), ""});
      bench.settle();
      REQUIRE(bench.all<Notice>().size() == before + 1);
      const Notice notice = bench.all<Notice>().back();
      CHECK(notice.code == "bad_checkpoint");
      CHECK_MESSAGE(notice.text.find(because) != std::string::npos, notice.text);
      CHECK(bench.run.step() == 3);
    };
    for (const char* key : {"preset", "step", "rate", "train_seconds", "source_vocabulary", "target_vocabulary"}) {
      Checkpoint changed = *good;
      changed.metadata.erase(key);
      refused(changed, key);
      changed.metadata[key] = "nonsense";
      refused(changed, key == std::string("preset") ? "preset" : key);
    }
    Checkpoint lacking = *good;
    const std::string name = lacking.tensors.begin()->first;
    lacking.tensors.erase(name);
    refused(lacking, name);
    Checkpoint reshaped = *good;
    reshaped.tensors[name] = {Shape{1}, {0}};
    refused(reshaped, "shape");
    Checkpoint infinite = *good;
    infinite.tensors[name].values[0] = HUGE_VALF;
    refused(infinite, "not finite");
    Checkpoint other_task = *good;
    Json preset = *parse_json(other_task.metadata["preset"]);
    preset["task"]["symbols"] = 6;
    other_task.metadata["preset"] = preset.dump();
    refused(other_task, "vocabulary");
    bench.train_to(6);
  }

  TEST_CASE("damaged checkpoint files are refused, never worse") {
    RunBench bench;
    bench.start(tiny_preset());
    const Bytes good = bench.checkpoint();
    std::uint64_t header = 0;
    std::memcpy(&header, good.data(), 8);
    Random random(21, Purpose::kTest);
    for (int round = 0; round < 60; ++round) {
      Bytes bytes = good;
      for (int change = random.between(1, 3); change > 0; --change) {
        bytes[static_cast<std::size_t>(random.below(static_cast<int>(header) + 8))] =
            static_cast<std::uint8_t>(random.below(128));
      }
      bench.apply(ResumeRun{bytes, ""});
      bench.settle();
      CHECK(bench.run.phase() == RunPhase::kPaused);
    }
  }

  TEST_CASE("pairs too large to be stored must be given again") {
    Json preset = tiny_preset();
    preset["task"] = "pairs";
    // Many short lines, over 1 MiB; the task itself allows that much or says so.
    std::string data;
    while (data.size() <= (1u << 20)) data += pairs(343);
    RunBench bench;
    bench.start(preset, data);
    if (bench.all<RunStarted>().empty()) {
      CHECK(bench.noticed("bad_data"));
      return;
    }
    const Bytes bytes = bench.checkpoint();
    CHECK(read_safetensors(bytes)->metadata.count("data") == 0);
    RunBench without;
    without.apply(ResumeRun{bytes, ""});
    CHECK(without.noticed("bad_checkpoint"));
    RunBench with_data;
    with_data.apply(ResumeRun{bytes, data});
    CHECK(with_data.all<RunStarted>().size() == 1);
  }
}
