// A matrix product with an epilogue: out = A B (+ addend) (+ row), for a batch of matrices.  A:(M,K) B:(K,N), each read through the two
// strides that its storage has. Where the result is small and K long, K is cut into `splits`: each has its own product, and `add_up` adds
// them in their order.
struct Params {
  rows: u32,        // M
  columns: u32,     // N
  inner: u32,       // K
  a: u32,
  a_batch: u32,     // elements from one matrix of the batch to the next
  a_row: u32,       // from (m,k) to (m+1,k)
  a_inner: u32,     // from (m,k) to (m,k+1)
  b: u32,
  b_batch: u32,
  b_inner: u32,
  b_column: u32,
  result: u32,
  addend: u32,      // of the result's shape
  row: u32,         // of N elements
  has_addend: u32,
  has_row: u32,
  splits: u32,      // of K
  chunk: u32,       // of K in one split
  partial: u32,     // the products of the splits, one whole batch after the other
  count: u32,       // elements of the batch's results
  row_bits: u32,    // of `small`: its tile has 2^row_bits rows, from 4 to 16,
  column_bits: u32, // and 2^column_bits columns
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

/// Of `main` and `wide`: the edge of their tiles, 64 or 32.
override kEdge: u32 = 64u;

const kDepth = 16u;

/// (kDepth, kEdge / 4 + 1): one vector more than a row needs, so that columns lie in different banks.
var<workgroup> a_tile: array<vec4<f32>, 272>;  // four rows together
var<workgroup> b_tile: array<vec4<f32>, 272>;  // four columns together
var<workgroup> a_small: array<f32, 1280>;      // (depth, rows of the tile + 1)
var<workgroup> b_small: array<f32, 1280>;      // (depth, columns of the tile + 1)

/// The matrix of the batch that group.z stands for, and the part of K.
struct Share {
  batch: u32,
  split: u32,
  begin: u32,
  end: u32,
}

fn share_of(z: u32) -> Share {
  let split = z % params.splits;
  return Share(z / params.splits, split, split * params.chunk, min(params.inner, (split + 1u) * params.chunk));
}

fn finished(at: u32, column: u32, product: f32) -> f32 {
  var value = product;
  if (params.has_addend != 0u) {
    value += memory[params.addend + at];
  }
  if (params.has_row != 0u) {
    value += memory[params.row + column];
  }
  return value;
}

fn store(share: Share, row: u32, column: u32, product: f32) {
  if (row >= params.rows || column >= params.columns) {
    return;
  }
  let at = (share.batch * params.rows + row) * params.columns + column;
  if (params.splits > 1u) {
    memory[params.partial + share.split * params.count + at] = product;
  } else {
    memory[params.result + at] = finished(at, column, product);
  }
}

/// The four elements from `at` on, `step` apart, of which the operand has `left`; what is beyond them is 0.
fn four(at: u32, step: u32, left: u32) -> vec4<f32> {
  var out = vec4<f32>();
  if (left > 3u) {
    out = vec4<f32>(memory[at], memory[at + step], memory[at + 2u * step], memory[at + 3u * step]);
  } else {
    if (left > 0u) {
      out.x = memory[at];
    }
    if (left > 1u) {
      out.y = memory[at + step];
    }
    if (left > 2u) {
      out.z = memory[at + 2u * step];
    }
  }
  return out;
}

/// Four rows of A, from `row` on, at the inner index k.
fn four_of_a(batch: u32, row: u32, k: u32, end: u32) -> vec4<f32> {
  let left = select(0u, params.rows - min(row, params.rows), k < end);
  return four(params.a + batch * params.a_batch + row * params.a_row + k * params.a_inner, params.a_row, left);
}

fn four_of_b(batch: u32, column: u32, k: u32, end: u32) -> vec4<f32> {
  let left = select(0u, params.columns - min(column, params.columns), k < end);
  return four(params.b + batch * params.b_batch + k * params.b_inner + column * params.b_column, params.b_column, left);
}

/// The tiles of both operands from the inner index `start` on, by `lanes` invocations: kDepth of it, kEdge rows of A and columns of B.
/// Neighbouring invocations read neighbouring elements, whichever way an operand is stored.
fn load_tiles(share: Share, first_row: u32, first_column: u32, start: u32, lane: u32, lanes: u32) {
  let fours = kEdge / 4u;
  let pitch = fours + 1u;
  let a_down = params.a_row == 1u;
  let b_down = params.b_inner == 1u;
  for (var i = lane; i < kDepth * fours; i += lanes) {
    let a_four = select(i / kDepth, i % fours, a_down);
    let a_depth = select(i % kDepth, i / fours, a_down);
    a_tile[a_depth * pitch + a_four] = four_of_a(share.batch, first_row + 4u * a_four, start + a_depth, share.end);
    let b_four = select(i % fours, i / kDepth, b_down);
    let b_depth = select(i / fours, i % kDepth, b_down);
    b_tile[b_depth * pitch + b_four] = four_of_b(share.batch, first_column + 4u * b_four, start + b_depth, share.end);
  }
}

/// A tile of kEdge x kEdge, 4 x 4 of it by each invocation.
@compute @workgroup_size(kEdge / 4u, kEdge / 4u)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let share = share_of(group.z);
  let first_row = group.y * kEdge;
  let first_column = group.x * kEdge;
  let fours = kEdge / 4u;
  let pitch = fours + 1u;
  var sums: array<vec4<f32>, 4>;
  for (var start = share.begin; start < share.end; start += kDepth) {
    load_tiles(share, first_row, first_column, start, lane, fours * fours);
    workgroupBarrier();
    for (var k = 0u; k < kDepth; k++) {
      let a = a_tile[k * pitch + local.y];
      let b = b_tile[k * pitch + local.x];
      sums[0] = fma(vec4<f32>(a.x), b, sums[0]);
      sums[1] = fma(vec4<f32>(a.y), b, sums[1]);
      sums[2] = fma(vec4<f32>(a.z), b, sums[2]);
      sums[3] = fma(vec4<f32>(a.w), b, sums[3]);
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      store(share, first_row + 4u * local.y + i, first_column + 4u * local.x + j, sums[i][j]);
    }
  }
}

