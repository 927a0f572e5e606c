// tests/ops: the cases and their numbers; see op_case.h. The random shapes are in random_sample.cpp.
#include "op_case.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>
#include <sstream>
#include <stdexcept>

#include "base/rng.h"

namespace heed::test {
namespace {

constexpr int kRandomCases = 24, kLongestLength = 33;

OpCase sample_case(const OpDef& def, std::size_t index) {
  return {&def, def.samples()[index], "sample=" + std::to_string(index)};
}

OpCase random_case(const OpDef& def, std::uint64_t seed) {
  return {&def, random_sample(def, seed, 0), "random=" + std::to_string(seed), seed};
}

OpCase length_case(const OpDef& def, int length) {
  const auto seed = static_cast<std::uint64_t>(length);
  return {&def, random_sample(def, 1000 + seed, length), "length=" + std::to_string(length), seed};
}

const OpDef& op_named(const std::string& name) {
  for (const OpDef* def : all_ops())
    if (name == def->name) return *def;
  throw std::invalid_argument("HEED_OP_CASE: no op is named '" + name + "'");
}

/// Reads what OpCase::text() writes.
OpCase parse_case(const std::string& text) {
  std::istringstream words(text);
  std::string word, name;
  words >> name;
  const OpDef& def = op_named(name);
  OpCase out;
  std::uint64_t seed = 0;
  while (words >> word) {
    const std::size_t equals = word.find('=');
    const std::string key = word.substr(0, equals), value = equals == std::string::npos ? "" : word.substr(equals + 1);
    if (key == "shapes") continue;
    if (value.empty()) throw std::invalid_argument("HEED_OP_CASE: '" + word + "' is not key=number");
    const std::uint64_t number = std::stoull(value);
    if (key == "sample") {
      if (number >= def.samples().size()) throw std::invalid_argument("HEED_OP_CASE: " + name + " has no " + word);
      out = sample_case(def, number);
    } else if (key == "random") {
      out = random_case(def, number);
    } else if (key == "length") {
      out = length_case(def, static_cast<int>(number));
    } else if (key == "seed") {
      seed = number;
    } else {
      throw std::invalid_argument("HEED_OP_CASE: unknown key '" + key + "'; there are sample, random, length, seed");
    }
  }
  if (out.def == nullptr) throw std::invalid_argument("HEED_OP_CASE: say sample=N, random=N or length=N");
  if (seed != 0) out.seed = seed;
  return out;
}

CaseSet set_of(const OpCase& op_case) {
  return op_case.source.starts_with("sample")   ? CaseSet::kSamples
         : op_case.source.starts_with("random") ? CaseSet::kRandom
                                                : CaseSet::kLengths;
}

/// Distinct numbers from an even grid in random order, shared out over all operands: no two are nearer than the grid's
/// step, and with an even number of grid points none is nearer to 0 than half of it. So no kink (a tie, a zero) lies
/// near.
std::vector<float> grid_values(const OpCase& op_case, std::size_t operand) {
  const std::size_t count = element_count(op_case.sample), points = count + count % 2;
  std::vector<std::size_t> order(points);
  std::iota(order.begin(), order.end(), std::size_t{0});
  Random random(op_case.seed, Purpose::kTest, 77);
  for (std::size_t i = points - 1; i > 0; --i)
    std::swap(order[i], order[static_cast<std::size_t>(random.below(static_cast<int>(i) + 1))]);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < operand; ++i) begin += op_case.sample.shapes[i].count();
  std::vector<float> out;
  const float step = (op_case.sample.high - op_case.sample.low) / static_cast<float>(points);
  for (std::size_t i = 0; i < op_case.sample.shapes[operand].count(); ++i)
    out.push_back(op_case.sample.low + (static_cast<float>(order[begin + i]) + 0.5f) * step);
  return out;
}

}  // namespace

std::string OpCase::text() const {
  std::string out = std::string(def->name) + " " + source + " seed=" + std::to_string(seed) + " shapes=";
  for (const Shape& shape : sample.shapes) out += shape.text();
  return out;
}

std::string OpCase::reproduction() const {
  return "HEED_OP_CASE=\"" + text() + "\" heed_tests --test-case=\"ops*\"";
}

std::vector<OpCase> cases_of(CaseSet set) {
  if (const char* only = std::getenv("HEED_OP_CASE")) {
    const OpCase op_case = parse_case(only);
    return set_of(op_case) == set ? std::vector<OpCase>{op_case} : std::vector<OpCase>{};
  }
  std::vector<OpCase> out;
  for (const OpDef* def : all_ops()) {
    if (def->samples == nullptr) continue;
    if (set == CaseSet::kSamples) {
      for (std::size_t i = 0; i < def->samples().size(); ++i) out.push_back(sample_case(*def, i));
    } else if (set == CaseSet::kRandom) {
      for (int seed = 1; seed <= kRandomCases; ++seed)
        out.push_back(random_case(*def, static_cast<std::uint64_t>(seed)));
    } else {
      for (int length = 1; length <= kLongestLength; ++length) out.push_back(length_case(*def, length));
    }
  }
  return out;
}

std::vector<float> operand_values(const OpCase& op_case, std::size_t operand) {
  const Sample& sample = op_case.sample;
  Random random(op_case.seed, Purpose::kTest, operand);
  std::vector<float> out;
  if (is_i32(sample, operand)) {
    // From -1: an index outside its range must read zeros and write nothing.
    for (std::size_t i = 0; i < sample.shapes[operand].count(); ++i)
      out.push_back(static_cast<float>(random.below(sample.index_below + 1) - 1));
    return out;
  }
  if (sample.kink_margin > 0) return grid_values(op_case, operand);
  for (std::size_t i = 0; i < sample.shapes[operand].count(); ++i)
    out.push_back(random.uniform(sample.low, sample.high));
  return out;
}

bool is_i32(const Sample& sample, std::size_t operand) {
  return std::find(sample.i32_inputs.begin(), sample.i32_inputs.end(), static_cast<int>(operand)) !=
         sample.i32_inputs.end();
}

bool is_effect(OpKind op) {
  return op == OpKind::kStore || op == OpKind::kSgd || op == OpKind::kAdam || op == OpKind::kRmsProp;
}

std::size_t element_count(const Sample& sample) {
  std::size_t count = 0;
  for (const Shape& shape : sample.shapes) count += shape.count();
  return count;
}

}  // namespace heed::test
