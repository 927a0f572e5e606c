// tests/ops: running and comparing; see op_run.h.
#include "op_run.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <sstream>

#include "base/rng.h"
#include "engine/backend/cpu/buffer.h"
#include "engine/backend/cpu/kernel.h"
#include "engine/backend/cpu/thread_pool.h"
#include "support/run_plan.h"

namespace heed::test {
namespace {

constexpr std::uint64_t kSubmissionSeed = 0x5eed0123456789abull;
constexpr int kRepeats = 3;

std::string operand_name(std::size_t operand) {
  return "operand" + std::to_string(operand);
}

/// Elements of every arena: the optimisers update all of it, a store must fit in.
std::size_t arena_elems(const OpCase& op_case) {
  const std::size_t count = op_case.sample.shapes.empty() ? 0 : op_case.sample.shapes[0].count();
  if (op_case.def->kind == OpKind::kStore) return std::get<ExternalAttrs>(op_case.sample.attrs).offset + count + 5;
  return is_effect(op_case.def->kind) ? count : 0;
}

std::vector<float> first_parameters(std::size_t elems) {
  Random random(9, Purpose::kTest, 0);
  std::vector<float> out;
  for (std::size_t i = 0; i < elems; ++i) out.push_back(random.uniform(-1, 1));
  return out;
}

void collect_arenas(TestState& state, CaseResult& result) {
  for (int arena = 0; arena < static_cast<int>(Arena::kCount); ++arena)
    result.arenas.push_back(state.read(static_cast<Arena>(arena)));
}

}  // namespace

CaseResult run_case(Backend& backend, const OpCase& op_case, Feeding feeding) {
  const Sample& sample = op_case.sample;
  Tape tape;
  Feeds feeds;
  std::vector<Tensor> operands;
  std::vector<float> arena = first_parameters(arena_elems(op_case));
  for (std::size_t i = 0; i < sample.shapes.size(); ++i) {
    const std::vector<float> values = operand_values(op_case, i);
    if (is_i32(sample, i)) {
      operands.push_back(tape.input(operand_name(i), sample.shapes[i], DType::kI32));
      feeds[operand_name(i)].i32.assign(values.begin(), values.end());
    } else if (feeding.from_arena) {
      arena.insert(arena.end(), feeding.shift, -7777.0f);
      operands.push_back(tape.external(Arena::kParameters, arena.size(), sample.shapes[i]));
      arena.insert(arena.end(), values.begin(), values.end());
    } else {
      operands.push_back(tape.input(operand_name(i), sample.shapes[i]));
      feeds[operand_name(i)].f32 = values;
    }
  }
  const Tensor result = tape.emit(op_case.def->kind, operands, sample.attrs);
  if (!is_effect(op_case.def->kind)) tape.output("result", result);

  TestState state(backend, arena.size());
  state.write(Arena::kParameters, arena);
  TestPlan plan(state, tape);
  CaseResult out;
  for (int repeat = 0; repeat < kRepeats; ++repeat) {
    const Values values = plan.run(feeds, kSubmissionSeed);
    if (const auto found = values.find("result"); found != values.end()) out.value = found->second;
  }
  collect_arenas(state, out);
  return out;
}

namespace {

/// Memory whose values start `shift` elements off a multiple of 64 bytes. It ends where the last guard ends, so that
/// the address sanitizer sees one step too far.
class Shifted {
 public:
  Shifted(std::size_t count, std::size_t shift, std::size_t guard)
      : storage_(static_cast<float*>(::operator new((shift + 2 * guard + count) * sizeof(float), kAlignment))),
        begin_(storage_.get() + shift + guard),
        end_(begin_ + count),
        guard_(guard) {
    std::fill(storage_.get(), end_ + guard, kGuard);
  }

  float* begin() const { return begin_; }
  bool guards_hold() const {
    const auto intact = [](float value) { return value == kGuard; };
    return std::all_of(begin_ - guard_, begin_, intact) && std::all_of(end_, end_ + guard_, intact);
  }

