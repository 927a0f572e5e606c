// lab: see findings_text.h.
#include "lab/findings_text.h"

#include <algorithm>
#include <cmath>

#include "lab/describe.h"
#include "lab/strings.h"
#include "training/cost.h"

namespace heed {
namespace {

std::size_t largest_in(const float* values, std::size_t count) {
  std::size_t best = 0;
  for (std::size_t i = 1; i < count; ++i) {
    if (std::abs(values[i]) > std::abs(values[best])) best = i;
  }
  return best;
}

/// "Erasure: output 1 “c” input 3 “c”; output 2 ...".
std::string map_text(const LookedInside& seen, const InsideMap& map) {
  std::string rows;
  for (const int t : seen.asked) {
    const auto row = static_cast<std::size_t>(t);
    const std::size_t best = largest_in(map.values.data() + row * seen.source.size(), seen.source.size());
    const std::string output = row < seen.chosen.size() ? token_in_words(seen.chosen[row]) : std::string();
    rows += (rows.empty() ? "" : "; ") +
            tr("inside.row", {count_text(row + 1), output, count_text(best + 1), token_in_words(seen.source[best])});
  }
  return tr("inside.map_rows", {inside_title(map.key), rows});
}

std::string signed_text(float value) {
  if (!std::isfinite(value)) return number_text(-1);
  return (value < 0 ? "\xE2\x88\x92" : "") + number_text(std::abs(static_cast<double>(value)), 2);
}

std::string agreement_text(const LookedInside& seen) {
  std::string list;
  for (std::size_t i = 1; i < seen.maps.size(); ++i) {
    list += (list.empty() ? "" : "; ") + inside_title(seen.maps[i].key) + " " +
            signed_text(seen.agreement[i]);
  }
  return tr("inside.agreement", {inside_title(seen.maps.front().key), list});
}

}  // namespace

std::string inside_title(const std::string& key) {
  return tr("inside.title." + key);
}

bool is_share(const std::string& key) {
  return key == "attention" || key == "rollout";
}

std::vector<std::string> describe_inside(const LookedInside& seen) {
  if (!seen.error.empty()) return {seen.error};
  std::vector<std::string> paragraphs{tr("inside.about", {count_text(seen.step)})};
  for (const InsideMap& map : seen.maps) paragraphs.push_back(map_text(seen, map));
  if (seen.maps.size() > 1) paragraphs.push_back(agreement_text(seen) + " " + tr("inside.agreement_explained"));
  paragraphs.push_back(tr("inside.caution"));
  return paragraphs;
}

std::string cost_title(const std::string& key) {
  return tr("cost.title." + key);
}

std::string cost_formula(const std::string& key) {
  if (key == "self_attention") return "4nd\xC2\xB2 + 2n\xC2\xB2" "d";
  return key == "rnn" ? "2nd\xC2\xB2" : key == "gru" ? "6nd\xC2\xB2" : "8nd\xC2\xB2";
}

std::vector<std::string> cost_sentences(const CostMeasured& cost) {
  std::vector<std::string> sentences;
  if (cost.mechanisms.empty()) return sentences;
  const CostCurve& attention = cost.mechanisms.front();
  for (std::size_t i = 1; i < cost.mechanisms.size(); ++i) {
    const CostCurve& other = cost.mechanisms[i];
    if (other.points.empty()) continue;
    const std::optional<double> from = costs_more_from(attention, other);
    if (!from) {
      sentences.push_back(tr("cost.attention_cheaper", {cost_title(other.key)}));
    } else if (*from <= other.points.front().length) {
      sentences.push_back(tr("cost.recurrent_cheaper", {cost_title(other.key)}));
    } else {
      sentences.push_back(tr("cost.cheaper_up_to", {cost_title(other.key),
                                                    count_text(static_cast<std::uint64_t>(std::lround(*from))),
                                                    other.key == "gru" ? "d" : "2d"}));
    }
  }
  sentences.push_back(tr("cost.waits"));
  sentences.push_back(tr("cost.keeps"));
  return sentences;
}

std::vector<std::string> describe_cost(const CostMeasured& cost) {
  std::vector<std::string> paragraphs;
  const auto whole = [](double value) { return count_text(static_cast<std::uint64_t>(std::lround(value))); };
  const auto add = [&](const CostCurve& curve) {
    std::string list;
    for (const CostPoint& p : curve.points) {
      list += (list.empty() ? "" : "; ") + tr("cost.point", {count_text(static_cast<std::uint64_t>(p.length)),
                                                             whole(p.multiply_adds), whole(p.training_bytes / 1024),
                                                             count_text(static_cast<std::uint64_t>(p.chain))});
    }
    paragraphs.push_back(tr("cost.curve", {cost_title(curve.key), list}));
  };
  for (const CostCurve& curve : cost.mechanisms) add(curve);
  add(cost.model);
  for (std::string& sentence : cost_sentences(cost)) paragraphs.push_back(std::move(sentence));
  paragraphs.push_back(tr("cost.table2_note"));
  return paragraphs;
}

}  // namespace heed
