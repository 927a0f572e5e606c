// cli: `models` and `tasks`: the tables that the lab's controls are made of, for reading in a terminal.
#include <algorithm>
#include <filesystem>
#include <iostream>
#include <sstream>

#include "base/utf8.h"
#include "cli/commands.h"
#include "cli/driver.h"
#include "cli/files.h"
#include "models/registry.h"
#include "tasks/registry.h"
#include "tasks/story_tales.h"
#include "tasks/story_text.h"

namespace heed::cli {
namespace {

constexpr std::size_t kColumns = 100;

/// Words in lines of at most kColumns, all indented.
void print_wrapped(const std::string& text, std::size_t indent) {
  std::istringstream words(text);
  std::string word, line;
  const auto flush = [&] {
    if (!line.empty()) std::cout << std::string(indent, ' ') << line << "\n";
    line.clear();
  };
  while (words >> word) {
    if (indent + utf8_decode(line).size() + 1 + utf8_decode(word).size() > kColumns) flush();
    line += (line.empty() ? "" : " ") + word;
  }
  flush();
}

std::string range_of(const Field& field) {
  const auto number = [&](double x) {
    return field.kind == FieldKind::kInteger ? Json(static_cast<std::int64_t>(x)).dump() : Json(x).dump();
  };
  switch (field.kind) {
    case FieldKind::kInteger:
    case FieldKind::kReal:
      return number(field.minimum) + " to " + number(field.maximum) + (field.unit.empty() ? "" : " " + field.unit);
    case FieldKind::kFlag:
      return "true or false";
    case FieldKind::kChoice: {
      std::string keys;
      for (const Choice& choice : field.choices) keys += (keys.empty() ? "" : ", ") + choice.key;
      return keys;
    }
    default:
      return "";
  }
}

void print_part(const Part& part, const std::string& path, std::size_t indent);

void print_field(const Field& field, const std::string& path, std::size_t indent) {
  const std::string fallback = field.fallback.is_string() ? field.fallback.get<std::string>() : field.fallback.dump();
  const std::string range = range_of(field);
  std::cout << std::string(indent, ' ') << path << " = " << fallback << (range.empty() ? "" : "   (" + range + ")")
            << "\n";
  print_wrapped(field.help, indent + 4);
  for (const Part& part : field.parts) print_part(part, path, indent + 4);
}

void print_part(const Part& part, const std::string& path, std::size_t indent) {
  std::cout << std::string(indent, ' ') << part.key << ": " << part.label << "\n";
  print_wrapped(part.help, indent + 4);
  if (!part.citation.empty()) print_wrapped("[" + part.citation + "]", indent + 4);
  for (const Field& field : part.fields) print_field(field, path + "." + field.key, indent + 4);
}

/// Files qaN_..._train.txt and qaN_..._test.txt, with other stories in each.
int write_stories(const CatalogueOptions& options) {
  std::error_code problem;
  std::filesystem::create_directories(options.stories, problem);
  for (int kind = 1; kind <= kStoryKinds; ++kind) {
    for (const bool test : {false, true}) {
      const TaleFile wanted{kind, test, options.count, options.questions, options.longest, {options.distractors, !options.no_shortcuts}, options.seed};
      std::string name = story_kind_name(kind);
      std::ranges::transform(name, name.begin(), [](char c) { return c == ' ' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
      const std::string text = write_story_file(tell_file(wanted)), file = "qa" + std::to_string(kind) + "_" + name + (test ? "_test.txt" : "_train.txt");
      const std::string path = (std::filesystem::path(options.stories) / file).string();
      if (const Status written = write_bytes(path, {text.begin(), text.end()}); !written) return fail(written.error(), options.json);
    }
  }
  std::cout << 2 * kStoryKinds << " files of " << options.count << " questions each are in " << options.stories << "\n";
  return kGood;
}

}  // namespace

int show_catalogue(const CatalogueOptions& options) {
  if (!options.stories.empty()) return write_stories(options);
  const Field& slot = options.tasks ? task_slot() : model_slot();
  if (options.json) {
    Json list = Json::array();
    for (const Part& part : slot.parts) list.push_back(describe(part));
    std::cout << Json{{slot.key + "s", std::move(list)}}.dump() << "\n";
    return kGood;
  }
  for (const Part& part : slot.parts) {
    print_part(part, slot.key, 0);
    std::cout << "\n";
  }
  std::cout << "Change a setting with: heed train PRESET --set " << slot.key << "."
            << slot.parts.front().fields.front().key << "=...\n";
  return kGood;
}

}  // namespace heed::cli
