// tests: the tables of sentences: every key that the code asks for is there, in every language.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <regex>
#include <set>
#include <sstream>

#include "lab/strings.h"
#include "lab/synthetic.h"
#include "tasks/registry.h"
#include "training/preset.h"

namespace heed {
namespace {

namespace fs = std::filesystem;

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file.good(), path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Json table(const std::string& language) {
  const Result<Json> json = parse_json(read(fs::path(HEED_SOURCE_DIR) / "assets/strings" / (language + ".json")));
  REQUIRE_MESSAGE(json.ok(), (json.ok() ? "" : json.error()));
  return *json;
}

/// Literal keys, and beginnings of keys that are put together ("score." + name).
void keys_in(const std::string& code, std::set<std::string>& keys) {
  static const std::regex call(R"re(\btr\(\s*"([a-z0-9_.]+)")re"),
      choice(R"re(\?\s*"([a-z_]+\.[a-z0-9_.]+)"\s*:\s*"([a-z_]+\.[a-z0-9_.]+)")re");
  for (std::sregex_iterator it(code.begin(), code.end(), call), end; it != end; ++it) keys.insert((*it)[1]);
  for (std::sregex_iterator it(code.begin(), code.end(), choice), end; it != end; ++it) {
    keys.insert((*it)[1]);
    keys.insert((*it)[2]);
  }
}

std::set<std::string> slots_in(const std::string& text) {
  static const std::regex slot(R"(\{[0-9]\})");
  std::set<std::string> slots;
  for (std::sregex_iterator it(text.begin(), text.end(), slot), end; it != end; ++it) slots.insert(it->str());
  return slots;
}

}  // namespace

void synthetic::load_strings(const std::string& language) {
  set_strings(table("en"), table(language));
}

TEST_SUITE("lab.strings") {
  TEST_CASE("every key that the lab and its panels ask for is in English and in French") {
    std::set<std::string> keys;
    for (const char* folder : {"src/lab", "src/ui", "src/platform"}) {
      for (const auto& entry : fs::recursive_directory_iterator(fs::path(HEED_SOURCE_DIR) / folder)) {
        if (entry.is_regular_file()) keys_in(read(entry.path()), keys);
      }
    }
    REQUIRE(keys.size() > 60);
    const Json english = table("en"), french = table("fr");
    for (const std::string& key : keys) {
      if (key.back() == '.') continue;  // the beginning of a key that is put together; the next test has those
      CHECK_MESSAGE(english.contains(key), "en.json lacks " << key);
      CHECK_MESSAGE(french.contains(key), "fr.json lacks " << key);
    }
  }

  TEST_CASE("no line of a French text begins with a sign: the blanks before them do not break") {
    for (const char* file : {"assets/strings/fr.json", "assets/presets/titles/fr.json", "web/strings/fr.json"}) {
      const std::string text = read(fs::path(HEED_SOURCE_DIR) / file);
      for (const char* sign : {" :", " ;", " ?", " !", " »", "« "}) {
        const std::size_t at = text.find(sign);
        CHECK_MESSAGE(at == std::string::npos, file << ": " << text.substr(at < 30 ? 0 : at - 30, 60));
      }
    }
  }

  TEST_CASE("keys that are put together are there too") {
    for (const char* language : {"en", "fr"}) {
      const Json strings = table(language);
      for (const char* score : {"loss", "token_accuracy", "exact_match", "alignment_score", "alignment_argmax",
                                "alignment_near", "attention_entropy"}) {
        CHECK(strings.contains(std::string("score.") + score));
        CHECK(strings.contains(std::string("score.") + score + ".long"));
      }
      for (const char* shape : {"even", "diagonal", "anti_diagonal", "one_input", "sharp", "mixed", "faint"}) {
        CHECK(strings.contains(std::string("shape.") + shape));
      }
    }
  }

  TEST_CASE("what a task refuses to read is told in every language") {
    std::string too_much;
    for (int n = 0; n < 300; ++n) too_much += n % 2 ? "a " : "1 ";
    const std::vector<std::string> odd = {"", "  ", "?", "|", "§", "abab§", "a b c", "1 2 3", "a1b1", "0 1 | 9", "0 1 | 1 1 1", "1 2 3 4 5 6 | 99", "a1b a2c | z", "a1b a1c | a1", "a1b a2c | a4",
                                          "a1a1??a", "a1b2??c", "AB", "aab", "ada. ada?", "ada likes. ada likes?", "zzz zzz. zzz?", "is. is?", "+-x", "++++++++++++++++++++++++++++++++", too_much};
    std::set<std::pair<std::string, std::vector<std::string>>> said;
    int refused = 0;
    for (const Part& task : task_slot().parts) {
      if (takes_data(task.key) && task.key != "stories" && task.key != "text") continue;  // nothing to read without data
      const auto made = make_task(Json{{"type", task.key}});
      REQUIRE_MESSAGE(made.ok(), task.key << ": " << made.error());
      for (const std::string& text : odd) {
        const Result<Example> taken = made.value()->read_input(text);
        if (taken.ok()) continue;
        ++refused;
        const InputFault fault = made.value()->fault_in(text);
        const std::string code = fault.code.empty() ? taken.failure().code : fault.code;
        INFO(task.key << ": " << text.substr(0, 40) << ": " << taken.error());
        CHECK(!code.empty());
        said.insert({"input." + code, fault.code.empty() ? taken.failure().values : fault.values});
      }
    }
    CHECK(refused > 200);
    for (const std::string language : {"en", "fr"}) {
      load_strings(language);
      const Json strings = table(language);
      for (const auto& [key, values] : said) {
        CHECK_MESSAGE(strings.contains(key), language << ": " << key);
        CHECK_MESSAGE(tr(key, values).find('{') == std::string::npos, language << ": " << key);
      }
    }
    load_strings();
  }

  TEST_CASE("French has the labels, helps and units of every task, model and optimiser") {
    const Json french = table("fr");
    const auto need = [&](const std::string& key, const std::string& english) {
      CHECK_MESSAGE((english.empty() || french.contains(key)), "fr.json lacks " << key);
    };
    const std::function<void(const Part&, const std::string&)> visit = [&](const Part& part,
                                                                           const std::string& prefix) {
      for (const Field& field : part.fields) {
        const std::string path = prefix + field.key;
        need(path + ".label", field.label);
        need(path + ".help", field.help);
        need("unit." + field.unit, field.unit);
        for (const Choice& choice : field.choices) need(path + "." + choice.key + ".label", choice.label);
        for (const Part& inner : field.parts) {
          need(path + "." + inner.key + ".label", inner.label);
          need(path + "." + inner.key + ".help", inner.help);
          visit(inner, path + ".");
        }
      }
    };
    visit(preset_part(), "");
  }

  TEST_CASE("languages have the same places for values, and nothing that English lacks but labels") {
    const Json english = table("en"), french = table("fr");
    for (const auto& [key, value] : french.items()) {
      REQUIRE_MESSAGE(value.is_string(), key);
      if (!english.contains(key)) {
        const bool label = key.find(".label") != std::string::npos || key.find(".help") != std::string::npos ||
                           key.rfind("notice.", 0) == 0 || key.rfind("unit.", 0) == 0;
        CHECK_MESSAGE(label, key << " is in fr.json only");
      } else {
        CHECK_MESSAGE(slots_in(english[key]) == slots_in(value), key);
      }
    }
  }

  TEST_CASE("values go into their places; a missing language falls back to English, a missing key to itself") {
    set_strings(Json{{"greet", "Hello {0}, step {1}"}, {"only", "English"}},
                Json{{"greet", "Bonjour {0}, pas {1} {2}"}});
    CHECK(tr("greet", {"Ada", "7"}) == "Bonjour Ada, pas 7 {2}");
    CHECK(tr("only") == "English");
    CHECK(tr("nowhere") == "nowhere");
    CHECK(tr_or("nowhere", "fallback") == "fallback");
    synthetic::load_strings();
  }
}

}  // namespace heed
