// engine/backend/webgpu: attention in one pass and additive scores, and their gradients. The gradient of attention takes two passes,
// over queries and over keys, both of which compute the weights again.
#include <stdexcept>

#include "engine/backend/webgpu/kernels.h"
#include "engine/backend/webgpu/rows.h"

namespace heed::webgpu {
namespace {

constexpr Word kShareLanes = 64;

struct Heads {
  bool packed;  ///< queries, keys and values side by side: one operand instead of three
  Word batch, queries, keys, heads, head;
  AttentionAttrs attrs;
  Word stride;  ///< between the rows of queries, keys and values
  Word q, k, v, dy = 0, mask = 0;
  bool masked;

  /// `others`: operands that the op has besides queries, keys, values and mask.
  Heads(const Call& call, std::size_t others)
      : packed(call.in.size() <= 2 + others),
        batch(extent_of(call.in[0].shape, 0)),
        queries(extent_of(call.in[0].shape, 1)),
        keys(packed ? queries : extent_of(call.in[1].shape, 1)),
        heads(static_cast<Word>(std::get<AttentionAttrs>(call.attrs).heads)),
        head(extent_of(call.in[0].shape, 2) / (packed ? 3 : 1) / heads),
        attrs(std::get<AttentionAttrs>(call.attrs)),
        stride(packed ? 3 * width() : width()),
        q(call.in[0].at),
        k(packed ? q + width() : call.in[1].at),
        v(packed ? q + 2 * width() : call.in[2].at),
        masked(call.in.size() == (packed ? 2 : 4) + others) {
    if (others > 0) dy = call.in[packed ? 1 : 3].at;
    if (masked) mask = call.in.back().at;
  }

  Word width() const { return heads * head; }
  /// Multiply-adds of one product of all queries with all keys, as floating-point operations.
  double product() const { return 2.0 * batch * queries * keys * width() * (attrs.causal ? 0.5 : 1.0); }
};

/// How the 64 invocations of a workgroup share `rows` rows of a head, and the tiles that fit its memory.
struct Shares {
  Word quads, parts, tile;

  Shares(const Heads& heads, Word rows, Word most_quads) : parts(1) {
    constexpr Word kTileQuads = 320, kMostTile = 64;
    const Word all = (heads.head + 3) / 4;
    while ((all + parts - 1) / parts > most_quads) parts *= 2;
    while (parts < kShareLanes && parts < all && kShareLanes / parts / 2 >= rows) parts *= 2;
    quads = (all + parts - 1) / parts;
    const Word row_quads = parts * (quads | 1);
    if (row_quads > kTileQuads)
      throw std::runtime_error("[webgpu] attention with heads of " + std::to_string(heads.head) + " columns: 1024 at most");
    tile = std::min(kMostTile, std::bit_floor(kTileQuads / row_quads));
  }

  Word rows_of_group() const { return kShareLanes / parts; }
};

struct Results {
  Word y = 0, dq = 0, dk = 0, dv = 0, statistics = 0;
};

/// One entry of the shader, whose workgroups have some of the `rows` queries or keys of each head.
void add_attention(const Heads& heads, Word rows, Word most_quads, const char* entry, double products, const Results& to, Schedule& schedule) {
  const Shares shares(heads, rows, most_quads);
  const Word blocks = (rows + shares.rows_of_group() - 1) / shares.rows_of_group(), units = heads.batch * heads.heads * blocks;
  Params params;
  params.add(heads.q).add(heads.k).add(heads.v).add(heads.stride).add(heads.queries).add(heads.keys).add(heads.heads).add(heads.head);
  params.add(heads.attrs.scale).add(heads.attrs.causal ? 1 : 0).add(heads.masked ? 1 : 0).add(heads.mask).add(heads.dy);
  params.add(to.y).add(to.dq).add(to.dk).add(to.dv).add(to.statistics).add(blocks).add(units);
  params.add(shares.parts).add(shares.tile).add(std::min<Word>(8, shares.tile));
  schedule.add({.shader = "attention",
                .params = params,
                .groups = groups_for(units, 1),
                .work = products * heads.product(),
                .entry = entry,
                .constants = {{"kQuads", shares.quads}}});
}

}  // namespace

void make_attention(const Call& call, Schedule& schedule) {
  const Heads heads(call, 0);
  add_attention(heads, heads.queries, 8, "main", 2, {.y = call.out.at}, schedule);
}

/// (q, k, v, dy [, mask]) -> [dq | dk | dv], (qkv, dy [, mask]) -> dqkv
void make_attention_grad(const Call& call, Schedule& schedule) {
  const Heads heads(call, 1);
  Results to{.dq = call.out.at};
  to.dk = to.dq + (heads.packed ? heads.width() : heads.batch * heads.queries * heads.width());
  to.dv = to.dk + (heads.packed ? heads.width() : heads.batch * heads.keys * heads.width());
  to.statistics = schedule.temporary(std::size_t{3} * heads.batch * heads.heads * heads.queries);
  add_attention(heads, heads.queries, 4, "queries", 5, to, schedule);
  add_attention(heads, heads.keys, 4, "keys", 4, to, schedule);
}

namespace {

/// (q:(B,A) keys:(B,S,A) v:(A) [, dy])
void add_scores(const Call& call, const char* entry, Word lanes, std::array<Word, 3> groups, Schedule& schedule) {
  const Shape& keys = call.in[1].shape;
  Params params;
  params.add(keys[0]).add(keys[1]).add(keys[2]).add(lanes);
  params.add(call.in[0].at).add(call.in[1].at).add(call.in[2].at).add(call.in.size() > 3 ? call.in[3].at : 0).add(call.out.at);
  schedule.add({.shader = "additive_scores", .params = params, .groups = groups, .work = 24.0 * call.in[1].count(), .entry = entry});
}

}  // namespace

void make_additive_scores(const Call& call, Schedule& schedule) {
  const Shape& keys = call.in[1].shape;
  const Word lanes = std::min(kShareLanes, shares_of(keys).lanes);
  add_scores(call, "main", lanes, groups_for(keys.count() / extent_of(keys, 2), kShareLanes / lanes), schedule);
}

void make_additive_scores_grad(const Call& call, Schedule& schedule) {
  const Shape& keys = call.in[1].shape;
  const Word columns = std::min<Word>(16, std::bit_ceil(extent_of(keys, 2)));
  const Word blocks = (extent_of(keys, 2) + columns - 1) / columns;
  add_scores(call, "gradient", columns, groups_for(std::size_t{blocks} * extent_of(keys, 0), 1), schedule);
}

}  // namespace heed::webgpu
