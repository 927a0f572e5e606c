// Where the largest element of each row is; of equals the first. A workgroup takes `across` rows, `along` invocations each.
struct Params {
  rows: u32,
  n: u32,
  operand: u32,
  result: u32,
  across: u32,  // powers of two whose product is 256
  along: u32,
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

var<workgroup> largest: array<f32, 256>;
var<workgroup> places: array<u32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let r = lane % params.along;
  let row = (group.x + group.y * groups.x) * params.across + lane / params.along;
  var best = -3.4028234e38;
  var at = params.n;
  if (row < params.rows) {
    for (var e = r; e < params.n; e += params.along) {
      let x = memory[params.operand + row * params.n + e];
      if (x > best || at == params.n) {
        best = x;
        at = e;
      }
    }
  }
  largest[lane] = best;
  places[lane] = at;
  workgroupBarrier();
  for (var half = params.along / 2u; half > 0u; half /= 2u) {
    if (r < half) {
      let other = largest[lane + half];
      let there = places[lane + half];
      if (there < params.n && (other > largest[lane] || (other == largest[lane] && there < places[lane]))) {
        largest[lane] = other;
        places[lane] = there;
      }
    }
    workgroupBarrier();
  }
  if (r == 0u && row < params.rows) {
    memory[params.result + row] = f32(places[lane]);
  }
}
