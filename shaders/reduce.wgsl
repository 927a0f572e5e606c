// Sums, sums of squares and maxima along one axis of an operand seen as (outer, n, inner). A workgroup makes `across` results; `lanes`
// invocations share the terms of each, which are added in a fixed order. A long axis is cut into segments: the result is then
// (outer, segments, inner), to be reduced again.
override kKind = 0u;  // 0: sum, 1: sum of squares, 2: maximum
struct Params {
  columns: u32,   // outer * inner
  n: u32,
  inner: u32,
  operand: u32,
  result: u32,
  across: u32,    // powers of two whose product is 256
  lanes: u32,
  segments: u32,
  segment: u32,   // terms in each
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

var<workgroup> partials: array<f32, 256>;

// <across>
/// The sum over the invocations of a row, which follow one another; all of them get it.
fn sum_across(value: f32, lane: u32) -> f32 {
  partials[lane] = value;
  for (var step = params.lanes / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane % params.lanes < step) {
      partials[lane] += partials[lane + step];
    }
  }
  workgroupBarrier();
  return partials[lane - lane % params.lanes];
}

fn max_across(value: f32, lane: u32) -> f32 {
  partials[lane] = value;
  for (var step = params.lanes / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane % params.lanes < step) {
      partials[lane] = max(partials[lane], partials[lane + step]);
    }
  }
  workgroupBarrier();
  return partials[lane - lane % params.lanes];
}
// </across>

fn combined(a: f32, b: f32) -> f32 {
  if (kKind == 2u) {
    return max(a, b);
  }
  return a + b;
}

/// The same over invocations that stand below one another, (lanes, across); the first row of them gets it.
fn over_rows(value: f32, r: u32, c: u32) -> f32 {
  let own = r * params.across + c;
  partials[own] = value;
  workgroupBarrier();
  for (var half = params.lanes / 2u; half > 0u; half /= 2u) {
    if (r < half) {
      partials[own] = combined(partials[own], partials[own + half * params.across]);
    }
    workgroupBarrier();
  }
  return partials[own];
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let number = group.x + group.y * groups.x;
  let tiles = (params.columns + params.across - 1u) / params.across;
  let segment = number / tiles;
  if (segment >= params.segments) {
    return;
  }
  /// Neighbouring invocations read neighbouring elements.
  var c = lane % params.across;
  var r = lane / params.across;
  if (params.inner == 1u) {
    c = lane / params.lanes;
    r = lane % params.lanes;
  }
  let column = (number % tiles) * params.across + c;
  let outer = column / params.inner;
  let i = column % params.inner;
  var total = select(0.0, -3.4028234e38, kKind == 2u);
  if (column < params.columns) {
    let first = params.operand + outer * params.n * params.inner + i;
    let end = min((segment + 1u) * params.segment, params.n);
    for (var e = segment * params.segment + r; e < end; e += params.lanes) {
      let x = memory[first + e * params.inner];
      total = combined(total, select(x, x * x, kKind == 1u));
    }
  }
  if (params.inner == 1u) {
    if (kKind == 2u) {
      total = max_across(total, lane);
    } else {
      total = sum_across(total, lane);
    }
  } else {
    total = over_rows(total, r, c);
  }
  if (r == 0u && column < params.columns) {
    memory[params.result + (outer * params.segments + segment) * params.inner + i] = total;
  }
}
