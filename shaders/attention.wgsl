// Attention, softmax(scale q k' where seen) v head by head, and its gradient, without the weights in memory: each workgroup has some
// queries of one head and goes through the keys tile by tile, or the other way round. Some invocations share a row, each with kQuads times
// four of its columns; what is beyond the head's last column counts as zero.
struct Params {
  q: u32,
  k: u32,
  v: u32,
  stride: u32,      // between the rows of queries, keys and values, and of their gradients
  queries: u32,     // T
  keys: u32,        // S
  heads: u32,
  head: u32,        // columns of one
  scale: f32,
  causal: u32,
  has_mask: u32,
  mask: u32,        // (B,S)
  dy: u32,
  result: u32,
  dq: u32,
  dk: u32,
  dv: u32,
  statistics: u32,  // of each query of each head: the greatest score, 1 / the sum of exponentials, sum of P dP
  blocks: u32,      // of rows in one head: a workgroup each
  units: u32,       // workgroups that have something to do
  parts: u32,       // invocations that share a row: a power of two
  tile: u32,        // rows of a tile: tile_a holds them, and tile_statistics
  block: u32,       // rows whose scores are made at once: at most 8, a divisor of tile
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

override kQuads: u32 = 8u;  // at most 8

const kLanes = 64u;
const kLow = -1.0e30;  // a score that is not seen

alias Row = array<vec4<f32>, 8>;

var<workgroup> tile_a: array<vec4<f32>, 320>;  // (tile, parts, kQuads and one more where that is even: parts lie in different banks)
var<workgroup> tile_b: array<vec4<f32>, 320>;
var<workgroup> tile_statistics: array<vec4<f32>, 64>;
var<workgroup> scores: array<vec2<f32>, 512>;  // (block, kLanes): two products of the tile's rows with this invocation's

struct Unit {
  example: u32,
  head: u32,
  first_row: u32,
  columns: u32,  // where the head's columns begin in a row
}

fn unit_of(number: u32) -> Unit {
  let pair = number / params.blocks;
  let head = pair % params.heads;
  return Unit(pair / params.heads, head, number % params.blocks * (kLanes / params.parts), head * params.head);
}

/// Four columns of the row at `row`, from `column` on.
fn quad(row: u32, column: u32, inside: bool) -> vec4<f32> {
  var four = vec4<f32>();
  if (inside) {
    let at = row + column;
    if (column + 3u < params.head) {
      four = vec4<f32>(memory[at], memory[at + 1u], memory[at + 2u], memory[at + 3u]);
    } else {
      if (column < params.head) {
        four.x = memory[at];
      }
      if (column + 1u < params.head) {
        four.y = memory[at + 1u];
      }
      if (column + 2u < params.head) {
        four.z = memory[at + 2u];
      }
    }
  }
  return four;
}

/// This invocation's columns of the row at `row`.
fn own_row(row: u32, part: u32, inside: bool) -> Row {
  var own: Row;
  for (var i = 0u; i < kQuads; i++) {
    own[i] = quad(row, 4u * (part * kQuads + i), inside);
  }
  return own;
}

fn store_row(row: u32, part: u32, own: ptr<function, Row>, factor: f32) {
  for (var i = 0u; i < kQuads; i++) {
    let column = 4u * (part * kQuads + i);
    let four = (*own)[i] * factor;
    if (column < params.head) {
      memory[row + column] = four.x;
    }
    if (column + 1u < params.head) {
      memory[row + column + 1u] = four.y;
    }
    if (column + 2u < params.head) {
      memory[row + column + 2u] = four.z;
    }
    if (column + 3u < params.head) {
      memory[row + column + 3u] = four.w;
    }
  }
}

/// Where a part of a tile's row begins.
fn place_of(row: u32, part: u32) -> u32 {
  return (row * params.parts + part) * (kQuads | 1u);
}

/// Rows [first, first + tile) of both operands; `a` and `b` are where their rows 0 begin. Rows from `end` on count as zero.
fn load_tiles(a: u32, a_stride: u32, b: u32, b_stride: u32, first: u32, end: u32, lane: u32) {
  let width = kQuads * params.parts;
  for (var i = lane; i < params.tile * width; i += kLanes) {
    let row = first + i / width;
    let quad_of_row = i % width;
    let to = place_of(i / width, quad_of_row / kQuads) + quad_of_row % kQuads;
    tile_a[to] = quad(a + row * a_stride, 4u * quad_of_row, row < end);
    tile_b[to] = quad(b + row * b_stride, 4u * quad_of_row, row < end);
  }
}

fn product_a(own: ptr<function, Row>, row: u32, part: u32) -> f32 {
  let at = place_of(row, part);
  var sum = vec4<f32>();
  for (var i = 0u; i < kQuads; i++) {
    sum = fma((*own)[i], tile_a[at + i], sum);
  }
  return (sum.x + sum.y) + (sum.z + sum.w);
}

fn product_b(own: ptr<function, Row>, row: u32, part: u32) -> f32 {
  let at = place_of(row, part);
  var sum = vec4<f32>();
  for (var i = 0u; i < kQuads; i++) {
    sum = fma((*own)[i], tile_b[at + i], sum);
  }
  return (sum.x + sum.y) + (sum.z + sum.w);
}

fn add_a(to: ptr<function, Row>, factor: f32, row: u32, part: u32) {
  let at = place_of(row, part);
  for (var i = 0u; i < kQuads; i++) {
    (*to)[i] = fma(vec4<f32>(factor), tile_a[at + i], (*to)[i]);
  }
}

fn add_b(to: ptr<function, Row>, factor: f32, row: u32, part: u32) {
  let at = place_of(row, part);
  for (var i = 0u; i < kQuads; i++) {
    (*to)[i] = fma(vec4<f32>(factor), tile_b[at + i], (*to)[i]);
  }
}

fn multiply(row: ptr<function, Row>, factor: f32) {
  for (var i = 0u; i < kQuads; i++) {
    (*row)[i] *= factor;
  }
}

/// The products of a whole row with the one that lies `row` behind the block's first: those of its parts together.
fn whole_products(row: u32, lane: u32) -> vec2<f32> {
  let first = row * kLanes + lane / params.parts * params.parts;
  var sum = scores[first];
  for (var part = 1u; part < params.parts; part++) {
    sum += scores[first + part];
  }
  return sum;
}

fn seen(query: u32, key: u32, example: u32) -> bool {
  if (query >= params.queries || key >= params.keys || (params.causal != 0u && key > query)) {
    return false;
  }
  if (params.has_mask != 0u) {
    return memory[params.mask + example * params.keys + key] > 0.0;
  }
  return true;
}

/// The keys that queries before `row` see end here.
fn keys_before(row: u32) -> u32 {
  return select(params.keys, min(params.keys, row), params.causal != 0u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let number = group.x + group.y * groups.x;
  if (number >= params.units) {
    return;
  }
  let unit = unit_of(number);
  let query = unit.first_row + lane / params.parts;
  let part = lane % params.parts;
  let inside = query < params.queries;
  let k = params.k + unit.example * params.keys * params.stride + unit.columns;
  let v = params.v + unit.example * params.keys * params.stride + unit.columns;
  let end = keys_before(unit.first_row + kLanes / params.parts);
  var q = own_row(params.q + (unit.example * params.queries + query) * params.stride + unit.columns, part, inside);
  var y: Row;
  var most = kLow;
  var sum = 0.0;
  for (var first = 0u; first < end; first += params.tile) {
    workgroupBarrier();
    load_tiles(k, params.stride, v, params.stride, first, end, lane);
    workgroupBarrier();
    for (var at = 0u; at < params.tile && first + at < end; at += params.block) {
      for (var i = 0u; i < params.block; i++) {
        scores[i * kLanes + lane] = vec2<f32>(product_a(&q, at + i, part), 0.0);
      }
      if (params.parts > 1u) {
        workgroupBarrier();
      }
      var top = most;
      for (var i = 0u; i < params.block; i++) {
        if (seen(query, first + at + i, unit.example)) {
          top = max(top, whole_products(i, lane).x * params.scale);
        }
      }
      let shrink = exp(most - top);
      most = top;
      sum *= shrink;
      multiply(&y, shrink);
      for (var i = 0u; i < params.block; i++) {
        if (seen(query, first + at + i, unit.example)) {
          let p = exp(whole_products(i, lane).x * params.scale - top);
          sum += p;
          add_b(&y, p, at + i, part);
        }
      }
      if (params.parts > 1u) {
        workgroupBarrier();
      }
    }
  }
  if (inside) {
    let width = params.heads * params.head;
    store_row(params.result + (unit.example * params.queries + query) * width + unit.columns, part, &y, 1.0 / max(sum, 1.0e-30));
  }
}

/// dq = dS k with dS = P (dP - sum(P dP)) scale, dP = dy v', and the statistics for `keys`.
@compute @workgroup_size(64)
fn queries(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let number = group.x + group.y * groups.x;
  if (number >= params.units) {
    return;
  }
  let unit = unit_of(number);
  let query = unit.first_row + lane / params.parts;
  let part = lane % params.parts;
  let inside = query < params.queries;
  let own = unit.example * params.queries + query;
  let k = params.k + unit.example * params.keys * params.stride + unit.columns;
  let v = params.v + unit.example * params.keys * params.stride + unit.columns;
  let end = keys_before(unit.first_row + kLanes / params.parts);
  var q = own_row(params.q + own * params.stride + unit.columns, part, inside);
  var dy = own_row(params.dy + own * params.heads * params.head + unit.columns, part, inside);
  var dq: Row;
  var most = kLow;
  var sum = 0.0;
  var dot = 0.0;
  for (var turn = 0u; turn < 2u; turn++) {
    for (var first = 0u; first < end; first += params.tile) {
      workgroupBarrier();
      load_tiles(k, params.stride, v, params.stride, first, end, lane);
      workgroupBarrier();
      for (var at = 0u; at < params.tile && first + at < end; at += params.block) {
        for (var i = 0u; i < params.block; i++) {
          scores[i * kLanes + lane] = vec2<f32>(product_a(&q, at + i, part), product_b(&dy, at + i, part));
        }
        if (params.parts > 1u) {
          workgroupBarrier();
        }
        for (var i = 0u; i < params.block; i++) {
          if (seen(query, first + at + i, unit.example)) {
            let products = whole_products(i, lane);
            let score = products.x * params.scale;
            if (turn == 0u) {
              let top = max(most, score);
              let shrink = exp(most - top);
              let p = exp(score - top);
              most = top;
              sum = fma(sum, shrink, p);
              dot = fma(dot, shrink, p * products.y);
            } else {
              let p = exp(score - most) * sum;
              add_a(&dq, p * (products.y - dot), at + i, part);
            }
          }
        }
        if (params.parts > 1u) {
          workgroupBarrier();
        }
      }
    }
    if (turn == 0u) {
      sum = 1.0 / max(sum, 1.0e-30);
      dot *= sum;
    }
  }
  if (inside) {
    store_row(params.dq + own * params.stride + unit.columns, part, &dq, params.scale);
    if (part == 0u) {
      let to = params.statistics + 3u * ((unit.example * params.heads + unit.head) * params.queries + query);
      memory[to] = most;
      memory[to + 1u] = sum;
      memory[to + 2u] = dot;
    }
  }
}

/// dk = dS' q, dv = P' dy
@compute @workgroup_size(64)
fn keys(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let number = group.x + group.y * groups.x;
  if (number >= params.units) {
    return;
  }
  let unit = unit_of(number);
  let key = unit.first_row + lane / params.parts;
  let part = lane % params.parts;
  let inside = key < params.keys;
  let own = (unit.example * params.keys + key) * params.stride + unit.columns;
  let width = params.heads * params.head;
  let queries_at = params.q + unit.example * params.queries * params.stride + unit.columns;
  let dy_at = params.dy + unit.example * params.queries * width + unit.columns;
  let statistics = params.statistics + 3u * (unit.example * params.heads + unit.head) * params.queries;
  var k = own_row(params.k + own, part, inside);
  var v = own_row(params.v + own, part, inside);
  var dk: Row;
  var dv: Row;
  /// Queries before the first of these keys do not see them.
  for (var first = select(0u, unit.first_row / params.tile * params.tile, params.causal != 0u); first < params.queries; first += params.tile) {
    workgroupBarrier();
    load_tiles(queries_at, params.stride, dy_at, width, first, params.queries, lane);
    if (lane < params.tile && first + lane < params.queries) {
      let at = statistics + 3u * (first + lane);
      tile_statistics[lane] = vec4<f32>(memory[at], memory[at + 1u], memory[at + 2u], 0.0);
    }
    workgroupBarrier();
    for (var at = 0u; at < params.tile && first + at < params.queries; at += params.block) {
      for (var i = 0u; i < params.block; i++) {
        scores[i * kLanes + lane] = vec2<f32>(product_a(&k, at + i, part), product_b(&v, at + i, part));
      }
      if (params.parts > 1u) {
        workgroupBarrier();
      }
      for (var i = 0u; i < params.block; i++) {
        if (inside && seen(first + at + i, key, unit.example)) {
          let products = whole_products(i, lane);
          let of_query = tile_statistics[at + i];
          let p = exp(products.x * params.scale - of_query.x) * of_query.y;
          add_b(&dv, p, at + i, part);
          add_a(&dk, p * (products.y - of_query.z), at + i, part);
        }
      }
      if (params.parts > 1u) {
        workgroupBarrier();
      }
    }
  }
  if (inside) {
    store_row(params.dk + own, part, &dk, params.scale);
    store_row(params.dv + own, part, &dv, 1.0);
  }
}
