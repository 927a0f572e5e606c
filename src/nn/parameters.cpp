// nn: parameters by name, and initial values that are the same on every machine: only +, -, *, / and sqrt, which IEEE
// 754 rounds exactly, in a fixed order (this folder is compiled without contraction into fused multiply-adds).
#include "nn/parameters.h"

#include <algorithm>
#include <cmath>

#include "base/rng.h"

namespace heed {
namespace {

constexpr std::size_t kAlignElems = 64;

/// A matrix inside a parameter: `cols` columns from `first` of rows that are `stride` apart.
struct Block {
  float* values;
  int rows, cols;
  std::size_t first, stride;

  float& at(int row, int col) const {
    return values[static_cast<std::size_t>(row) * stride + first + static_cast<std::size_t>(col)];
  }
};

/// Glorot and Bengio 2010, equation 16: U(-a, a), a = sqrt(6 / (fan_in + fan_out)).
void fill_xavier(const Block& block, float scale, Random& random) {
  const float limit = static_cast<float>(scale * std::sqrt(6.0 / (block.rows + block.cols)));
  for (int r = 0; r < block.rows; ++r)
    for (int c = 0; c < block.cols; ++c) block.at(r, c) = random.uniform(-limit, limit);
}

/// Subtracts from `vector` its parts along the first `count` orthonormal rows of `basis`. Done twice: once leaves
/// errors that grow with the condition of the draw, twice is enough for working precision.
void remove_projections(const std::vector<std::vector<double>>& basis, std::vector<double>& vector) {
  for (int pass = 0; pass < 2; ++pass) {
    for (const std::vector<double>& unit : basis) {
      double dot = 0;
      for (std::size_t i = 0; i < vector.size(); ++i) dot += unit[i] * vector[i];
      for (std::size_t i = 0; i < vector.size(); ++i) vector[i] -= dot * unit[i];
    }
  }
}

/// Gram-Schmidt on rows of standard normals: orthonormal rows, or columns when there are fewer columns than rows.
void fill_orthogonal(const Block& block, float scale, Random& random) {
  const bool by_rows = block.rows <= block.cols;
  const int count = by_rows ? block.rows : block.cols;
  const std::size_t length = static_cast<std::size_t>(by_rows ? block.cols : block.rows);
  std::vector<std::vector<double>> basis;
  while (static_cast<int>(basis.size()) < count) {
    std::vector<double> vector(length);
    for (double& v : vector) v = random.normal();
    remove_projections(basis, vector);
    double squares = 0;
    for (const double v : vector) squares += v * v;
    if (squares < 1e-12) continue;  // a draw inside the span of the others: draw again
    const double norm = std::sqrt(squares);
    for (double& v : vector) v /= norm;
    basis.push_back(std::move(vector));
  }
  for (int r = 0; r < block.rows; ++r) {
    for (int c = 0; c < block.cols; ++c) {
      const double value = by_rows ? basis[static_cast<std::size_t>(r)][static_cast<std::size_t>(c)]
                                   : basis[static_cast<std::size_t>(c)][static_cast<std::size_t>(r)];
      block.at(r, c) = static_cast<float>(scale * value);
    }
  }
}

void fill_block(const Block& block, const Init& init, int index, Random& random) {
  switch (init.kind) {
    case InitKind::kXavierUniform:
      return fill_xavier(block, init.scale, random);
    case InitKind::kOrthogonal:
      return fill_orthogonal(block, init.scale, random);
    default:
      break;
  }
  for (int r = 0; r < block.rows; ++r) {
    for (int c = 0; c < block.cols; ++c) {
      float& value = block.at(r, c);
      switch (init.kind) {
        case InitKind::kConstant:
          value = init.block < 0 || init.block == index ? init.scale : 0;
          break;
        case InitKind::kUniform:
          value = random.uniform(-init.scale, init.scale);
          break;
        case InitKind::kNormal:
          value = static_cast<float>(init.scale * random.normal());
          break;
        case InitKind::kIdentity:
          value = r == c ? init.scale : 0;
          break;
        default:
          value = 0;
      }
    }
  }
}

/// The bias of an LSTM whose H units are to remember for 1 to `longest` - 1 steps, some of them for each delay.
void fill_chrono(float* bias, int H, float longest, Random& random) {
  for (int unit = 0; unit < H; ++unit) {
    const float forget = static_cast<float>(portable_log(random.uniform(1, std::max(longest - 1, 1.0f))));
    bias[unit] = -forget;
    bias[H + unit] = forget;
  }
}

/// Rows and columns as the initialiser sees them: a vector is one row, leading axes are folded into the rows.
void fill(float* values, const ParameterInfo& info, Random& random) {
  const int width = info.shape.rank() == 0 ? 1 : info.shape[-1];
  const int cols = width / info.init.blocks;
  const int rows = static_cast<int>(info.shape.count()) / width;
  if (info.init.kind == InitKind::kChrono) return fill_chrono(values, cols, info.init.scale, random);
  for (int b = 0; b < info.init.blocks; ++b) {
    const std::size_t first = static_cast<std::size_t>(b) * static_cast<std::size_t>(cols);
    fill_block({values, rows, cols, first, static_cast<std::size_t>(width)}, info.init, b, random);
  }
}

}  // namespace

Parameter ParameterSet::add(std::string name, Shape shape, Init init) {
  for (const ParameterInfo& info : infos_)
    if (info.name == name) throw ShapeError("[parameter] the name " + name + " is taken");
  if (shape.count() == 0) throw ShapeError("[parameter] " + name + " is empty: " + shape.text());
  const int width = shape.rank() == 0 ? 1 : shape[-1];
  if (init.blocks < 1 || width % init.blocks != 0)
    throw ShapeError("[parameter] " + name + " " + shape.text() + " does not split into " +
                     std::to_string(init.blocks) + " blocks");
  if (init.kind == InitKind::kChrono && (init.blocks != 4 || shape.rank() != 1))
    throw ShapeError("[parameter] " + name + " is not the bias of four gates: " + shape.text());
  const std::size_t elems = (shape.count() + kAlignElems - 1) / kAlignElems * kAlignElems;
  infos_.push_back({std::move(name), shape, init, arena_elems_});
  arena_elems_ += elems;
  return {static_cast<int>(infos_.size()) - 1};
}

std::size_t ParameterSet::count() const {
  std::size_t count = 0;
  for (const ParameterInfo& info : infos_) count += info.shape.count();
  return count;
}

std::vector<float> ParameterSet::initial_values(std::uint64_t seed) const {
  std::vector<float> values(arena_elems_, 0.0f);
  for (std::size_t i = 0; i < infos_.size(); ++i) {
    Random random(seed, Purpose::kInit, i);
    fill(values.data() + infos_[i].offset, infos_[i], random);
  }
  return values;
}

Tensor Graph::operator()(Parameter p) {
  const std::size_t index = static_cast<std::size_t>(p.index);
  if (p.index < 0 || index >= parameters_->all().size()) throw ShapeError("[parameter] used before it was added");
  if (slot_.size() <= index) slot_.resize(index + 1, -1);
  if (slot_[index] < 0) {
    const ParameterInfo& info = (*parameters_)[p];
    slot_[index] = static_cast<int>(used_.size());
    used_.emplace_back(p, tape.external(Arena::kParameters, info.offset, info.shape));
  }
  return used_[static_cast<std::size_t>(slot_[index])].second;
}

}  // namespace heed
