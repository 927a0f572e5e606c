// cli: `inside` and `cost`: looking inside a trained model, and what it costs.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

#include "cli/commands.h"
#include "cli/driver.h"
#include "cli/files.h"
#include "training/cost.h"
#include "training/preset.h"

namespace heed::cli {
namespace {

Json rounded(double value) {
  return std::isfinite(value) ? Json(std::round(value * 1e6) / 1e6) : Json();
}

Json matrix(const std::vector<float>& values, std::size_t columns) {
  Json rows = Json::array();
  for (std::size_t at = 0; at < values.size(); at += columns) {
    Json row = Json::array();
    for (std::size_t c = 0; c < columns; ++c) row.push_back(rounded(static_cast<double>(values[at + c])));
    rows.push_back(std::move(row));
  }
  return rows;
}

Json as_json(const LookedInside& seen) {
  Json json = {{"step", seen.step},
               {"source", seen.source},
               {"target", seen.target},
               {"chosen", seen.chosen},
               {"asked", seen.asked},
               {"causal", seen.causal},
               {"maps", Json::object()},
               {"agreement", Json::object()},
               {"completeness_gap", rounded(static_cast<double>(seen.completeness_gap))},
               {"largest_change", rounded(static_cast<double>(seen.largest_change))},
               {"loss_gradient", Json::array()}};
  for (const float value : seen.loss_gradient) json["loss_gradient"].push_back(rounded(static_cast<double>(value)));
  for (std::size_t a = 0; a < seen.maps.size(); ++a) {
    json["maps"][seen.maps[a].key] = matrix(seen.maps[a].values, seen.source.size());
    for (std::size_t b = 0; b < seen.maps.size(); ++b)
      json["agreement"][seen.maps[a].key][seen.maps[b].key] =
          rounded(static_cast<double>(seen.agreement[a * seen.maps.size() + b]));
  }
  return json;
}

void print_map(const LookedInside& seen, const InsideMap& map) {
  std::printf("\n%s\n%14s", map.key.c_str(), "");
  for (const std::string& token : seen.source) std::printf(" %6.6s", token.c_str());
  std::printf("\n");
  for (const int t : seen.asked) {
    const auto at = static_cast<std::size_t>(t);
    std::printf("%4d %9.9s", t + 1, at < seen.chosen.size() ? seen.chosen[at].c_str() : "");
    for (std::size_t s = 0; s < seen.source.size(); ++s)
      std::printf(" %6.3g", static_cast<double>(map.values[at * seen.source.size() + s]));
    std::printf("\n");
  }
}

void print_agreement(const LookedInside& seen) {
  std::printf("\nRank agreement (Kendall's tau-b, mean over the outputs, by size; 1: the same order, 0: none)\n");
  for (std::size_t a = 0; a < seen.maps.size(); ++a) {
    std::printf("%22s", seen.maps[a].key.c_str());
    for (std::size_t b = 0; b < seen.maps.size(); ++b)
      std::printf(" %6.2f", static_cast<double>(seen.agreement[a * seen.maps.size() + b]));
    std::printf("\n");
  }
  std::printf(
      "\nAttention is not by itself an explanation: it says what was read, not what the answer hangs on. Where the other\n"
      "maps agree with it, that is evidence (Jain and Wallace 2019; Wiegreffe and Pinter 2019).\n");
}

Json as_json(const CostCurve& curve) {
  Json points = Json::array();
  for (const CostPoint& p : curve.points) {
    points.push_back({{"length", p.length},
                      {"multiply_adds", p.multiply_adds},
                      {"by_formula", p.by_formula > 0 ? Json(p.by_formula) : Json()},
                      {"other", p.other},
                      {"chain", p.chain},
                      {"memory_bytes", p.memory_bytes},
                      {"training_bytes", p.training_bytes},
                      {"milliseconds", rounded(static_cast<double>(p.milliseconds))}});
  }
  return {{"key", curve.key}, {"points", std::move(points)}};
}

Json as_json(const CostMeasured& cost) {
  Json json = {{"width", cost.width}, {"mechanisms", Json::array()}, {"model", as_json(cost.model)}};
  for (const CostCurve& curve : cost.mechanisms) json["mechanisms"].push_back(as_json(curve));
  Json crossings = Json::object();
  for (std::size_t i = 1; i < cost.mechanisms.size(); ++i) {
    const std::optional<double> from = costs_more_from(cost.mechanisms[0], cost.mechanisms[i]);
    crossings[cost.mechanisms[i].key] = from ? rounded(*from) : Json();
  }
  json["self_attention_costs_more_from"] = std::move(crossings);
  return json;
}

void print_curve(const CostCurve& curve) {
  std::printf("\n%s\n%8s %14s %14s %12s %8s %12s %12s %9s\n", curve.key.c_str(), "length", "multiply-adds", "by formula",
              "other", "chain", "memory (kB)", "training (kB)", "ms");
  for (const CostPoint& p : curve.points) {
    std::printf("%8d %14.0f %14.0f %12.0f %8d %12.1f %12.1f %9.3f\n", p.length, p.multiply_adds, p.by_formula, p.other,
                p.chain, p.memory_bytes / 1024, p.training_bytes / 1024, static_cast<double>(p.milliseconds));
  }
}

void print_cost(const CostMeasured& cost) {
  std::printf("One layer of width %d over one sequence, forward; and the model of the preset.\n", cost.width);
  for (const CostCurve& curve : cost.mechanisms) print_curve(curve);
  print_curve(cost.model);
  std::printf("\n");
  for (std::size_t i = 1; i < cost.mechanisms.size(); ++i) {
    const CostCurve& other = cost.mechanisms[i];
    const std::optional<double> from = costs_more_from(cost.mechanisms[0], other);
    if (!from)
      std::printf("Self-attention needs fewer multiply-adds than %s at every length measured.\n", other.key.c_str());
    else if (*from <= other.points.front().length)
      std::printf("%s needs fewer multiply-adds than self-attention at every length measured.\n", other.key.c_str());
    else
      std::printf("Self-attention needs fewer multiply-adds than %s up to length %.0f.\n", other.key.c_str(), *from);
  }
}

}  // namespace

int look_inside(const InsideOptions& options, const MakeBackend& make_backend) {
  const auto bytes = read_bytes(options.file);
  if (!bytes) return fail(bytes.error(), options.json);
  const auto data = read_data(options.data);
  if (!data) return fail(data.error(), options.json);
  Driver driver(make_backend, options.backend);
  driver.apply(ResumeRun{*bytes, *data});
  driver.work();
  if (!driver.started()) return fail(options.file + ": " + driver.error(), options.json);
  std::optional<LookedInside> seen;
  driver.apply(LookInside{1, options.example - 1, options.input});
  driver.work([&](const Event& event) {
    if (const auto* looked = std::get_if<LookedInside>(&event)) seen = *looked;
  });
  if (!seen) return fail(driver.error(), options.json);
  if (!seen->error.empty()) return fail(seen->error, options.json, kUsage);
  if (options.json) {
    std::cout << as_json(*seen).dump() << std::endl;
    return kGood;
  }
  std::printf("%s, step %llu\n", preset_summary(driver.started()->preset).c_str(),
              static_cast<unsigned long long>(seen->step));
  for (const InsideMap& map : seen->maps) print_map(*seen, map);
  print_agreement(*seen);
  return kGood;
}

int show_cost(const CostOptions& options, const MakeBackend& make_backend) {
  auto found = find_preset(options.preset, assets_folder(options.assets));
  if (const auto* problem = std::get_if<PresetProblem>(&found))
    return fail(problem->message, options.json, problem->usage ? kUsage : kFailed);
  Json preset = std::get<Json>(found);
  if (const Status status = apply_settings(preset, options.set); !status)
    return fail(status.error(), options.json, kUsage);
  if (const auto valid = validate_preset(preset); !valid)
    return fail(said_of(options.preset, valid.error()), options.json, kUsage);
  Driver driver(make_backend, options.backend);
  driver.apply(StartRun{preset, ""});
  driver.work();
  if (!driver.started()) return fail(driver.error(), options.json);
  std::optional<CostMeasured> cost;
  driver.apply(MeasureCost{1, options.width});
  driver.work([&](const Event& event) {
    if (const auto* measured = std::get_if<CostMeasured>(&event)) cost = *measured;
  });
  if (!cost) return fail(driver.error(), options.json);
  if (options.json)
    std::cout << as_json(*cost).dump() << std::endl;
  else
    print_cost(*cost);
  return kGood;
}

}  // namespace heed::cli
