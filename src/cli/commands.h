// cli: what each verb does. All return an exit code.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "cli/arguments.h"
#include "engine/backend/backend.h"
#include "training/protocol.h"

namespace heed::cli {

/// A backend by its name; handed in by main, the only place that knows concrete ones.
using MakeBackend = std::function<std::unique_ptr<Backend>(const std::string& name)>;

int show_catalogue(const CatalogueOptions& options);
int train(const TrainOptions& options, const MakeBackend& make_backend);
int evaluate(const EvalOptions& options, const MakeBackend& make_backend);
/// `eval --lengths`: the checkpoint on the long test of each length.
int evaluate_lengths(const EvalOptions& options, const Bytes& checkpoint, const MakeBackend& make_backend);
int generate(const GenerateOptions& options, const MakeBackend& make_backend);
int look_inside(const InsideOptions& options, const MakeBackend& make_backend);
int show_cost(const CostOptions& options, const MakeBackend& make_backend);
int check_all_lessons(const LessonsOptions& options);

}  // namespace heed::cli
