// Up to 24 operands end to end along one axis of the result, which is seen as (outer, axis, inner).
struct Params {
  count: u32,   // elements of these operands together
  inner: u32,
  extent: u32,  // of these operands together along the axis
  first: u32,   // where they begin along it
  whole: u32,   // its extent in the result
  result: u32,
  parts: u32,
  unused: u32,
  operands: array<vec4<u32>, 12>,  // two in a row: where each lies in memory, and where it begins, counted from `first`
}
@group(0) @binding(0) var<storage, read_write> memory: array<f32>;
@group(0) @binding(1) var<uniform> params: Params;

fn part(k: u32) -> vec2<u32> {
  let two = params.operands[k / 2u];
  return select(two.xy, two.zw, k % 2u == 1u);
}

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(num_workgroups) groups: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let index = (group.x + group.y * groups.x) * 64u + lane;
  if (index >= params.count) {
    return;
  }
  let i = index % params.inner;
  let e = (index / params.inner) % params.extent;
  let outer = index / (params.inner * params.extent);
  var own = part(0u);
  var end = params.extent;
  for (var k = 1u; k < params.parts; k++) {
    let next = part(k);
    if (e < next.y) {
      end = next.y;
      break;
    }
    own = next;
  }
  let value = memory[own.x + (outer * (end - own.y) + e - own.y) * params.inner + i];
  memory[params.result + (outer * params.whole + params.first + e) * params.inner + i] = value;
}
