// tests: the figure of addressing: what it shows is what the machines' own code computes, and behaves as the theory says.
#include "training/address_figure.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "engine/backend/backend.h"
#include "lab/addressing.h"
#include "training/run.h"

namespace heed {
namespace {

AddressFound found_for(const AddressInputs& inputs) {
  const auto backend = make_cpu_backend();
  AddressFound found = find_address_on(*backend, address_question(inputs));
  CHECK(found.error.empty());
  return found;
}

double sum_of(const std::vector<float>& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

/// Of a place on a line of eight rows, where nothing goes round the end.
double variance(const std::vector<float>& w) {
  double mean = 0, square = 0;
  for (std::size_t i = 0; i < w.size(); ++i) mean += static_cast<double>(w[i]) * static_cast<double>(i), square += static_cast<double>(w[i]) * static_cast<double>(i * i);
  return square - mean * mean;
}

std::vector<float> round_of(const AddressFound& found, std::size_t round) {
  return {found.rounds.begin() + static_cast<std::ptrdiff_t>(round * kAddressRows), found.rounds.begin() + static_cast<std::ptrdiff_t>((round + 1) * kAddressRows)};
}

}  // namespace

TEST_SUITE("lab.address_figure") {
  TEST_CASE("all stages add up to 1; by content the row most like the key; the reading is the weighted row") {
    AddressInputs inputs;
    inputs.key_x = address_memory()[6], inputs.key_y = address_memory()[7];
    inputs.strength = 50;
    const AddressFound found = found_for(inputs);
    for (const auto* stage : {&found.content, &found.gated, &found.shifted, &found.sharpened}) CHECK(sum_of(*stage) == doctest::Approx(1));
    CHECK(found.content[3] > 0.99f);
    CHECK(found.similarity[3] == doctest::Approx(1).epsilon(1e-4));
    CHECK(found.reading[0] == doctest::Approx(address_memory()[6]).epsilon(0.02));
    inputs.key_x *= 0.3f, inputs.key_y *= 0.3f;
    const AddressFound shorter = found_for(inputs);
    for (int i = 0; i < kAddressRows; ++i) CHECK(shorter.content[static_cast<std::size_t>(i)] == doctest::Approx(found.content[static_cast<std::size_t>(i)]).epsilon(1e-3));
  }

  TEST_CASE("by place the head goes on from where it was, exactly") {
    AddressInputs inputs;
    inputs.gate = 0, inputs.shift = 1, inputs.previous = 8, inputs.rounds = 2;
    const AddressFound found = found_for(inputs);
    CHECK(found.sharpened[0] == doctest::Approx(1).epsilon(1e-5));  // round the end
    CHECK(round_of(found, 0)[1] == doctest::Approx(1).epsilon(1e-5));
    CHECK(round_of(found, 1)[2] == doctest::Approx(1).epsilon(1e-5));
  }

  TEST_CASE("shared shifts blur with a variance that grows by the same amount each round; sharpening holds it; a hard head never blurs") {
    AddressInputs inputs;
    inputs.gate = 0, inputs.shift = 0.5f, inputs.previous = 1, inputs.rounds = 5;
    const AddressFound blurred = found_for(inputs);
    CHECK(variance(blurred.sharpened) == doctest::Approx(0.25).epsilon(1e-4));
    for (std::size_t round = 0; round < 5; ++round) CHECK(variance(round_of(blurred, round)) == doctest::Approx(0.25 * static_cast<double>(round + 2)).epsilon(1e-3));
    inputs.shift = 0.9f, inputs.sharpening = 3;
    CHECK(variance(round_of(found_for(inputs), 4)) < 0.01);
    inputs.sharpening = 1, inputs.hard = true;
    const AddressFound hard = found_for(inputs);
    for (std::size_t round = 0; round < 5; ++round) CHECK(round_of(hard, round)[round + 2] == 1.0f);
  }

  TEST_CASE("what does not fit is refused with words; a run answers without an experiment") {
    const auto backend = make_cpu_backend();
    FindAddress asked = address_question({});
    asked.key = {1};
    CHECK(!find_address_on(*backend, asked).error.empty());
    asked = address_question({});
    asked.shift = {0.5f, 0.5f};
    CHECK(!find_address_on(*backend, asked).error.empty());
    Run run([] { return make_cpu_backend(); }, [] { return 0.0; });
    asked = address_question({});
    asked.request = 7;
    run.apply(asked);
    const std::vector<Event> events = run.take_events();
    REQUIRE(events.size() == 1);
    REQUIRE(std::holds_alternative<AddressFound>(events[0]));
    CHECK(std::get<AddressFound>(events[0]).request == 7);
    CHECK(std::get<AddressFound>(events[0]).sharpened.size() == kAddressRows);
  }
}

}  // namespace heed
