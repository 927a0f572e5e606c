// training: presets: their controls, their check, and their short form for links.
#include "training/preset.h"

#include <algorithm>
#include <cctype>

#include "models/registry.h"
#include "nn/optimiser.h"
#include "tasks/registry.h"

namespace heed {
namespace {

constexpr std::size_t kMaxTitleBytes = 200;
constexpr std::size_t kMaxFragmentBytes = 8192;

bool plain_in_link(unsigned char c) {
  return std::isalnum(c) != 0 || c == '.' || c == '_' || c == '-' || c == '~';
}

std::string percent_encoded(const std::string& text) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (plain_in_link(byte)) {
      encoded += c;
    } else {
      encoded += {'%', kDigits[byte / 16], kDigits[byte % 16]};
    }
  }
  return encoded;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

Result<std::string> percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1,
              low = i + 2 < text.size() ? hex_digit(text[i + 2]) : -1;
    if (high < 0 || low < 0)
      return Error{"The link is damaged: '%' must be followed by two hexadecimal digits. Copy it again, whole."};
    decoded += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return decoded;
}

const Part* part_of(const Field& slot, const Json& value) {
  const std::string type = value.is_object() ? value.value("type", std::string()) : std::string();
  for (const Part& part : slot.parts) {
    if (part.key == type) return &part;
  }
  return nullptr;
}

const Field* field_of(const Part* part, const char* key) {
  if (part == nullptr) return nullptr;
  for (const Field& field : part->fields) {
    if (field.key == key) return &field;
  }
  return nullptr;
}

/// The label of the part that sits in a slot of a part; empty when there is no such slot.
std::string label_in_slot(const Part* part, const Json& value, const char* key) {
  const Field* slot = field_of(part, key);
  if (slot == nullptr || slot->kind != FieldKind::kSlot || !value.contains(key)) return "";
  const Part* inner = part_of(*slot, value[key]);
  return inner != nullptr ? inner->label : "";
}

std::string lower_first(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  return text;
}

std::string task_words(const Part* part, const Json& task) {
  std::string words = part != nullptr ? part->label : "";
  if (task.contains("min_length") && task.contains("max_length")) {
    words += " of " + task["min_length"].dump() + " to " + task["max_length"].dump() + " symbols";
  }
  return words;
}

std::string model_words(const Part* part, const Json& model) {
  const std::string encoder = label_in_slot(part, model, "encoder");
  std::string words = !encoder.empty() ? encoder : part != nullptr ? part->label : "";
  const std::string attention = label_in_slot(part, model, "attention");
  if (attention.empty()) return words;
  return words + (model["attention"]["type"] == "none" ? " without attention"
                                                       : " with " + lower_first(attention) + " attention");
}

}  // namespace

const Part& preset_part() {
  static const Part part{
      "preset",
      "Experiment",
      "A task, a model, how the model is trained, and what is recorded of it.",
      "",
      {task_slot(), model_slot(), optimiser_slot(),
       integer_field("batch", "Batch", "How many examples one training step looks at.", 1, 512, 64, "examples"),
       integer_field("seed", "Seed",
                     "Where chance begins: the same seed gives the same weights and the same examples again.", 0,
                     1000000000, 1),
       integer_field("steps", "Steps", "How long training goes on when nobody stops it.", 1, 1000000, 1000, "steps"),
       integer_field("evaluate_every", "Evaluate every",
                     "How often the model is tried on examples that it never trains on.", 1, 100000, 50, "steps"),
       integer_field("snapshot_every", "Picture every",
                     "How often the timeline keeps a picture of the attention. The first steps are kept more densely.",
                     1, 100000, 10, "steps"),
       choice_field("watch", "Watch", "What the pictures hold. Everything takes more memory.",
                    {{"attention", "Attention"}, {"all", "Everything"}}, "attention")}};
  return part;
}

Result<Json> validate_preset(const Json& preset) {
  if (!preset.is_object()) return Error{"A preset is an object: {\"heed\": 1, \"task\": ..., \"model\": ...}."};
  Json rest = preset;
  if (rest.contains("heed")) {
    const Json& version = rest["heed"];
    if (!version.is_number_integer() || version < 1)
      return Error{"heed: the version of a preset is a whole number, now 1."};
    if (version > kPresetVersion) {
      return Error{"This preset has version " + version.dump() + ", made by a newer Heed; this one reads version " +
                   std::to_string(kPresetVersion) + ". Update Heed, or save the preset again with this version."};
    }
    rest.erase("heed");
  }
  std::string title;
  if (rest.contains("title")) {
    if (!rest["title"].is_string() || rest["title"].get_ref<const std::string&>().size() > kMaxTitleBytes) {
      return Error{"title: expects text of at most " + std::to_string(kMaxTitleBytes) + " bytes."};
    }
    title = rest["title"];
    rest.erase("title");
  }
  Result<Json> valid = validate(preset_part(), rest, "");
  if (!valid) return valid;
  valid->erase("type");
  (*valid)["heed"] = kPresetVersion;
  if (!title.empty()) (*valid)["title"] = title;
  return valid;
}

std::string preset_to_fragment(const Json& preset) {
  std::vector<Setting> settings = flatten(preset_part(), preset);
  if (settings.empty() || settings.front().path != "task") {
    settings.insert(settings.begin(), {"task", preset.at("task").at("type").get<std::string>()});
  }
  if (preset.contains("title")) settings.push_back({"title", preset["title"].get<std::string>()});
  std::string fragment;
  for (const Setting& setting : settings) {
    fragment += (fragment.empty() ? "" : "&") + setting.path + "=" + percent_encoded(setting.text);
  }
  return fragment;
}

Result<Json> preset_from_fragment(std::string_view fragment) {
  if (fragment.starts_with('#')) fragment.remove_prefix(1);
  if (fragment.size() > kMaxFragmentBytes)
    return Error{"The link is too long to be one of Heed's. Copy it again, whole and alone."};
  Json preset = Json::object();
  while (!fragment.empty()) {
    const std::string_view entry = fragment.substr(0, fragment.find('&'));
    fragment.remove_prefix(std::min(fragment.size(), entry.size() + 1));
    if (entry.empty()) continue;
    const std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) {
      return Error{"The link says '" + std::string(entry.substr(0, 40)) + "' without a value; parts look like seed=3."};
    }
    const auto path = percent_decoded(entry.substr(0, equals)), text = percent_decoded(entry.substr(equals + 1));
    if (!path) return Error{path.error()};
    if (!text) return Error{text.error()};
    if (*path == "title") {
      preset["title"] = *text;
      continue;
    }
    if (const Status status = set_by_path(preset, *path, *text); !status) return Error{status.error()};
  }
  return validate_preset(preset);
}

std::string preset_summary(const Json& preset) {
  const Json &task = preset.at("task"), &model = preset.at("model"), &optimiser = preset.at("optimiser");
  const Part* task_part = part_of(task_slot(), task);
  const Part* optimiser_part = part_of(optimiser_slot(), optimiser);
  return task_words(task_part, task) + " · " + model_words(part_of(model_slot(), model), model) + " · " +
         (optimiser_part != nullptr ? optimiser_part->label : "") + " " + optimiser.at("rate").dump() + " · seed " +
         preset.at("seed").dump();
}

}  // namespace heed
