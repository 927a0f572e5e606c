// tests/bench: see items.h and items.md.
#include "items.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "reference_losses.h"

namespace heed::bench {
namespace {

std::uint32_t hash32(std::uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352du;
  x ^= x >> 15;
  x *= 0x846ca68bu;
  return x ^ (x >> 16);
}

OpItem product(const std::string& name, int batch, int M, int K, int N, bool transpose_b) {
  const Shape a{M, K}, b = transpose_b ? Shape{N, K} : Shape{K, N};
  const auto batched = [batch](const Shape& shape) { return batch > 1 ? Shape{batch, shape[0], shape[1]} : shape; };
  return {"W1",
          name,
          1,
          {batched(a), batched(b)},
          transpose_b ? [](const std::vector<Tensor>& in) { return matmul(in[0], in[1], false, true); }
                      : [](const std::vector<Tensor>& in) { return matmul(in[0], in[1]); },
          2.0 * batch * M * K * N};
}

OpItem rows_of_softmax(const std::string& name, int rows, int columns) {
  return {"W2", name, 2, {{rows, columns}}, [](const std::vector<Tensor>& in) { return softmax(in[0]); }, 0};
}

}  // namespace

double uniform(std::uint32_t stream, std::uint32_t i) {
  return static_cast<double>(hash32(stream * 0x9e3779b9u + i) >> 8) / 16777216.0;
}

int randint(std::uint32_t stream, std::uint32_t i, int below) {
  return static_cast<int>(uniform(stream, i) * below);
}

std::vector<std::size_t> OpItem::offsets() const {
  std::vector<std::size_t> offsets;
  std::size_t next = 0;
  for (const Shape& shape : operands) {
    offsets.push_back(next);
    next += (shape.count() + 63) / 64 * 64;
  }
  return offsets;
}

std::vector<float> OpItem::values() const {
  const std::vector<std::size_t> begins = offsets();
  std::vector<float> values(begins.back() + (operands.back().count() + 63) / 64 * 64, 0.0f);
  for (std::size_t q = 0; q < operands.size(); ++q)
    for (std::size_t i = 0; i < operands[q].count(); ++i)
      values[begins[q] + i] = static_cast<float>(
          2 * uniform(seed * 1000 + static_cast<std::uint32_t>(q), static_cast<std::uint32_t>(i)) - 1);
  return values;
}

const std::vector<OpItem>& op_items() {
  static const std::vector<OpItem> items{
      product("64", 1, 64, 64, 64, false),         product("128", 1, 128, 128, 128, false),
      product("256", 1, 256, 256, 256, false),     product("512", 1, 512, 512, 512, false),
      product("1024", 1, 1024, 1024, 1024, false), product("QKt 32x64x32x64", 32, 64, 32, 64, true),
      rows_of_softmax("2048x64", 2048, 64),        rows_of_softmax("2048x512", 2048, 512),
  };
  return items;
}

Parameter TrainingItem::add_uniform(std::string name, Shape shape, double scale) {
  draws_.push_back({name, static_cast<int>(parameters_.all().size()), scale});
  return parameters_.add(std::move(name), shape, {InitKind::kZeros});
}

Parameter TrainingItem::add_constant(std::string name, Shape shape, float value) {
  draws_.push_back({.name = name, .constant = value});
  return parameters_.add(std::move(name), shape, {InitKind::kZeros});
}

void TrainingItem::draw(std::string name, int number, double scale, std::uint32_t first) {
  draws_.push_back({std::move(name), number, scale, first});
}

std::vector<float> TrainingItem::first_weights() const {
  std::vector<float> arena(parameters_.arena_elems(), 0.0f);
  for (const ParameterInfo& info : parameters_.all()) {
    const auto drawn = std::ranges::find(draws_, info.name, &Draw::name);
    if (drawn == draws_.end()) continue;
    const std::uint32_t stream = seed_ * 1000 + static_cast<std::uint32_t>(drawn->number);
    for (std::uint32_t i = 0; i < info.shape.count(); ++i) {
      const double drawn_value = (2 * uniform(stream, drawn->first + i) - 1) * drawn->scale;
      arena[info.offset + i] = drawn->constant + static_cast<float>(drawn_value);
    }
  }
  return arena;
}

std::vector<double> reference_losses(const std::string& name) {
  return parse_json(kReferenceLosses)->at(name).get<std::vector<double>>();
}

}  // namespace heed::bench
