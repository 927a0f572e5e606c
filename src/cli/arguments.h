// cli: the command line of the native tool as plain data. Parsing and help are in arguments.cpp, the only file that
// knows the parser.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "training/sampling.h"

namespace heed::cli {

inline constexpr int kGood = 0, kFailed = 1, kUsage = 2;

/// `heed-cli models`, `heed-cli tasks`.
struct CatalogueOptions {
  bool tasks = false;
  bool json = false;
  std::string stories;  ///< a folder to write stories into, instead of the table
  int count = 1000;  ///< questions a file
  int questions = 0;  ///< a story at most; 0: as many as the published ones
  int longest = 0;  ///< lines of a story; 0: about as the published ones
  int distractors = 0;
  bool no_shortcuts = false;
  std::uint64_t seed = 1;
};

struct TrainOptions {
  std::string preset;  ///< a name in assets/presets, a file, or the part of a link after '#'
  std::optional<std::uint64_t> steps, seed;
  std::optional<int> restarts;  ///< so many trainings with seeds from `seed` on; the best on its training data is kept
  std::optional<double> seconds;
  std::vector<std::string> set;  ///< "key=value"
  std::string data, backend = "cpu", out, assets;
  int threads = 1;
  bool json = false;
};

struct EvalOptions {
  std::string file, data, backend = "cpu";
  std::vector<int> lengths;  ///< of the long test, instead of the preset's; empty: the usual evaluation
  std::optional<int> repeats;  ///< beside the lengths: how often the long test asks for a sequence
  int examples = 512, threads = 1;
  bool json = false;
};

struct GenerateOptions {
  std::string file, prompt, data, backend = "cpu";
  int length = 200;
  Sampling sampling;
  bool json = false;
};

struct InsideOptions {
  std::string file, input, data, backend = "cpu";
  int example = 1;
  bool json = false;
};

struct CostOptions {
  std::string preset, backend = "cpu", assets;
  std::vector<std::string> set;
  int width = 64;
  bool json = false;
};

struct LessonsOptions {
  std::string folder;  ///< empty: the lessons of the assets
  std::string assets;
};

/// Nothing more to do: help was shown, or the command line was wrong and that has been said.
struct Stop {
  int exit_code = kGood;
};

using CommandLine = std::variant<Stop, CatalogueOptions, TrainOptions, EvalOptions, GenerateOptions, LessonsOptions,
                                 InsideOptions, CostOptions>;

CommandLine parse_command_line(int argc, const char* const* argv);

}  // namespace heed::cli
