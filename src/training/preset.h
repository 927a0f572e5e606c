// training: a preset is the whole experiment as JSON: task, model, optimiser, seed, what to watch. Validated,
// versioned, short enough for a URL fragment. The same tables give the lab its controls and the command line its
// `--set`.
#pragma once

#include <string>
#include <string_view>

#include "base/field.h"

namespace heed {

inline constexpr int kPresetVersion = 1;

/// The preset described as one part: slots "task", "model", "optimiser" (with its slot "schedule"), "batch", "seed",
/// "steps", "evaluate_every", "snapshot_every".
const Part& preset_part();

/// {"heed": 1, "title": "...", "task": {...}, ...} checked, with every default filled in. A missing "heed" is taken as
/// version 1; a newer version is an error that says so.
Result<Json> validate_preset(const Json& preset);

/// What differs from the defaults as "task=reverse&task.max_length=12&model.attention=additive&seed=3": the part of a
/// link after '#'.
std::string preset_to_fragment(const Json& preset);
Result<Json> preset_from_fragment(std::string_view fragment);

/// One sentence for people: "Reversal of 4 to 10 symbols · GRU with additive attention · Adam 0.003 · seed 1".
std::string preset_summary(const Json& preset);

}  // namespace heed
