// cli: `eval --lengths`: how far past the lengths of its training a model's program reaches.
#include <cmath>
#include <cstdio>
#include <iostream>

#include "cli/commands.h"
#include "cli/driver.h"
#include "training/checkpoint.h"
#include "training/preset.h"

namespace heed::cli {
namespace {

std::string number(float value, double factor, const char* format) {
  char text[32];
  std::snprintf(text, sizeof text, format, factor * static_cast<double>(value));
  return value < 0 ? "-" : text;
}

void print_line(int length, const Scores& scores) {
  std::printf("%8d %12s %14s %14s\n", length, number(scores.value_error, 100, "%.3f %%").c_str(), number(scores.exact_match, 100, "%.1f %%").c_str(),
              number(scores.example_bits, 1, "%.3f").c_str());
}

}  // namespace

int evaluate_lengths(const EvalOptions& options, const Bytes& checkpoint, const MakeBackend& make_backend) {
  Json list = Json::array();
  for (const int length : options.lengths) {
    Result<Bytes> bytes = with_test_setting(checkpoint, "test_length", length);
    if (bytes && options.repeats) bytes = with_test_setting(*bytes, "test_repeats", *options.repeats);
    if (!bytes) return fail(options.file + ": " + bytes.error(), options.json, kUsage);
    Driver driver(make_backend, options.backend);
    driver.apply(ResumeRun{*bytes, ""});
    driver.work();
    if (!driver.started()) return fail(options.file + ": " + driver.error(), options.json);
    if (list.empty() && !options.json) {
      std::printf("%s, step %llu\n\n%8s %12s %14s %14s\n", preset_summary(driver.started()->preset).c_str(),
                  static_cast<unsigned long long>(driver.run().step()), "length", "wrong bits", "whole right", "bits each");
    }
    driver.evaluate(options.examples);
    Json scores = driver.summary().at("test_long");
    scores["length"] = length;
    list.push_back(std::move(scores));
    if (!options.json) print_line(length, driver.run().timeline().evaluations().back().test_long);
  }
  if (options.json) std::cout << Json{{"lengths", list}}.dump() << std::endl;
  return kGood;
}

}  // namespace heed::cli
