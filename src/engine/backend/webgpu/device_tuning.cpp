// engine/backend/webgpu: see device_tuning.h. Two contests: one product of matrices in tiles of each kind, and one softmax with and
// without subgroups, after a check that subgroups are made of neighbours.
#include "engine/backend/webgpu/device_tuning.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <utility>

#include "base/json.h"
#include "engine/backend/webgpu/gpu.h"
#include "engine/backend/webgpu/kernels.h"
#include "engine/backend/webgpu/taken.h"

namespace heed::webgpu {
namespace {

using Clock = std::chrono::steady_clock;

double ms_since(Clock::time_point then) { return std::chrono::duration<double, std::milli>(Clock::now() - then).count(); }

class Recording final : public Schedule {
 public:
  explicit Recording(const Tuning& chosen) { tuning = chosen; }
  std::vector<Dispatch> take() { return std::move(dispatches_); }
};

/// A memory of its own and one submission at a time.
class Bench final : public Stopwatch {
 public:
  explicit Bench(std::size_t elems) : memory_(heed_gpu_create_memory(static_cast<double>(elems * sizeof(float)))) {}
  ~Bench() override {
    if (ticket_ != 0) heed_gpu_forget(ticket_);
    heed_gpu_release_schedule(schedule_);
    heed_gpu_release_memory(memory_);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  std::vector<std::vector<Dispatch>> candidates;

  /// An element is read back, so that the answer comes after the work.
  void start(std::size_t candidate, int repeats) override { submit(candidates[candidate], repeats, 1); }
  std::optional<double> elapsed_ms() override {
    if (!arrived()) return std::nullopt;
    const double by_clock = static_cast<double>(results_.back()) * 1e-6;
    return by_clock > 0 ? by_clock : std::max(ms_since(started_) - latency_ms_, 1e-3);
  }
  /// Finds out how long the shortest answer takes; true once it is known.
  bool measure_latency() {
    constexpr int kTimes = 4;
    if (ticket_ != 0) {
      if (!arrived()) return false;
      latency_ms_ = asked_ == 1 ? ms_since(started_) : std::min(latency_ms_, ms_since(started_));
    }
    if (asked_++ == kTimes) return true;
    results_.assign(1, 0);
    started_ = Clock::now();
    ticket_ = heed_gpu_read(memory_, 0, sizeof(float));
    return false;
  }

  /// Runs the dispatches so many times; `wanted` elements from the memory's first one come back.
  void submit(const std::vector<Dispatch>& dispatches, int repeats, std::size_t wanted) {
    std::vector<int> rows;
    std::vector<Word> params;
    for (int i = 0; i < repeats; ++i) {
      for (const Dispatch& dispatch : dispatches) {
        for (const int value : {pipeline_of(dispatch), static_cast<int>(dispatch.groups[0]), static_cast<int>(dispatch.groups[1]),
                                static_cast<int>(dispatch.groups[2]), 0})
          rows.push_back(value);
        params.insert(params.end(), dispatch.params.words().begin(), dispatch.params.words().end());
        params.resize((params.size() + Params::kMostWords - 1) / Params::kMostWords * Params::kMostWords);
      }
    }
    schedule_ = heed_gpu_create_schedule(memory_, rows.data(), static_cast<int>(rows.size() / 5), params.data());
    const double copies[] = {0, static_cast<double>(wanted * sizeof(float))};
    results_.assign(wanted + 1, 0);
    started_ = Clock::now();
    ticket_ = heed_gpu_submit(schedule_, nullptr, 0, copies, 1, kGpuTimedTogether);
  }
  bool arrived() {
    const int state = heed_gpu_poll(ticket_, results_.data());
    if (state == 0) return false;
    failed_ = failed_ || state < 0;
    ticket_ = 0;
    heed_gpu_release_schedule(std::exchange(schedule_, 0));
    return true;
  }
  const std::vector<float>& results() const { return results_; }
  bool failed() const { return failed_ || memory_ == 0; }

 private:
  int memory_, schedule_ = 0, ticket_ = 0, asked_ = 0;
  double latency_ms_ = 0;
  bool failed_ = false;
  std::vector<float> results_;
  Clock::time_point started_;
};

/// Large enough that a GPU is busy, small enough that one which is a program comes to an end.
struct Sizes {
  int rows, inner, columns, softmax_rows;

