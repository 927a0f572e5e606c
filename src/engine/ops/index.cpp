// engine/ops: operations that look things up by integer indices. Indices out of range read zeros and add nothing.
#include "engine/ops/check.h"
#include "engine/ops/registry.h"

namespace heed {
namespace {

using Inputs = const std::vector<Tensor>&;

OpOutput infer_gather(const OpInputs& in, const Attrs&) {
  require_operands("gather_rows", in, 2);
  require_f32("gather_rows", in, 0);
  require_i32("gather_rows", in, 1);
  if (in.shapes[0].rank() != 2) shape_error("gather_rows", "the table must be (V,D), got " + in.shapes[0].text());
  Shape out = in.shapes[1];
  out.push_back(in.shapes[0][1]);
  return {out};
}

OpOutput infer_scatter(const OpInputs& in, const Attrs& attrs) {
  require_operands("scatter_add_rows", in, 2);
  require_f32("scatter_add_rows", in, 0);
  require_i32("scatter_add_rows", in, 1);
  const Shape &v = in.shapes[0], &i = in.shapes[1];
  bool fits = v.rank() == i.rank() + 1;
  for (int a = 0; fits && a < i.rank(); ++a) fits = v[a] == i[a];
  if (!fits) shape_error("scatter_add_rows", "values " + v.text() + " do not fit indices " + i.text());
  return {{std::get<RowsAttrs>(attrs).rows, v[-1]}};
}

OpOutput infer_pick(const OpInputs& in, const Attrs&) {
  require_operands("pick", in, 2);
  require_f32("pick", in, 0);
  require_i32("pick", in, 1);
  const Shape &x = in.shapes[0], &i = in.shapes[1];
  bool fits = x.rank() == i.rank() + 1;
  for (int a = 0; fits && a < i.rank(); ++a) fits = x[a] == i[a];
  if (!fits) shape_error("pick", "indices " + i.text() + " do not fit " + x.text() + " without its last axis");
  return {i};
}

OpOutput infer_place(const OpInputs& in, const Attrs& attrs) {
  require_operands("place", in, 2);
  require_f32("place", in, 0);
  require_i32("place", in, 1);
  if (!(in.shapes[0] == in.shapes[1])) shape_error("place", "values " + in.shapes[0].text() + " and indices " + in.shapes[1].text() + " differ");
  Shape out = in.shapes[0];
  out.push_back(std::get<RowsAttrs>(attrs).rows);
  return {out};
}

OpOutput infer_cast(const OpInputs& in, const Attrs&) {
  require_operands("cast_float", in, 1);
  require_i32("cast_float", in, 0);
  return {in.shapes[0]};
}

}  // namespace

const OpDef kGatherRowsOp{OpKind::kGatherRows, "gather_rows", infer_gather,
                          [](Tensor, Tensor g, Inputs in, const Attrs&) {
                            return std::vector<Tensor>{scatter_add_rows(g, in[1], in[0].shape()[0]), Tensor{}};
                          },
                          [] {
                            return std::vector<Sample>{{.shapes = {{4, 3}, {5}}, .i32_inputs = {1}},
                                                       {.shapes = {{4, 17}, {2, 3}}, .i32_inputs = {1}},
                                                       {.shapes = {{6, 1}, {}}, .index_below = 6, .i32_inputs = {1}},
                                                       {.shapes = {{9, 8}, {2, 3, 4}}, .index_below = 12, .i32_inputs = {1}}};
                          }};

const OpDef kScatterAddRowsOp{OpKind::kScatterAddRows, "scatter_add_rows", infer_scatter,
                              [](Tensor, Tensor g, Inputs in, const Attrs&) { return std::vector<Tensor>{gather_rows(g, in[1]), Tensor{}}; },
                              [] {
                                return std::vector<Sample>{{.shapes = {{5, 3}, {5}}, .attrs = RowsAttrs{4}, .i32_inputs = {1}},
                                                           {.shapes = {{2, 3, 17}, {2, 3}}, .attrs = RowsAttrs{4}, .i32_inputs = {1}},
                                                           {.shapes = {{7, 2}, {7}}, .attrs = RowsAttrs{3}, .i32_inputs = {1}}};
                              }};

const OpDef kPickOp{OpKind::kPick, "pick", infer_pick,
                    [](Tensor, Tensor g, Inputs in, const Attrs&) { return std::vector<Tensor>{place(g, in[1], in[0].shape()[-1]), Tensor{}}; },
                    [] {
                      return std::vector<Sample>{{.shapes = {{4}, {}}, .i32_inputs = {1}},
                                                 {.shapes = {{3, 5}, {3}}, .i32_inputs = {1}},
                                                 {.shapes = {{2, 3, 4}, {2, 3}}, .index_below = 6, .i32_inputs = {1}}};
                    }};

const OpDef kPlaceOp{OpKind::kPlace, "place", infer_place,
                     [](Tensor, Tensor g, Inputs in, const Attrs&) { return std::vector<Tensor>{pick(g, in[1]), Tensor{}}; },
                     [] {
                       return std::vector<Sample>{{.shapes = {{}, {}}, .attrs = RowsAttrs{4}, .i32_inputs = {1}},
                                                  {.shapes = {{3}, {3}}, .attrs = RowsAttrs{5}, .i32_inputs = {1}},
                                                  {.shapes = {{2, 3}, {2, 3}}, .attrs = RowsAttrs{3}, .i32_inputs = {1}}};
                     }};

const OpDef kCastFloatOp{OpKind::kCastFloat, "cast_float", infer_cast, nullptr,
                         [] { return std::vector<Sample>{{.shapes = {{3, 5}}, .i32_inputs = {0}}}; }};

Tensor gather_rows(Tensor table, Tensor index) { return table.tape->emit(OpKind::kGatherRows, {table, index}); }
Tensor scatter_add_rows(Tensor values, Tensor index, int rows) {
  return values.tape->emit(OpKind::kScatterAddRows, {values, index}, RowsAttrs{rows});
}
Tensor pick(Tensor x, Tensor index) { return x.tape->emit(OpKind::kPick, {x, index}); }
Tensor place(Tensor x, Tensor index, int extent) { return x.tape->emit(OpKind::kPlace, {x, index}, RowsAttrs{extent}); }
Tensor cast_float(Tensor x) { return x.tape->emit(OpKind::kCastFloat, {x}); }

}  // namespace heed
