// engine/backend/webgpu: matrix products. Which kernel of shaders/matmul.wgsl runs follows from the shape: large tiles where there are
// enough of them to fill the device, cutting the inner extent into splits where the result is small (gradients of weights), else small
// tiles whose elements several invocations share.
#include <algorithm>
#include <bit>
#include <stdexcept>

#include "engine/backend/webgpu/kernels.h"

namespace heed::webgpu {
namespace {

constexpr Word kMostGroups = 65535;  // in one axis

struct Product {
  Word batch = 1, rows = 0, columns = 0, inner = 0;
  bool transpose_a = false, transpose_b = false;

  Word tiles(Word tile_rows, Word tile_columns) const {
    return (rows + tile_rows - 1) / tile_rows * ((columns + tile_columns - 1) / tile_columns) * batch;
  }
};

Product product_of(const Call& call) {
  const auto [ta, tb] = std::get<MatmulAttrs>(call.attrs);
  const Shape &a = call.in[0].shape, &out = call.out.shape;
  Product p{1, static_cast<Word>(out[-2]), static_cast<Word>(out[-1]), static_cast<Word>(ta ? a[-2] : a[-1]), ta, tb};
  for (int i = 0; i < out.rank() - 2; ++i) p.batch *= static_cast<Word>(out[i]);
  return p;
}

struct Tiling {
  const char* entry;
  Word rows, columns;
  Word splits = 1, chunk = 0;

  bool small() const { return entry == kSmall; }
  static constexpr const char* kSmall = "small";
};

/// Cuts the inner extent until there are about `wanted` workgroups, into parts of at least `least`; not too many, since they are added up
/// one after the other.
void split(Tiling& tiling, const Product& p, Word wanted, Word least) {
  constexpr Word kMostSplits = 64;
  const Word tiles = p.tiles(tiling.rows, tiling.columns);
  const Word splits = std::clamp(wanted / std::max(tiles, 1u), 1u, std::clamp(p.inner / least, 1u, kMostSplits));
  tiling.chunk = (p.inner + splits - 1) / splits;
  tiling.chunk = std::max((tiling.chunk + 15) / 16 * 16, 16u);
  tiling.splits = std::max((p.inner + tiling.chunk - 1) / tiling.chunk, 1u);
}

Tiling tiling_of(const Product& p, const LargeTiles& large) {
  constexpr Word kEnough = 64, kWanted = 256, kLeastChunk = 128;
  for (const Word edge : {64u, 32u}) {
    if (edge > large.edge || p.rows < edge / 4 * 3 || p.columns < edge / 4 * 3) continue;
    Tiling tiling{large.wide && edge == large.edge ? "wide" : "main", edge, edge};
    split(tiling, p, kWanted, kLeastChunk);
    if (p.tiles(edge, edge) * tiling.splits >= kEnough) return tiling;
  }
  const auto edge_of = [](Word extent) { return std::clamp(std::bit_ceil(extent), 4u, 16u); };
  Tiling tiling{Tiling::kSmall, edge_of(p.rows), edge_of(p.columns)};
  const auto depth = [&] { return 16 * 256 / (tiling.rows * tiling.columns); };
  while (p.tiles(tiling.rows, tiling.columns) < kEnough && p.inner > depth() && tiling.rows * tiling.columns > 16)
    (tiling.rows > tiling.columns ? tiling.rows : tiling.columns) /= 2;
  split(tiling, p, kWanted, std::max(4 * depth(), 2 * kLeastChunk));
  return tiling;
}

Params params_of(const Call& call, const Product& p, const Tiling& tiling, Word first_matrix, const Operand* addend, const Operand* row, Word partial) {
  const Word count = p.rows * p.columns, before = first_matrix * count;
  Params params;
  params.add(p.rows).add(p.columns).add(p.inner);
  params.add(call.in[0].at + first_matrix * p.rows * p.inner).add(p.rows * p.inner).add(p.transpose_a ? 1u : p.inner).add(p.transpose_a ? p.rows : 1u);
  params.add(call.in[1].at + first_matrix * p.inner * p.columns).add(p.inner * p.columns);
  params.add(p.transpose_b ? 1u : p.columns).add(p.transpose_b ? p.inner : 1u);
  params.add(call.out.at + before).add(addend ? addend->at + before : 0).add(row ? row->at : 0).add(addend ? 1 : 0).add(row ? 1 : 0);
  return params.add(tiling.splits).add(tiling.chunk).add(partial).add(p.batch * count).add(std::countr_zero(tiling.rows)).add(std::countr_zero(tiling.columns));
}

void add_product(const Call& call, const Operand* addend, const Operand* row, Schedule& schedule) {
  const Product p = product_of(call);
  const Tiling tiling = tiling_of(p, kLargeTiles[schedule.tuning.tiles]);
  const std::size_t count = call.out.shape.count();
  const Word down = (p.rows + tiling.rows - 1) / tiling.rows, across = (p.columns + tiling.columns - 1) / tiling.columns;
  if (down > kMostGroups || across > kMostGroups) throw std::runtime_error("[webgpu] a product " + call.out.shape.text() + " is beyond WebGPU's limits");
  const Word partial = tiling.splits > 1 ? schedule.temporary(tiling.splits * count) : 0;
  Dispatch dispatch{.shader = "matmul", .entry = tiling.entry};
  if (!tiling.small()) dispatch.constants = {{"kEdge", tiling.rows}};
  for (Word first = 0; first < p.batch; first += kMostGroups) {  // splits come with few matrices only
    const Word matrices = std::min(kMostGroups, p.batch - first);
    dispatch.params = params_of(call, p, tiling, first, addend, row, partial);
    dispatch.groups = {across, down, matrices * tiling.splits};
    dispatch.work = 2.0 * matrices * p.rows * p.columns * p.inner;
    schedule.add(dispatch);
  }
  if (tiling.splits == 1) return;
  schedule.add({.shader = "matmul",
                .params = params_of(call, p, tiling, 0, addend, row, partial),
                .groups = groups_for(count, 64),
                .work = 4.0 * tiling.splits * static_cast<double>(count),
                .entry = "add_up"});
}

}  // namespace

void make_matmul(const Call& call, Schedule& schedule) { add_product(call, nullptr, nullptr, schedule); }

/// (a, b, c) -> a b + c, (a, b, row) -> a b + row, (a, b, c, row) -> a b + c + row
void make_matmul_add(const Call& call, Schedule& schedule) {
  const bool only_row = call.in.size() == 3 && !(call.in[2].shape == call.out.shape);
  const Operand* addend = only_row ? nullptr : &call.in[2];
  const Operand* row = only_row ? &call.in[2] : call.in.size() == 4 ? &call.in[3] : nullptr;
  add_product(call, addend, row, schedule);
}

}  // namespace heed::webgpu
