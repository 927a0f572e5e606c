// nn: see positions.h.
#include "nn/positions.h"

#include <cmath>

namespace heed {
namespace {

constexpr double kBase = 10000;

/// (kMostPositions, K/2): of position * 10000^(-2i/K).
Tensor angles(Tape& tape, int width, double (*function)(double)) {
  const int half = width / 2;
  std::vector<float> values;
  for (int at = 0; at < kMostPositions; ++at)
    for (int i = 0; i < half; ++i) values.push_back(static_cast<float>(function(at * std::pow(kBase, -2.0 * i / width))));
  return tape.constant({kMostPositions, half}, std::move(values));
}

}  // namespace

std::vector<float> sinusoids(int count, int width) {
  std::vector<float> values;
  for (int at = 0; at < count; ++at) {
    for (int d = 0; d < width; ++d) {
      const double angle = at * std::pow(kBase, -static_cast<double>(d / 2 * 2) / width);
      values.push_back(static_cast<float>(d % 2 == 0 ? std::sin(angle) : std::cos(angle)));
    }
  }
  return values;
}

Tensor rotate(Tensor x, const Rotation& rotation, int heads) {
  const Shape shape = x.shape();
  const int half = shape[2] / heads / 2;
  const Tensor split = reshape(x, {shape[0], shape[1], heads, 2 * half});
  const Tensor a = slice(split, 3, 0, half), b = slice(split, 3, half, half);
  const Tensor c = rotation.cosines, s = rotation.sines;
  return reshape(concat({a * c - b * s, b * c + a * s}, 3), shape);
}

Positions::Positions(ParameterSet& parameters, const std::string& name, PositionKind kind, int width, int heads)
    : kind_(kind), width_(width), heads_(heads) {
  if (kind == PositionKind::kRotary && width / heads % 2 != 0)
    throw ShapeError("[positions] rotary positions turn pairs: heads of " + std::to_string(width / heads) +
                     " numbers have no halves");
  if (kind == PositionKind::kLearned)
    table_ = parameters.add(name + ".table", {kMostLearnedPositions, width}, {InitKind::kNormal, 0.1f});
}

Tensor Positions::count(Tape& tape, int T) {
  std::vector<float> numbers;
  for (int t = 0; t < T; ++t) numbers.push_back(static_cast<float>(t));
  return tape.constant({T}, std::move(numbers), DType::kI32);
}

Tensor Positions::add(Graph& graph, Tensor x, Tensor at) const {
  if (kind_ == PositionKind::kLearned) return x + gather_rows(graph(table_), at);
  if (kind_ != PositionKind::kSinusoidal) return x;
  return x + gather_rows(graph.tape.constant({kMostPositions, width_}, sinusoids(kMostPositions, width_)), at);
}

Rotation Positions::rotation(Tape& tape, Tensor at) const {
  if (kind_ != PositionKind::kRotary) return {};
  const int width = width_ / heads_;
  const auto look_up = [&](double (*function)(double)) {
    return reshape(gather_rows(angles(tape, width, function), at), {at.shape()[0], 1, width / 2});
  };
  return {look_up(std::cos), look_up(std::sin)};
}

}  // namespace heed
