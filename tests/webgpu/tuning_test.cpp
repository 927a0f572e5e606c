// tests/webgpu: the choice of kernels for an adapter: made by measured times, kept, used again, and not where it no longer fits.
#include <doctest/doctest.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "base/json.h"
#include "engine/backend/webgpu/device_tuning.h"
#include "engine/backend/webgpu/gpu.h"
#include "ops/op_run.h"
#include "patient.h"
#include "stand_in.h"

namespace heed::test {
namespace {

using namespace webgpu;

/// Candidates that take as long as they are told to, and a start-up time that the first run of each has.
struct FakeStopwatch final : Stopwatch {
  explicit FakeStopwatch(std::vector<double> ms) : each_ms(std::move(ms)) {}
  void start(std::size_t candidate, int repeats) override {
    started.push_back(candidate);
    asked = 0;
    ms = each_ms[candidate] * repeats + (started.size() <= each_ms.size() ? 1000.0 - 300.0 * static_cast<double>(candidate) : 0);
  }
  std::optional<double> elapsed_ms() override {
    if (++asked < 3) return std::nullopt;
    return ms;
  }

  std::vector<double> each_ms;
  std::vector<std::size_t> started;
  int asked = 0;
  double ms = 0;
};

std::size_t winner_of(Contest& contest, FakeStopwatch& stopwatch) {
  for (int turns = 0; !contest.done() && turns < 10000; ++turns) contest.turn(stopwatch);
  REQUIRE(contest.done());
  return contest.winner();
}

std::string text_kept() {
  char* text = heed_gpu_kept();
  std::string out(text);
  std::free(text);
  return out;
}

/// What the device says of its kernels once it has been opened anew with this text kept.
Json kernels_with(const std::string& kept) {
  if (gpu_state() == GpuState::kReady) lose_gpu();
  heed_gpu_keep(kept.c_str());
  REQUIRE(wait_for_gpu() == GpuState::kReady);
  return parse_json(gpu_about())->at("kernels");
}

const AdapterIdentity kCard{"a card", 32};
const TuningRecord kChosen{{1, 32}, "2026-11-21", {3, 2, 4}, {2, 1}};

std::string with(const std::string& text, const std::string& part, const std::string& other) {
  std::string out = text;
  const std::size_t at = out.find(part);
  REQUIRE(at != std::string::npos);
  return out.replace(at, part.size(), other);
}

TEST_SUITE("webgpu") {
  TEST_CASE("webgpu: of some candidates the one with the least measured time is chosen, whatever its first run takes") {
    for (const auto& [times, best] : std::vector<std::pair<std::vector<double>, std::size_t>>{
             {{3, 2, 4}, 1}, {{2, 3, 4}, 0}, {{0.03, 0.04, 0.01}, 2}, {{2, 1.99, 2}, 0}, {{900, 500, 800}, 1}}) {
      FakeStopwatch stopwatch(times);
      Contest contest(times.size(), {10, 150});
      CHECK(winner_of(contest, stopwatch) == best);
      for (std::size_t i = 0; i < times.size(); ++i) CHECK(contest.each_ms()[i] == doctest::Approx(times[i]));
    }
  }

  TEST_CASE("webgpu: measuring ends when rounds are long enough or the budget is spent") {
    FakeStopwatch quick({1e-4, 1e-4}), slow({400, 300}), middling({0.5, 0.6});
    Contest of_quick(2, {10, 150}), of_slow(2, {10, 150}), of_middling(2, {10, 150});
    winner_of(of_quick, quick);
    CHECK(quick.started.size() <= 14);
    CHECK(winner_of(of_slow, slow) == 1);
    CHECK(slow.started == std::vector<std::size_t>{0, 1, 0, 1});
    winner_of(of_middling, middling);
    double spent = 0;
    for (std::size_t round = 0, repeats = 1; round + 1 < middling.started.size() / 2; ++round, repeats *= 4)
      spent += 1.1 * static_cast<double>(repeats);
    CHECK(spent <= 150);
  }

  TEST_CASE("webgpu: a kept choice is found again for its adapter only, beside others") {
    const std::string kept = with_record(R"({"measure":"always"})", kCard, kChosen);
    const auto found = kept_record(kept, kCard);
    REQUIRE(found);
    CHECK(found->tuning.tiles == 1);
    CHECK(found->tuning.subgroup_width == 32);
    CHECK(found->since == "2026-11-21");
    CHECK(found->tile_ms == kChosen.tile_ms);
    CHECK(measures_programs(kept));
    CHECK(!kept_record(kept, {"another card", 32}));
    CHECK(!kept_record(kept, {"a card", 64}));
    std::string many = kept;
    for (int i = 0; i < 3; ++i) many = with_record(many, {"card " + std::to_string(i), 0}, {{0, 0}, "2026-11-22", {1, 2, 3}, {}});
    CHECK(kept_record(many, kCard));
    CHECK(kept_record(many, {"card 0", 0}));
    many = with_record(many, {"card 3", 0}, {{0, 0}, "2026-11-22", {1, 2, 3}, {}});
    CHECK(!kept_record(many, kCard));
  }

  TEST_CASE("webgpu: a kept choice of other shaders, or one that makes no sense, is ignored") {
    const std::string kept = with_record("", kCard, kChosen);
    REQUIRE(kept_record(kept, kCard));
    CHECK(!kept_record(with(kept, tuning_version(), "0123456789abcdef"), kCard));
    for (const auto& [part, other] : std::vector<std::pair<std::string, std::string>>{{"64x64/8x8", "64x64/9x9"}, {"2026-11-21", ""}, {"\"subgroups\"", "\"magic\""},
                                                                                      {"[3.0,2.0,4.0]", "[3.0,2.0]"}, {"[3.0,2.0,4.0]", "[3.0,-2.0,4.0]"},
                                                                                      {"[3.0,2.0,4.0]", "\"quick\""}, {"[2.0,1.0]", "[]"}, {"[{", "[7,{"}, {"\"adapter\":", "\"card\":"}}) {
      CAPTURE(other);
      const bool harmless = other == "[7,{";
      CHECK(kept_record(with(kept, part, other), kCard).has_value() == harmless);
    }
    for (const char* broken : {"", "{", "[]", "null", "7", R"({"version":7,"records":"none"})", "\xff\xfe"}) {
      CHECK(!kept_record(broken, kCard));
      CHECK(kept_record(with_record(broken, kCard, kChosen), kCard));
    }
  }

  TEST_CASE("webgpu: on an adapter that is new, kernels are measured and the choice is kept; with it kept, nothing is measured") {
    const Json measured = kernels_with(R"({"measure":"always"})");
    CHECK(measured.at("since").get<std::string>().size() == 10);
    CHECK(measured.at("tile_ms").size() == kLargeTiles.size());
    for (const Json& ms : measured.at("tile_ms")) CHECK(ms.get<double>() > 0);
    const std::string kept = text_kept();
    CHECK(kept.find(tuning_version()) != std::string::npos);
    // A program does not do in the same time what a GPU does, and its submissions are as much shorter.
    const double most = device_tuning().tuning.most_work_at_once;
    CHECK(most >= 5e7);
    CHECK(most < Tuning().most_work_at_once);
    // What is kept is taken as it is.
    const std::string tiles = measured.at("tiles").get<std::string>(), other = tiles == "64x64/8x8" ? "32x32/4x4" : "64x64/8x8";
    const std::string earlier = with(with(kept, tiles, other), measured.at("since").get<std::string>(), "2001-02-03");
    const Json again = kernels_with(earlier);
    CHECK(again.at("tiles") == Json(other));
    CHECK(again.at("since") == Json("2001-02-03"));
    CHECK(again.at("tile_ms") == measured.at("tile_ms"));
    CHECK(text_kept() == earlier);
    CHECK(device_tuning().tuning.most_work_at_once == doctest::Approx(most));
    // Older shaders: measured anew.
    CHECK(kernels_with(with(earlier, tuning_version(), "0123456789abcdef")).at("since") == measured.at("since"));
    // Nobody asked for a program to be measured: what is good in general.
    const Json unmeasured = kernels_with("");
    CHECK(unmeasured.at("tiles") == Json(kLargeTiles[0].name));
    CHECK(unmeasured.at("since") == Json(""));
    CHECK(device_tuning().tuning.most_work_at_once == 5e7);
    CHECK(text_kept().empty());
    CHECK(kernels_with("{ broken").at("since") == Json(""));
    heed_gpu_keep("");
  }

  TEST_CASE("webgpu: without a clock of the GPU's own, and without subgroups, products are measured by when their answers come") {
    heed_gpu_keep(R"({"measure":"always"})");
    const StandIn plain(kGpuPlain);
    REQUIRE(plain.state == GpuState::kReady);
    CHECK(parse_json(gpu_about())->at("features").empty());
    const TuningRecord& found = device_tuning();
    CHECK(found.since.size() == 10);
    CHECK(found.tile_ms.size() == kLargeTiles.size());
    CHECK(found.row_ms.empty());
    CHECK(found.tuning.subgroup_width == 0);
    heed_gpu_keep("");
  }

  TEST_CASE("webgpu: products in tiles of each kind that may be chosen agree with the CPU") {
    REQUIRE(wait_for_gpu() == GpuState::kReady);
    const auto truth = make_cpu_backend();
    struct Size { int rows, inner, columns; };
    // The first kind is that of every other test.
    for (std::size_t tiles = 1; tiles < kLargeTiles.size(); ++tiles) {
      const auto gpu = make_patient(make_backend_with({tiles, 0}));
      for (const auto& [rows, inner, columns] : std::vector<Size>{{452, 20, 450}, {130, 1030, 190}}) {
        for (const int t : inner < 100 ? std::vector<int>{0, 3} : std::vector<int>{1}) {
          const bool ta = t & 1, tb = t & 2;
          const Sample sample{.shapes = {ta ? Shape{inner, rows} : Shape{rows, inner}, tb ? Shape{columns, inner} : Shape{inner, columns}, {columns}},
                              .attrs = MatmulAttrs{ta, tb}};
          const OpCase op_case{&op_def(OpKind::kMatmulAdd), sample, "large"};
          CAPTURE(kLargeTiles[tiles].name);
          CAPTURE(op_case.text());
          CHECK_EQ(difference({1e-3f, 2e-5f}, run_case(*gpu, op_case), run_case(*truth, op_case)), "");
        }
      }
    }
  }
}

}  // namespace
}  // namespace heed::test