/// The same with 8 x 8 by each invocation, in four blocks half a tile apart: fewer invocations, which read less of the tiles for each product.
@compute @workgroup_size(kEdge / 8u, kEdge / 8u)
fn wide(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let share = share_of(group.z);
  let first_row = group.y * kEdge;
  let first_column = group.x * kEdge;
  let eighths = kEdge / 8u;
  let pitch = kEdge / 4u + 1u;
  var near: array<vec4<f32>, 8>;  // rows of the blocks on the left
  var far: array<vec4<f32>, 8>;
  for (var start = share.begin; start < share.end; start += kDepth) {
    load_tiles(share, first_row, first_column, start, lane, eighths * eighths);
    workgroupBarrier();
    for (var k = 0u; k < kDepth; k++) {
      let a = a_tile[k * pitch + local.y];
      let below = a_tile[k * pitch + eighths + local.y];
      let b = b_tile[k * pitch + local.x];
      let beside = b_tile[k * pitch + eighths + local.x];
      near[0] = fma(vec4<f32>(a.x), b, near[0]);
      far[0] = fma(vec4<f32>(a.x), beside, far[0]);
      near[1] = fma(vec4<f32>(a.y), b, near[1]);
      far[1] = fma(vec4<f32>(a.y), beside, far[1]);
      near[2] = fma(vec4<f32>(a.z), b, near[2]);
      far[2] = fma(vec4<f32>(a.z), beside, far[2]);
      near[3] = fma(vec4<f32>(a.w), b, near[3]);
      far[3] = fma(vec4<f32>(a.w), beside, far[3]);
      near[4] = fma(vec4<f32>(below.x), b, near[4]);
      far[4] = fma(vec4<f32>(below.x), beside, far[4]);
      near[5] = fma(vec4<f32>(below.y), b, near[5]);
      far[5] = fma(vec4<f32>(below.y), beside, far[5]);
      near[6] = fma(vec4<f32>(below.z), b, near[6]);
      far[6] = fma(vec4<f32>(below.z), beside, far[6]);
      near[7] = fma(vec4<f32>(below.w), b, near[7]);
      far[7] = fma(vec4<f32>(below.w), beside, far[7]);
    }
    workgroupBarrier();
  }
  let row = first_row + 4u * local.y;
  let column = first_column + 4u * local.x;
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      store(share, row + i, column + j, near[i][j]);
      store(share, row + i, column + kEdge / 2u + j, far[i][j]);
      store(share, row + kEdge / 2u + i, column + j, near[i + 4u][j]);
      store(share, row + kEdge / 2u + i, column + kEdge / 2u + j, far[i + 4u][j]);
    }
  }
}

