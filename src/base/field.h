// base: how tasks, models and optimisers describe their own controls. Panels, help text, validation, presets, `--set`
// and URL fragments are all generated from these tables.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"

namespace heed {

enum class FieldKind { kInteger, kReal, kFlag, kChoice, kText, kSlot };

struct Choice {
  std::string key;    ///< as in presets: "additive"
  std::string label;  ///< as on screen: "Additive (Bahdanau)"
};

struct Part;

/// One control. A kSlot field holds a part: an object {"type": KEY, ...the part's own fields}.
struct Field {
  std::string key;
  std::string label;
  std::string help;
  FieldKind kind = FieldKind::kInteger;
  double minimum = 0, maximum = 0, step = 1;
  Json fallback;                ///< the default value (for a slot: the key of the default part)
  std::string unit;             ///< "symbols", "steps", ...; empty when there is none
  std::vector<Choice> choices;  ///< for kChoice
  std::vector<Part> parts;      ///< for kSlot: what may be put there
  bool logarithmic = false;     ///< a control on a logarithmic scale
};

/// A thing that fits a slot: a task, an encoder, an attention mechanism, an optimiser, a schedule.
struct Part {
  std::string key;
  std::string label;
  std::string help;
  std::string citation;  ///< paper, year, equation; empty when there is none
  std::vector<Field> fields;
};

Field integer_field(std::string key, std::string label, std::string help, int minimum, int maximum, int fallback,
                    std::string unit = "");
Field real_field(std::string key, std::string label, std::string help, double minimum, double maximum, double step,
                 double fallback, bool logarithmic = false);
Field flag_field(std::string key, std::string label, std::string help, bool fallback);
Field choice_field(std::string key, std::string label, std::string help, std::vector<Choice> choices,
                   std::string fallback);
Field text_field(std::string key, std::string label, std::string help, std::string fallback);
Field slot_field(std::string key, std::string label, std::string help, std::vector<Part> parts, std::string fallback);

/// The object {"type": part.key, field: default, ...}, recursively.
Json defaults_of(const Part& part);

/// Checks `value` against `part` and fills in what is missing. A slot may be given by its key alone ("additive").
/// Errors name the dotted path, the allowed range or keys, and for an unknown key the nearest valid one.
Result<Json> validate(const Part& part, const Json& value, const std::string& path);

/// The same for a slot: finds the part by "type" (or by a bare string) and validates it.
Result<Json> validate_slot(const Field& slot, const Json& value, const std::string& path);

/// The candidate with the smallest edit distance (a swap of neighbours counts as one edit, capitals do not count), or
/// empty when none is near: one edit is allowed for each 4 letters begun, as long as something stays the same, and an ending
/// of up to 3 letters that one of the two lacks counts as one edit.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

/// `--set model.attention.size=16` and its like: changes one value of a preset that need not be complete or valid yet,
/// and creates objects on the way. `text` becomes a number, true or false where it reads as one, else text; text in
/// double quotes is always text. A slot may be given by its key ("model.attention" = "additive"); settings given
/// earlier or later for the same part stay. Fails only when the path is malformed or leads through a plain value;
/// `validate` finds the rest.
Status set_by_path(Json& preset, std::string_view path, std::string_view text);

/// One step of a short link: what set_by_path takes.
struct Setting {
  std::string path;
  std::string text;
  bool operator==(const Setting&) const = default;
};

/// What differs from the defaults in a validated `value`: set_by_path in this order on {} and then validate give
/// `value` again.
std::vector<Setting> flatten(const Part& part, const Json& value, const std::string& path = "");
/// The same for a slot, beginning with the part's key when it is not the default.
std::vector<Setting> flatten_slot(const Field& slot, const Json& value, const std::string& path);

/// Metadata as JSON: what `heed models --json`, `heed tasks --json` print.
Json describe(const Part& part);

}  // namespace heed
