// A matrix product with an epilogue: out = A B (+ addend) (+ row), for a batch of matrices.  A:(M,K) B:(K,N), each read through the two
// strides that its storage has. A workgroup of 16 x 16 makes a tile of 64 x 64, each invocation 4 x 4 of it.
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
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

const kTile = 64u;
const kDepth = 16u;
const kPitch = 65u;  // one more than the tile, so that columns lie in different banks

var<workgroup> a_tile: array<f32, 1040>;  // (kDepth, kPitch)
var<workgroup> b_tile: array<f32, 1040>;

/// Loads 16 x 64 elements of both operands; what lies outside is 0.
fn load_tiles(batch: u32, first_row: u32, first_column: u32, first_inner: u32, lane: u32) {
  for (var i = lane; i < kDepth * kTile; i += 256u) {
    // Neighbouring invocations read neighbouring elements, whichever way the operand is stored.
    var k = i % kDepth;
    var m = i / kDepth;
    if (params.a_row == 1u) {
      k = i / kTile;
      m = i % kTile;
    }
    var value = 0.0;
    if (first_row + m < params.rows && first_inner + k < params.inner) {
      value = memory[params.a + batch * params.a_batch + (first_row + m) * params.a_row + (first_inner + k) * params.a_inner];
    }
    a_tile[k * kPitch + m] = value;

    k = i / kTile;
    var n = i % kTile;
    if (params.b_inner == 1u) {
      k = i % kDepth;
      n = i / kDepth;
    }
    value = 0.0;
    if (first_inner + k < params.inner && first_column + n < params.columns) {
      value = memory[params.b + batch * params.b_batch + (first_inner + k) * params.b_inner + (first_column + n) * params.b_column];
    }
    b_tile[k * kPitch + n] = value;
  }
}

fn store(batch: u32, row: u32, column: u32, product: f32) {
  if (row >= params.rows || column >= params.columns) {
    return;
  }
  let at = batch * params.rows * params.columns + row * params.columns + column;
  var value = product;
  if (params.has_addend != 0u) {
    value += memory[params.addend + at];
  }
  if (params.has_row != 0u) {
    value += memory[params.row + column];
  }
  memory[params.result + at] = value;
}

@compute @workgroup_size(16, 16)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let first_row = group.y * kTile;
  let first_column = group.x * kTile;
  var sums: array<vec4<f32>, 4>;
  for (var first_inner = 0u; first_inner < params.inner; first_inner += kDepth) {
    load_tiles(group.z, first_row, first_column, first_inner, lane);
    workgroupBarrier();
    for (var k = 0u; k < kDepth; k++) {
      // Rows and columns 16 apart: the invocations of a row read one after the other.
      let at = k * kPitch;
      let b = vec4<f32>(b_tile[at + local.x], b_tile[at + local.x + 16u], b_tile[at + local.x + 32u], b_tile[at + local.x + 48u]);
      sums[0] = fma(vec4<f32>(a_tile[at + local.y]), b, sums[0]);
      sums[1] = fma(vec4<f32>(a_tile[at + local.y + 16u]), b, sums[1]);
      sums[2] = fma(vec4<f32>(a_tile[at + local.y + 32u]), b, sums[2]);
      sums[3] = fma(vec4<f32>(a_tile[at + local.y + 48u]), b, sums[3]);
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < 4u; i++) {
    for (var j = 0u; j < 4u; j++) {
      store(group.z, first_row + local.y + 16u * i, first_column + local.x + 16u * j, sums[i][j]);
    }
  }
}

/// For products with few rows, columns or both: one element of a tile of 16 x 16 each.
@compute @workgroup_size(16, 16)
fn small(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let row = group.y * 16u + local.y;
  let column = group.x * 16u + local.x;
  var sum = 0.0;
  for (var first_inner = 0u; first_inner < params.inner; first_inner += 16u) {
    // a_tile[inner][row], b_tile[inner][column]; which invocation loads what follows the storage.
    var m = local.y;
    var k = local.x;
    if (params.a_row == 1u) {
      m = local.x;
      k = local.y;
    }
    let a_row = group.y * 16u + m;
    var value = 0.0;
    if (a_row < params.rows && first_inner + k < params.inner) {
      value = memory[params.a + group.z * params.a_batch + a_row * params.a_row + (first_inner + k) * params.a_inner];
    }
    a_tile[k * 17u + m] = value;
    k = local.y;
    var n = local.x;
    if (params.b_inner == 1u) {
      k = local.x;
      n = local.y;
    }
    let b_column = group.x * 16u + n;
    value = 0.0;
    if (first_inner + k < params.inner && b_column < params.columns) {
      value = memory[params.b + group.z * params.b_batch + (first_inner + k) * params.b_inner + b_column * params.b_column];
    }
    b_tile[k * 17u + n] = value;
    workgroupBarrier();
    for (var i = 0u; i < 16u; i++) {
      sum = fma(a_tile[i * 17u + local.y], b_tile[i * 17u + local.x], sum);
    }
    workgroupBarrier();
  }
  store(group.z, row, column, sum);
}