/// For products with few rows, columns or both: one element of a tile each; where the tile has less than 256, invocations share them, each
/// with 16 of the inner indices in turn.
@compute @workgroup_size(256)
fn small(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let share = share_of(group.z);
  let rows = 1u << params.row_bits;
  let columns = 1u << params.column_bits;
  let first_row = group.y * rows;
  let first_column = group.x * columns;
  let column = lane & (columns - 1u);
  let row = (lane >> params.column_bits) & (rows - 1u);
  let part = lane >> (params.row_bits + params.column_bits);
  let depth_bits = 12u - params.row_bits - params.column_bits;
  let depth = 1u << depth_bits;
  let a_down = params.a_row == 1u;
  let b_down = params.b_inner == 1u;
  var sum = 0.0;
  for (var start = share.begin; start < share.end; start += depth) {
    for (var i = lane; i < depth * rows; i += 256u) {
      let k = select(i & (depth - 1u), i >> params.row_bits, a_down);
      let m = select(i >> depth_bits, i & (rows - 1u), a_down);
      var value = 0.0;
      if (first_row + m < params.rows && start + k < share.end) {
        value = memory[params.a + share.batch * params.a_batch + (first_row + m) * params.a_row + (start + k) * params.a_inner];
      }
      a_small[k * (rows + 1u) + m] = value;
    }
    for (var i = lane; i < depth * columns; i += 256u) {
      let k = select(i >> params.column_bits, i & (depth - 1u), b_down);
      let n = select(i & (columns - 1u), i >> depth_bits, b_down);
      var value = 0.0;
      if (first_column + n < params.columns && start + k < share.end) {
        value = memory[params.b + share.batch * params.b_batch + (start + k) * params.b_inner + (first_column + n) * params.b_column];
      }
      b_small[k * (columns + 1u) + n] = value;
    }
    workgroupBarrier();
    for (var i = 0u; i < kDepth; i++) {
      let k = part * kDepth + i;
      sum = fma(a_small[k * (rows + 1u) + row], b_small[k * (columns + 1u) + column], sum);
    }
    workgroupBarrier();
  }
  a_small[lane] = sum;
  workgroupBarrier();
  if (part == 0u) {
    for (var i = rows * columns + lane; i < 256u; i += rows * columns) {
      sum += a_small[i];
    }
    store(share, first_row + row, first_column + column, sum);
  }
}

@compute @workgroup_size(64)
fn add_up(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let at = (group.x + group.y * groups.x) * 64u + lane;
  if (at < params.count) {
    var sum = 0.0;
    for (var split = 0u; split < params.splits; split++) {
      sum += memory[params.partial + split * params.count + at];
    }
    memory[params.result + at] = finished(at, at % params.columns, sum);
  }
}
