// tests/ops: random shapes and attributes that fit an op, by families of ops.
#include <algorithm>
#include <stdexcept>

#include "base/rng.h"
#include "op_case.h"
#include "random_fused.h"

namespace heed::test {
namespace {

class Maker {
 public:
  Maker(const OpDef& def, std::uint64_t seed, int last)
      : kind_(def.kind), random_(seed, Purpose::kTest, static_cast<std::uint64_t>(def.kind)), last_(last) {
    // Ranges, kinks and integer operands are those of the op's first sample; shapes and attributes are made here.
    const std::vector<Sample> samples = def.samples();
    sample_ = samples[static_cast<std::size_t>(random_.below(static_cast<int>(samples.size())))];
  }

  Sample make();

 private:
  int extent() { return random_.between(1, 7); }
  int last_extent() { return last_ > 0 ? last_ : random_.below(4) == 0 ? random_.between(8, 40) : extent(); }
  Shape shape(int least_rank, int most_rank);
  Shape repeated(const Shape& whole);
  void make_broadcasting();
  void make_matmul();
  void make_layout();
  void make_indexed();

  OpKind kind_;
  Random random_;
  int last_;
  Sample sample_;
};

Shape Maker::shape(int least_rank, int most_rank) {
  const int rank = random_.between(std::max(least_rank, last_ > 0 ? 1 : 0), most_rank);
  Shape out;
  for (int axis = 0; axis < rank; ++axis) out.push_back(axis == rank - 1 ? last_extent() : extent());
  return out;
}

/// A shape that broadcasts to `whole`: leading axes dropped, others set to 1.
Shape Maker::repeated(const Shape& whole) {
  const int dropped = random_.below(3) == 0 ? random_.between(0, whole.rank()) : 0;
  Shape out;
  for (int axis = dropped; axis < whole.rank(); ++axis) out.push_back(random_.below(4) == 0 ? 1 : whole[axis]);
  return out;
}

void Maker::make_broadcasting() {
  const Shape whole = shape(0, 4);
  sample_.shapes = {repeated(whole), repeated(whole)};
  if (random_.below(2) == 0) sample_.shapes[static_cast<std::size_t>(random_.below(2))] = whole;
}

void Maker::make_matmul() {
  const bool transpose_a = random_.below(2) == 1, transpose_b = random_.below(2) == 1;
  int sizes[3];
  for (int& size : sizes) size = random_.below(5) == 0 ? 1 : random_.between(1, 40);
  if (last_ > 0) sizes[random_.below(3)] = last_;
  const auto [m, k, n] = sizes;
  Shape lead;
  for (int axis = random_.below(3); axis > 0; --axis) lead.push_back(random_.between(1, 4));
  Shape a = lead, b = lead;
  a.push_back(transpose_a ? k : m), a.push_back(transpose_a ? m : k);
  b.push_back(transpose_b ? n : k), b.push_back(transpose_b ? k : n);
  sample_.shapes = {a, b};  // what is added follows
  sample_.attrs = MatmulAttrs{transpose_a, transpose_b};
  if (kind_ == OpKind::kMatmul) return;
  const int added = random_.below(3);
  lead.push_back(m), lead.push_back(n);
  if (added != 0) sample_.shapes.push_back(lead);
  if (added != 1) sample_.shapes.push_back({n});
}

void Maker::make_layout() {
  if (kind_ == OpKind::kBroadcast) {
    const Shape whole = shape(0, 4);
    sample_.shapes = {repeated(whole)};
    sample_.attrs = ShapeAttrs{whole};
    return;
  }
  const Shape in = shape(1, 4);
  const int axis = random_.below(in.rank());
  sample_.shapes = {in};
  if (kind_ == OpKind::kReshape) {
    Shape reversed;
    for (int i = in.rank() - 1; i >= 0; --i) reversed.push_back(in[i]);
    sample_.attrs = ShapeAttrs{random_.below(2) == 0 ? reversed : Shape{static_cast<int>(in.count())}};
  } else if (kind_ == OpKind::kPermute) {
    PermuteAttrs attrs{{0, 1, 2, 3}};
    for (int i = in.rank() - 1; i > 0; --i)
      std::swap(attrs.order[static_cast<std::size_t>(i)], attrs.order[static_cast<std::size_t>(random_.below(i + 1))]);
    sample_.attrs = attrs;
  } else if (kind_ == OpKind::kConcat) {
    for (int more = random_.below(4); more > 0; --more) {
      Shape other = in;
      other.set(axis, extent());
      sample_.shapes.push_back(other);
    }
    sample_.attrs = AxisAttrs{axis, false};
  } else if (kind_ == OpKind::kSlice) {
    const int start = random_.below(in[axis]);
    sample_.attrs = SliceAttrs{axis, start, random_.between(1, in[axis] - start)};
  } else {
    const int start = random_.below(4);
    sample_.attrs = SliceAttrs{axis, start, start + in[axis] + random_.below(4)};
  }
}

void Maker::make_indexed() {
  const int width = last_extent(), rows = extent();
  Shape index;
  for (int axis = random_.below(4); axis > 0; --axis) index.push_back(extent());
  Shape values = index;
  values.push_back(width);
  sample_.i32_inputs = {1};
  sample_.index_below = rows + 1;
  if (kind_ == OpKind::kGatherRows) {
    sample_.shapes = {{rows, width}, index};
  } else if (kind_ == OpKind::kScatterAddRows) {
    sample_.shapes = {values, index};
    sample_.attrs = RowsAttrs{rows};
  } else {
    sample_.index_below = width + 1;
    sample_.shapes = {kind_ == OpKind::kPick ? values : index, index};
    if (kind_ == OpKind::kPlace) sample_.attrs = RowsAttrs{width};
  }
}

Sample Maker::make() {
  switch (kind_) {
    case OpKind::kRandomUniform:
      sample_.attrs = RandomAttrs{random_.bits(), shape(0, 4)};
      break;
    case OpKind::kNeg:
    case OpKind::kExp:
    case OpKind::kLog:
    case OpKind::kSqrt:
    case OpKind::kSquare:
    case OpKind::kTanh:
    case OpKind::kSigmoid:
    case OpKind::kErf:
    case OpKind::kRelu:
    case OpKind::kStep:
    case OpKind::kAffine:
    case OpKind::kCastFloat:
    case OpKind::kStopGradient:
      sample_.shapes = {shape(0, 4)};
      break;
    case OpKind::kAdd:
    case OpKind::kSub:
    case OpKind::kMul:
    case OpKind::kDiv:
    case OpKind::kMaximum:
    case OpKind::kGreater:
    case OpKind::kEqual:
      make_broadcasting();
      break;
    case OpKind::kSelect:
      sample_.shapes.assign(3, shape(0, 4));
      break;
    case OpKind::kMatmul:
    case OpKind::kMatmulAdd:
      make_matmul();
      break;
    case OpKind::kSum:
    case OpKind::kMax:
      sample_.shapes = {shape(1, 4)};
      sample_.attrs = AxisAttrs{random_.below(sample_.shapes[0].rank()), random_.below(2) == 0};
      break;
    case OpKind::kArgmax:
    case OpKind::kSoftmax:
    case OpKind::kLogSoftmax:
      sample_.shapes = {shape(1, 4)};
      break;
    case OpKind::kReshape:
    case OpKind::kPermute:
    case OpKind::kBroadcast:
    case OpKind::kConcat:
    case OpKind::kSlice:
    case OpKind::kPad:
      make_layout();
      break;
    case OpKind::kGatherRows:
    case OpKind::kScatterAddRows:
    case OpKind::kPick:
    case OpKind::kPlace:
      make_indexed();
      break;
    case OpKind::kChain: {
      const Shape whole = shape(0, 4);
      for (Shape& operand : sample_.shapes) operand = repeated(whole);
      std::get<ChainAttrs>(sample_.attrs).shape = whole;
      break;
    }
    case OpKind::kStore:
      sample_.shapes = {shape(0, 4)};
      sample_.attrs = ExternalAttrs{Arena::kMoment1, static_cast<std::size_t>(random_.below(70))};
      break;
    case OpKind::kSgd:
    case OpKind::kAdam:
    case OpKind::kRmsProp:
      sample_.shapes[0] = shape(1, 1);
      break;
    default:
      if (random_fused_sample(kind_, sample_, random_, last_)) break;
      throw std::logic_error("no random shapes for this op: add it to tests/ops/random_sample.cpp");
  }
  return sample_;
}

}  // namespace

Sample random_sample(const OpDef& def, std::uint64_t seed, int last) {
  return Maker(def, seed, last).make();
}

}  // namespace heed::test
