// lab: what was found inside a model and what mechanisms cost, in words: for the panels and for the text view.
#pragma once

#include <string>
#include <vector>

#include "training/findings.h"

namespace heed {

/// "Gradient times input".
std::string inside_title(const std::string& key);
/// Rows add up to one, so that they are shown as they are.
bool is_share(const std::string& key);
/// The largest input of each output in every map, the agreement with attention, and the caution. One string a paragraph.
std::vector<std::string> describe_inside(const LookedInside& seen);

/// "Self-attention".
std::string cost_title(const std::string& key);
/// "4nd² + 2n²d".
std::string cost_formula(const std::string& key);
/// From which lengths on which is cheaper, measured and by formula.
std::vector<std::string> cost_sentences(const CostMeasured& cost);
std::vector<std::string> describe_cost(const CostMeasured& cost);

}  // namespace heed
