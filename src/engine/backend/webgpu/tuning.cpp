// engine/backend/webgpu: see tuning.h.
#include "engine/backend/webgpu/tuning.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/json.h"
#include "engine/backend/webgpu/kernel.h"

namespace heed::webgpu {
namespace {

constexpr std::size_t kMostAdapters = 4;

std::string key_of(const AdapterIdentity& adapter) {
  return adapter.name + " / " + std::to_string(adapter.subgroup_width);
}

/// The text as a JSON object; an empty one where it is none.
Json read_object(const std::string& text) {
  Result<Json> json = parse_json(text);
  return json && json->is_object() ? *json : Json::object();
}

/// The records of this version, the latest first.
Json records_in(const Json& kept) {
  const auto version = kept.find("version"), records = kept.find("records");
  const bool current = version != kept.end() && *version == Json(tuning_version());
  return current && records != kept.end() && records->is_array() ? *records : Json::array();
}

std::string text_of(const Json& record, const char* name) {
  const auto found = record.is_object() ? record.find(name) : record.end();
  return found != record.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// As many numbers as wanted, all above zero; else none.
std::vector<double> times_of(const Json& record, const char* name, std::size_t wanted) {
  std::vector<double> out;
  const auto found = record.find(name);
  if (found == record.end() || !found->is_array() || found->size() != wanted) return out;
  for (const Json& time : *found) {
    if (!time.is_number() || !(time.get<double>() > 0)) return {};
    out.push_back(time.get<double>());
  }
  return out;
}

}  // namespace

std::string tuning_version() {
  std::uint64_t hash = 0xcbf29ce484222325u;
  const auto add = [&](std::string_view text) {
    for (const char letter : text) hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3u;
  };
  for (const char* shader : {"matmul", "softmax", "subgroups"}) add(shader_text(shader));
  for (const LargeTiles& tiles : kLargeTiles) add(tiles.name);
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

std::optional<TuningRecord> kept_record(const std::string& kept, const AdapterIdentity& adapter) {
  for (const Json& one : records_in(read_object(kept))) {
    if (text_of(one, "adapter") != key_of(adapter)) continue;
    TuningRecord record;
    const auto tiles = std::ranges::find(kLargeTiles, text_of(one, "tiles"), &LargeTiles::name);
    const std::string rows = text_of(one, "rows");
    const bool by_subgroups = rows == "subgroups";
    record.since = text_of(one, "since");
    record.tile_ms = times_of(one, "tile_ms", kLargeTiles.size());
    record.row_ms = times_of(one, "row_ms", 2);
    if (tiles == kLargeTiles.end() || record.since.empty() || record.tile_ms.empty()) return std::nullopt;
    if (by_subgroups ? adapter.subgroup_width == 0 || record.row_ms.empty() : rows != "plain") return std::nullopt;
    record.tuning.tiles = static_cast<std::size_t>(tiles - kLargeTiles.begin());
    record.tuning.subgroup_width = by_subgroups ? adapter.subgroup_width : 0;
    return record;
  }
  return std::nullopt;
}

std::string with_record(const std::string& kept, const AdapterIdentity& adapter, const TuningRecord& record) {
  Json all = read_object(kept);
  Json records = Json::array();
  records.push_back({{"adapter", key_of(adapter)},
                     {"tiles", kLargeTiles[record.tuning.tiles].name},
                     {"rows", record.tuning.subgroup_width > 0 ? "subgroups" : "plain"},
                     {"since", record.since},
                     {"tile_ms", record.tile_ms},
                     {"row_ms", record.row_ms}});
  for (const Json& other : records_in(all))
    if (text_of(other, "adapter") != key_of(adapter) && records.size() < kMostAdapters) records.push_back(other);
  all["version"] = tuning_version();
  all["records"] = std::move(records);
  return all.dump(-1, ' ', false, Json::error_handler_t::replace);
}

bool measures_programs(const std::string& kept) {
  return text_of(read_object(kept), "measure") == "always";
}

bool Contest::turn(Stopwatch& stopwatch) {
  if (done_) return false;
  if (!running_) {
    stopwatch.start(next_, std::max(repeats_, 1));
    running_ = true;
    return true;
  }
  const std::optional<double> ms = stopwatch.elapsed_ms();
  if (!ms) return false;
  running_ = false;
  round_ms_[next_] = *ms;
  if (++next_ == each_ms_.size()) end_of_round();
  return true;
}

void Contest::end_of_round() {
  constexpr int kGrowth = 4, kMostRepeats = 1024;
  next_ = 0;
  if (repeats_ == 0) {
    repeats_ = 1;
    return;
  }
  double round = 0;
  for (std::size_t i = 0; i < each_ms_.size(); ++i) {
    round += round_ms_[i];
    each_ms_[i] = round_ms_[i] / repeats_;
  }
  spent_ms_ += round;
  const bool enough = *std::ranges::min_element(round_ms_) >= rules_.enough_ms;
  done_ = enough || repeats_ >= kMostRepeats || spent_ms_ + kGrowth * round > rules_.budget_ms;
  repeats_ *= kGrowth;
}

std::size_t Contest::winner() const {
  std::size_t best = 0;
  for (std::size_t i = 1; i < each_ms_.size(); ++i)
    if (each_ms_[i] < rules_.clearly * each_ms_[best]) best = i;
  return best;
}

}  // namespace heed::webgpu
