// engine/backend/webgpu: what a kernel is. A maker looks at one call's shapes and places, at prepare, and adds to the schedule what has
// to be dispatched for it. All values of a run lie in one buffer, `memory: array<f32>`; whole numbers (i32) lie there as whole floats.
// Every shader is a file in shaders/, valid as it stands, with the same two bindings:
//   @group(0) @binding(0) var<storage, read_write> memory: array<f32>;
//   @group(0) @binding(1) var<uniform> params: Params;   // at most 256 bytes, its members in the order in which Params adds them
// Dispatches run one after the other: each sees what the ones before it wrote. The output never overlaps an input (the plan sees to
// that), except for effects on arenas; a chain's or matmul_add's may be what it reads element by element.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/backend/webgpu/tuning.h"
#include "engine/tape/tape.h"

namespace heed::webgpu {

using Word = std::uint32_t;

/// Where values begin, and how much room they take, is a multiple of this.
constexpr std::size_t kAlignElems = 64;
constexpr std::size_t aligned(std::size_t elems) { return (elems + kAlignElems - 1) / kAlignElems * kAlignElems; }

struct Operand {
  Word at = 0;  ///< of the first element in `memory`
  Shape shape;
  DType dtype = DType::kF32;

  Word count() const { return static_cast<Word>(shape.count()); }
};

struct Call {
  const Attrs& attrs;
  Operand out;
  std::vector<Operand> in;
  std::array<Word, static_cast<std::size_t>(Arena::kCount)> arenas{};
  Word seed = 0;  ///< where the submission's seed lies: four whole floats of 16 bits each, the lowest first

  Word arena(Arena which) const { return arenas[static_cast<std::size_t>(which)]; }
};

/// The members of a shader's `struct Params`, in its order. WGSL wants a vec4 at a multiple of four words: put those first.
class Params {
 public:
  static constexpr std::size_t kMostWords = 64;

  Params& add(Word value) { return words_.push_back(value), *this; }
  Params& add(int value) { return add(static_cast<Word>(value)); }
  Params& add(std::size_t value) { return add(static_cast<Word>(value)); }
  Params& add(float value) { return add(std::bit_cast<Word>(value)); }
  Params& add(const std::array<Word, 4>& four) {
    for (Word value : four) add(value);
    return *this;
  }
  const std::vector<Word>& words() const { return words_; }

 private:
  std::vector<Word> words_;
};

struct Dispatch {
  std::string shader;  ///< "softmax": shaders/softmax.wgsl
  Params params;
  std::array<Word, 3> groups{1, 1, 1};
  double work = 0;  ///< roughly: floating-point operations, or four times the elements moved where those are more. Splits long submissions
  std::string entry = "main";
  std::vector<std::pair<std::string, double>> constants = {};  ///< override constants
  std::string body = {};   ///< replaces what stands between the lines "// <body>" and "// </body>" of the file
  bool by_subgroups = false;  ///< what stands in subgroups.wgsl between "// <across>" and "// </across>" replaces the same here
  std::string label = {};  ///< the op and its shape; the backend fills it in
};

class Schedule {
 public:
  void add(Dispatch dispatch) { dispatches_.push_back(std::move(dispatch)); }
  /// Room for `elems` floats in `memory` that this call's dispatches may use; it has no meaning before and after.
  Word temporary(std::size_t elems);

  Tuning tuning;  ///< what makers go by where there is a choice

 protected:
  std::vector<Dispatch> dispatches_;
  std::size_t temporary_at_ = 0, temporary_elems_ = 0, most_temporary_elems_ = 0;
};

using KernelMaker = void (*)(const Call& call, Schedule& schedule);

/// Null for leaves, which need no kernel, and for an op that this backend lacks.
KernelMaker find_kernel(OpKind op);

/// Workgroups for `count` invocations, `per_group` in each, in x and (past 65535) y; the shader's number is
/// workgroup_id.x + workgroup_id.y * num_workgroups.x, and those past the end have nothing to do.
std::array<Word, 3> groups_for(std::size_t count, Word per_group);

/// Extents aligned at the last axis, 1 in front.
std::array<Word, 4> extents_of(const Shape& shape);
/// Steps of a dense operand along the axes of `result`, to which it broadcasts: 0 where it is repeated.
std::array<Word, 4> strides_in(const Shape& operand, const Shape& result);

/// The text of shaders/NAME.wgsl, compiled in.
std::string_view shader_text(std::string_view name);
/// The same with the dispatch's body in its place, and subgroups where it adds up by them.
std::string code_of(const Dispatch& dispatch);
/// Its number among the device's pipelines; made where there is none yet.
int pipeline_of(const Dispatch& dispatch);

}  // namespace heed::webgpu