  explicit Sizes(bool program) : rows(2048), inner(program ? 32 : 256), columns(program ? 128 : 512), softmax_rows(program ? 256 : 4096) {}
  std::size_t elems() const {
    const std::size_t product = static_cast<std::size_t>(rows) * static_cast<std::size_t>(inner + columns) + static_cast<std::size_t>(inner * columns);
    return std::max(product, 2 * static_cast<std::size_t>(softmax_rows) * kRow);
  }
  double product_work() const { return 2.0 * rows * inner * columns; }
  static constexpr int kRow = 256;
};

std::vector<Dispatch> product(const Sizes& sizes, std::size_t tiles) {
  const Attrs attrs = MatmulAttrs{};
  const auto count = [](int a, int b) { return static_cast<Word>(a * b); };
  const Word b = count(sizes.rows, sizes.inner), out = b + count(sizes.inner, sizes.columns);
  const Call call{attrs, {out, {sizes.rows, sizes.columns}}, {{0, {sizes.rows, sizes.inner}}, {b, {sizes.inner, sizes.columns}}}};
  Recording recording({tiles, 0});
  make_matmul(call, recording);
  return recording.take();
}

std::vector<Dispatch> softmax(const Sizes& sizes, Word width) {
  const Attrs attrs = NoAttrs{};
  const Shape shape{sizes.softmax_rows, Sizes::kRow};
  Recording recording({0, width});
  make_softmax({attrs, {static_cast<Word>(shape.count()), shape}, {{0, shape}}}, recording);
  return recording.take();
}

/// Of both sizes of workgroup, with rows of several widths; each writes behind the one before.
std::vector<Dispatch> neighbours(Word width, std::size_t& wanted) {
  std::vector<Dispatch> out;
  for (const Word group : {64u, 256u}) {
    for (Word lanes = 2; lanes <= group; lanes *= 2) {
      Dispatch dispatch{.shader = "subgroups", .params = Params().add(lanes).add(wanted)};
      dispatch.constants = {{"kGroup", group}, {"kWidth", std::min(width, group)}};
      dispatch.label = "neighbours in subgroups";
      out.push_back(std::move(dispatch));
      wanted += group;
    }
  }
  return out;
}

std::string today() {
  const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now()));
  char text[16];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
  return text;
}

struct Adapter {
  AdapterIdentity identity;
  bool program = false, has_clock = false;
};

Adapter open_adapter() {
  Adapter out;
  const Result<Json> about = parse_json(taken(heed_gpu_about()));
  if (!about || !about->is_object()) return out;
  for (const char* key : {"vendor", "architecture", "device", "description"}) out.identity.name += about->value(key, "") + "|";
  out.identity.subgroup_width = about->value("subgroup_width", 0u);
  out.program = about->value("fallback", false);
  const Json features = about->value("features", Json::array());
  out.has_clock = std::find(features.begin(), features.end(), Json("timestamp-query")) != features.end();
  return out;
}

class Tuner {
 public:
  explicit Tuner(Adapter adapter)
      : adapter_(std::move(adapter)),
        sizes_(adapter_.program),
        bench_(sizes_.elems()),
        tiles_(kLargeTiles.size(), rules()),
        rows_(2, rules()),
        stage_(adapter_.has_clock ? Stage::kTiles : Stage::kLatency) {
    for (std::size_t i = 0; i < kLargeTiles.size(); ++i) bench_.candidates.push_back(product(sizes_, i));
  }

  /// True once it is over.
  bool turn() {
    const double patience_ms = adapter_.program ? 60'000 : 4'000;
    while (stage_ != Stage::kOver) {
      if (bench_.failed() || ms_since(begun_) > patience_ms || !taken(heed_gpu_trouble()).empty()) return give_up();
      if (!go_on()) return false;
    }
    return true;
  }
  const TuningRecord& record() const { return record_; }
  const Adapter& adapter() const { return adapter_; }

 private:
  enum class Stage : unsigned char { kLatency, kTiles, kNeighbours, kRows, kOver };