 private:
  static constexpr float kGuard = -123456.75f;
  static constexpr std::align_val_t kAlignment{64};
  struct Release {
    void operator()(float* data) const { ::operator delete(data, kAlignment); }
  };
  std::unique_ptr<float, Release> storage_;
  float *begin_, *end_;
  std::size_t guard_;
};

}  // namespace

namespace {

/// Once. `scratch` is for each thread.
void run_units(const cpu::Kernel& kernel, cpu::ScratchOfThreads scratch, Cut cut) {
  const cpu::Submission submission{kSubmissionSeed};
  if (cut.threads > 1) return cpu::ThreadPool::shared(cut.threads)->run(kernel, submission, scratch);
  if (!cut.one_by_one) return kernel(submission, scratch.first);
  for (std::size_t unit = kernel.units; unit-- > 0;) kernel.run({submission, unit, unit + 1, scratch.first});
}

}  // namespace

CaseResult run_kernel(const OpCase& op_case, std::size_t shift, std::string& damage, Cut cut) {
  const Sample& sample = op_case.sample;
  const OpKind op = op_case.def->kind;
  OpInputs in;
  std::vector<Shifted> buffers;
  buffers.reserve(sample.shapes.size() + 1 + cpu::kArenaCount);
  std::vector<cpu::Operand> operands;
  for (std::size_t i = 0; i < sample.shapes.size(); ++i) {
    const std::vector<float> values = operand_values(op_case, i);
    in.shapes.push_back(sample.shapes[i]);
    in.dtypes.push_back(is_i32(sample, i) ? DType::kI32 : DType::kF32);
    float* data = buffers.emplace_back(values.size(), shift + i, 0).begin();
    if (is_i32(sample, i)) {
      const std::vector<std::int32_t> whole(values.begin(), values.end());
      std::memcpy(data, whole.data(), whole.size() * sizeof(float));
    } else {
      std::copy(values.begin(), values.end(), data);
    }
    operands.push_back({data, sample.shapes[i], in.dtypes.back()});
  }
  const OpOutput out = op_case.def->infer(in, sample.attrs);
  const std::size_t count = out.shape.count();
  Shifted& target = buffers.emplace_back(count, shift, 16);
  cpu::Call call{sample.attrs, {target.begin(), out.shape, out.dtype}, operands, {}};
  std::vector<Shifted*> guarded{&target};
  for (auto& arena : call.arenas) {
    guarded.push_back(&buffers.emplace_back(arena_elems(op_case), shift, 16));
    arena = guarded.back()->begin();
    std::fill_n(arena, arena_elems(op_case), 0.0f);
  }
  const std::vector<float> parameters = first_parameters(arena_elems(op_case));
  std::copy(parameters.begin(), parameters.end(), call.arena(Arena::kParameters));

  const cpu::Kernel kernel = cpu::find_kernel(op)(call);
  const cpu::Buffer scratch(kernel.scratch_elems * static_cast<std::size_t>(cut.threads));
  for (int repeat = 0; repeat < kRepeats; ++repeat) run_units(kernel, {scratch.data(), kernel.scratch_elems}, cut);

  CaseResult result;
  result.units = kernel.units;
  if (!is_effect(op)) {
    if (out.dtype == DType::kI32) {
      std::vector<std::int32_t> whole(count);
      std::memcpy(whole.data(), target.begin(), count * sizeof(float));
      result.value.assign(whole.begin(), whole.end());
    } else {
      result.value.assign(target.begin(), target.begin() + count);
    }
  }
  for (float* arena : call.arenas) result.arenas.emplace_back(arena, arena + arena_elems(op_case));
  for (std::size_t i = 0; i < guarded.size(); ++i) {
    if (!guarded[i]->guards_hold()) damage += i == 0 ? " round the result" : " round arena " + std::to_string(i - 1);
  }
  return result;
}

Tolerance tolerance_of(OpKind op) {
  // Both sides hold single precision, so what is moved, compared or rounded once must be equal. The rest allows for the
  // error of the polynomials (vector_math.h) and for the order of sums, whose terms are at most 16 in size and 50 in
  // number here.
  switch (op) {
    case OpKind::kExp:
    case OpKind::kTanh:
    case OpKind::kSigmoid:
    case OpKind::kErf:
      return {1e-37f, 4e-7f};
    case OpKind::kLog:
      return {1e-7f, 4e-7f};
    case OpKind::kAffine:
      return {5e-7f, 2e-7f};
    case OpKind::kChain:  // seven links, values below 20, two of them tanh or exp
      return {4e-6f, 2e-6f};
    case OpKind::kMatmul:
    case OpKind::kMatmulAdd:
      return {2e-5f, 2e-6f};
    case OpKind::kSum:
      return {1e-5f, 2e-6f};
    case OpKind::kScatterAddRows:
      return {2e-6f, 2e-6f};
    case OpKind::kSoftmax:
      return {5e-7f, 2e-6f};
    case OpKind::kLogSoftmax:
      return {2e-6f, 1e-6f};
    // Fused ops: errors of the exponentials, of short sums, and of the composition's own rounding after every
    // primitive.
    case OpKind::kMaskedSoftmax:
      return {5e-7f, 2e-6f};
    case OpKind::kSoftmaxGrad:
    case OpKind::kCrossEntropyGrad:
      return {2e-6f, 2e-6f};
    case OpKind::kCrossEntropy:
    case OpKind::kGelu:
      return {2e-6f, 1e-6f};
    // Where tanh is near 1, the composition's 1 - tanh^2 has lost most of its digits.
    case OpKind::kGeluGrad:
      return {2e-5f, 2e-6f};
    case OpKind::kLstmCell:
    case OpKind::kLstmCellGrad:
    case OpKind::kGruCell:
    case OpKind::kGruCellGrad:
    case OpKind::kGruReset:
    case OpKind::kGruResetGrad:
    case OpKind::kGruUpdate:
    case OpKind::kGruUpdateGrad:
      return {2e-6f, 2e-6f};
    case OpKind::kSumSquares:
      return {1e-6f, 1e-6f};
    case OpKind::kBagOfRows:
    case OpKind::kBagOfRowsGrad:
      return {5e-6f, 2e-6f};
    case OpKind::kAdditiveScores:
    case OpKind::kAdditiveScoresGrad:
      return {1e-5f, 2e-6f};
    // Two values may lie so near each other that the deviation is small and magnifies what the mean has lost.
    case OpKind::kLayerNorm:
    case OpKind::kLayerNormGrad:
    case OpKind::kLayerNormGradWeights:
      return {5e-5f, 1e-5f};
    // Scores reach 4 heads' width: their error is that of the product, and exponentials magnify it by their size.
    case OpKind::kAttention:
      return {1e-5f, 5e-6f};
    case OpKind::kAttentionGrad:
      return {1e-4f, 1e-5f};
    case OpKind::kSgd:
    case OpKind::kAdam:
      return {1e-6f, 2e-6f};
    case OpKind::kRmsProp:
      return {1e-6f, 2e-5f};
    default:
      return {};
  }
}

std::string difference(Tolerance tolerance, const std::vector<float>& got, const std::vector<float>& want) {
  if (got.size() != want.size()) return "sizes " + std::to_string(got.size()) + " and " + std::to_string(want.size());
  float worst = 0;
  std::size_t where = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const float error = std::abs(got[i] - want[i]) - (tolerance.absolute + tolerance.relative * std::abs(want[i]));
    if (!(error <= worst)) worst = error, where = i;
    if (std::isnan(worst)) break;
  }
  if (worst == 0) return "";
  std::ostringstream out;
  out.precision(9);
  out << "element " << where << " is " << got[where] << " instead of " << want[where];
  return out.str();
}

std::string difference(Tolerance tolerance, const CaseResult& got, const CaseResult& want) {
  std::string out = difference(tolerance, got.value, want.value);
  for (std::size_t arena = 0; arena < want.arenas.size() && out.empty(); ++arena) {
    out = difference(tolerance, got.arenas[arena], want.arenas[arena]);
    if (!out.empty()) out = "arena " + std::to_string(arena) + ": " + out;
  }
  return out;
}

std::string difference(OpKind op, const CaseResult& got, const CaseResult& want) {
  return difference(tolerance_of(op), got, want);
}

}  // namespace heed::test
