// engine/ops: bags of rows, the weighed sums of looked-up rows, without the rows themselves in memory (Sukhbaatar et al. 2015, section
// 4.1: the weights encode positions).   table:(V,D) index:(...,J) i32 weights:(J,D). Indices outside [0,V) count as rows of zeros.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using BagInputs = const std::vector<Tensor>&;

struct BagSize {
  Shape rows;  ///< (...)
  int J, D;
};

std::vector<BagSize> bag_sizes() { return {{{}, 2, 3}, {{3}, 1, 2}, {{2}, 4, 5}, {{2, 3}, 7, 20}, {{4}, 3, 33}, {{3, 2}, 2, 64}}; }

Shape with(Shape shape, int last) {
  shape.push_back(last);
  return shape;
}

/// values:(...,D) -> (...,1,D)
Tensor spread_over_words(Tensor values) {
  return reshape(values, with(with(rows_of(values.shape()), 1), values.shape()[-1]));
}

void check_words(const char* op, const OpInputs& in) {
  require_operands(op, in, 3);
  require_i32(op, in, 1);
  if (in.shapes[1].rank() < 1 || in.shapes[1].rank() == kMaxRank) shape_error(op, "indices must be (...,J), got " + in.shapes[1].text());
  require_rank(op, in, 2, 2);
  if (in.shapes[2][0] != in.shapes[1][-1]) shape_error(op, "weights " + in.shapes[2].text() + " do not fit indices " + in.shapes[1].text());
}

}  // namespace

// (table, index, weights) -> (...,D) = sum over j of weights_j table[index_j], element by element
const OpDef kBagOfRowsOp{
    OpKind::kBagOfRows, "bag_of_rows",
    [](const OpInputs& in, const Attrs&) -> OpOutput {
      check_words("bag_of_rows", in);
      require_rank("bag_of_rows", in, 0, 2);
      if (in.shapes[0][1] != in.shapes[2][1]) shape_error("bag_of_rows", "weights " + in.shapes[2].text() + " for rows of " + in.shapes[0].text());
      return {with(rows_of(in.shapes[1]), in.shapes[2][1])};
    },
    [](Tensor y, Tensor dy, BagInputs in, const Attrs&) {
      const int J = in[2].shape()[0], D = in[2].shape()[1];
      const Tensor words = gather_rows(in[0], in[1]) * spread_over_words(dy);
      return std::vector<Tensor>{y.tape->emit(OpKind::kBagOfRowsGrad, {dy, in[1], in[2]}, RowsAttrs{in[0].shape()[0]}), Tensor{},
                                 sum(reshape(words, {static_cast<int>(words.shape().count()) / (J * D), J, D}), 0)};
    },
    [] {
      std::vector<Sample> out;
      for (const BagSize& s : bag_sizes()) out.push_back({.shapes = {{4, s.D}, with(s.rows, s.J), {s.J, s.D}}, .i32_inputs = {1}});
      return out;
    },
    [](BagInputs in, const Attrs&) { return sum(gather_rows(in[0], in[1]) * in[2], -2); }};

// (dy:(...,D), index, weights) -> (V,D): row v is the sum of weights_j dy where index_j = v
const OpDef kBagOfRowsGradOp{
    OpKind::kBagOfRowsGrad, "bag_of_rows_grad",
    [](const OpInputs& in, const Attrs& attrs) -> OpOutput {
      check_words("bag_of_rows_grad", in);
      require_shape("bag_of_rows_grad", in, 0, with(rows_of(in.shapes[1]), in.shapes[2][1]));
      return {{std::get<RowsAttrs>(attrs).rows, in.shapes[2][1]}};
    },
    nullptr,
    [] {
      std::vector<Sample> out;
      for (const BagSize& s : bag_sizes())
        out.push_back({.shapes = {with(s.rows, s.D), with(s.rows, s.J), {s.J, s.D}}, .attrs = RowsAttrs{4}, .i32_inputs = {1}});
      return out;
    },
    [](BagInputs in, const Attrs& attrs) {
      return scatter_add_rows(spread_over_words(in[0]) * in[2], in[1], std::get<RowsAttrs>(attrs).rows);
    }};

Tensor bag_of_rows(Tensor table, Tensor index, Tensor weights) { return table.tape->emit(OpKind::kBagOfRows, {table, index, weights}); }

}  // namespace heed
