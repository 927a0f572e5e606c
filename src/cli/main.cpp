// cli: heed-cli, the native tool. The one file that knows concrete backends.
#include <exception>
#include <iostream>

#include "cli/commands.h"

namespace {

heed::cli::MakeBackend backends(int threads) {
  return [threads](const std::string& name) { return name == "reference" ? heed::make_reference_backend() : heed::make_cpu_backend(threads); };
}

struct Perform {
  int operator()(const heed::cli::Stop& stop) const { return stop.exit_code; }
  int operator()(const heed::cli::CatalogueOptions& options) const { return heed::cli::show_catalogue(options); }
  int operator()(const heed::cli::TrainOptions& options) const { return heed::cli::train(options, backends(options.threads)); }
  int operator()(const heed::cli::EvalOptions& options) const { return heed::cli::evaluate(options, backends(options.threads)); }
  int operator()(const heed::cli::GenerateOptions& options) const { return heed::cli::generate(options, backends(1)); }
  int operator()(const heed::cli::InsideOptions& options) const { return heed::cli::look_inside(options, backends(1)); }
  int operator()(const heed::cli::CostOptions& options) const { return heed::cli::show_cost(options, backends(1)); }
  int operator()(const heed::cli::LessonsOptions& options) const { return heed::cli::check_all_lessons(options); }
};

}  // namespace

int main(int argc, char** argv) {
  try {
    return std::visit(Perform{}, heed::cli::parse_command_line(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "heed: " << error.what() << "\n";
    return heed::cli::kFailed;
  }
}
