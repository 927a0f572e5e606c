// base: JSON through nlohmann/json, plus the one parse function that turns its exceptions into results.
#pragma once

#include <nlohmann/json.hpp>
#include <string_view>

#include "base/result.h"

namespace heed {

using Json = nlohmann::json;

/// Parses text; the error names the line and column and quotes nothing longer than 40 characters. At most 64 levels
/// deep.
Result<Json> parse_json(std::string_view text);

}  // namespace heed