  /// Without a clock of the GPU's own, times are those of answers, which come when they come.
  Contest::Rules rules() const { return adapter_.has_clock ? Contest::Rules{10, 125, 0.97} : Contest::Rules{40, 300, 0.9}; }

  bool go_on() {
    if (stage_ == Stage::kLatency) {
      if (!bench_.measure_latency()) return false;
      stage_ = Stage::kTiles;
    }
    Contest& contest = stage_ == Stage::kTiles ? tiles_ : rows_;
    if (stage_ == Stage::kNeighbours) return check_neighbours();
    if (!contest.done()) return contest.turn(bench_);
    if (stage_ == Stage::kTiles) {
      record_.tuning.tiles = contest.winner();
      record_.tile_ms = contest.each_ms();
      const bool able = adapter_.identity.subgroup_width > 0;
      stage_ = able ? Stage::kNeighbours : Stage::kOver;
    } else {
      record_.tuning.subgroup_width = contest.winner() == 1 ? adapter_.identity.subgroup_width : 0;
      record_.row_ms = contest.each_ms();
      stage_ = Stage::kOver;
    }
    if (stage_ == Stage::kOver) record_.since = today();
    return true;
  }

  bool check_neighbours() {
    const Word width = adapter_.identity.subgroup_width;
    if (!asked_) {
      std::size_t wanted = 0;
      const std::vector<Dispatch> dispatches = neighbours(width, wanted);
      bench_.submit(dispatches, 1, wanted);
      return asked_ = true;
    }
    if (!bench_.arrived()) return false;
    const bool good = std::all_of(bench_.results().begin(), bench_.results().end() - 1, [](float strangers) { return strangers == 0; });
    bench_.candidates = {softmax(sizes_, 0), softmax(sizes_, width)};
    stage_ = good ? Stage::kRows : Stage::kOver;
    if (!good) record_.since = today();
    return true;
  }

  bool give_up() {
    record_ = {};
    stage_ = Stage::kOver;
    return true;
  }

  Adapter adapter_;
  Sizes sizes_;
  Bench bench_;
  Contest tiles_, rows_;
  Stage stage_;
  bool asked_ = false;
  TuningRecord record_;
  Clock::time_point begun_ = Clock::now();
};

struct Device {
  bool settled = false;
  TuningRecord record;
  std::unique_ptr<Tuner> tuner;
};
Device& device() {
  static Device instance;
  return instance;
}

/// What the adapter does in kMostAtOnce_ms, by the best time of the product.
double most_work_of(const Adapter& adapter, const TuningRecord& record) {
  constexpr double kLeast = 5e7, kMost = 5e10;  // of a program, and of the largest GPUs
  if (record.tile_ms.empty()) return adapter.program ? kLeast : Tuning().most_work_at_once;
  const double per_ms = Sizes(adapter.program).product_work() / *std::ranges::min_element(record.tile_ms);
  return std::clamp(per_ms * kMostAtOnce_ms, kLeast, kMost);
}

void settle(Device& now, const Adapter& adapter, TuningRecord record) {
  record.tuning.most_work_at_once = most_work_of(adapter, record);
  now.record = std::move(record);
  now.settled = true;
}

}  // namespace

bool tune_device() {
  Device& now = device();
  if (now.settled) return true;
  if (!now.tuner) {
    const std::string kept = taken(heed_gpu_kept());
    Adapter adapter = open_adapter();
    std::optional<TuningRecord> record = kept_record(kept, adapter.identity);
    if (!record && adapter.program && !measures_programs(kept)) record.emplace();
    if (record) return settle(now, adapter, std::move(*record)), true;
    now.tuner = std::make_unique<Tuner>(std::move(adapter));
  }
  if (!now.tuner->turn()) return false;
  const std::unique_ptr<Tuner> tuner = std::move(now.tuner);
  settle(now, tuner->adapter(), tuner->record());
  if (!now.record.since.empty()) heed_gpu_keep(with_record(taken(heed_gpu_kept()), tuner->adapter().identity, now.record).c_str());
  return true;
}

void forget_tuning() { device() = {}; }

const TuningRecord& device_tuning() { return device().record; }

}  // namespace heed::webgpu
