// engine/backend/webgpu: what of the kernels is chosen for each adapter by measuring, and how the choice is made and kept. Nothing here
// knows a GPU: device_tuning.cpp does the measuring.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace heed::webgpu {

/// How a large product is cut: shaders/matmul.wgsl.
struct LargeTiles {
  const char* name;  ///< tile, and what each invocation has of it
  std::uint32_t edge;
  bool wide;
};
inline constexpr std::array<LargeTiles, 3> kLargeTiles = {{{"64x64/4x4", 64, false}, {"64x64/8x8", 64, true}, {"32x32/4x4", 32, false}}};

/// A page draws with the same GPU, and two submissions may be on their way: so long, nearly, for one, that frames still come in time. Browsers
/// would allow seconds.
constexpr double kMostAtOnce_ms = 8;

struct Tuning {
  std::size_t tiles = 0;             ///< of kLargeTiles
  std::uint32_t subgroup_width = 0;  ///< no subgroup is smaller; 0: rows are added up without subgroups
  double most_work_at_once = 1.6e9;  ///< Dispatch::work of a submission of several dispatches: what a weak GPU does in kMostAtOnce_ms, unless this one was measured
};

/// One adapter's choice, as it is kept for the next time.
struct TuningRecord {
  Tuning tuning;
  std::string since;               ///< "2026-11-21"; empty where nothing was measured
  std::vector<double> tile_ms;     ///< one for each of kLargeTiles
  std::vector<double> row_ms;      ///< without subgroups, with them
};

/// Whose choice it is: the adapter by what it says of itself, with the width of its subgroups (0: it has none).
struct AdapterIdentity {
  std::string name;
  std::uint32_t subgroup_width = 0;
};

/// Another one wherever the shaders that are measured, or what there is to choose, have changed.
std::string tuning_version();

/// The record of this adapter among those kept; nothing where there is none, where it is of another version, or where it makes no sense.
std::optional<TuningRecord> kept_record(const std::string& kept, const AdapterIdentity& adapter);
/// The same text with this record in it; the adapters used longest ago make room.
std::string with_record(const std::string& kept, const AdapterIdentity& adapter, const TuningRecord& record);
/// Whether GPUs that are programs are to be measured too.
bool measures_programs(const std::string& kept);

/// Runs candidates and tells how long they took.
class Stopwatch {
 public:
  virtual ~Stopwatch() = default;
  virtual void start(std::size_t candidate, int repeats) = 0;
  /// Milliseconds of all its repeats together, once they are there.
  virtual std::optional<double> elapsed_ms() = 0;
};

/// Which of some candidates is the fastest: each runs once to warm up, then in rounds of ever more repeats, until a round is long enough
/// to be told apart from the clock's steps, or the budget is spent.
class Contest {
 public:
  struct Rules {
    double enough_ms = 10;   ///< for one candidate in one round
    double budget_ms = 150;  ///< for all rounds together
    double clearly = 0.97;   ///< a later candidate has to take less than this share of an earlier one's time
  };

  Contest(std::size_t candidates, Rules rules) : rules_(rules), each_ms_(candidates, 0), round_ms_(candidates, 0) {}

  /// Goes on as far as it can; false when there is nothing to do but wait.
  bool turn(Stopwatch& stopwatch);
  bool done() const { return done_; }
  /// The fastest; an earlier one unless a later one is clearly faster.
  std::size_t winner() const;
  /// Of one repeat of each.
  const std::vector<double>& each_ms() const { return each_ms_; }

 private:
  void end_of_round();

  Rules rules_;
  std::vector<double> each_ms_, round_ms_;
  std::size_t next_ = 0;
  int repeats_ = 0;  ///< 0: the candidates warm up
  double spent_ms_ = 0;
  bool running_ = false, done_ = false;
};

}  // namespace heed::webgpu
