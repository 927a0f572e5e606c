// training: presets are checked, filled in, and survive the way into a link and back, whatever the combination.
#include "training/preset.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/rng.h"
#include "models/registry.h"
#include "nn/optimiser.h"
#include "tasks/registry.h"
#include "training/experiment.h"

using namespace heed;

namespace {

Json valid(const Json& preset) {
  const auto result = validate_preset(preset);
  REQUIRE_MESSAGE(result.ok(), (result.ok() ? "" : result.error()));
  return *result;
}

void check_link(const Json& preset) {
  const std::string fragment = preset_to_fragment(preset);
  CAPTURE(fragment);
  const auto back = preset_from_fragment(fragment);
  REQUIRE_MESSAGE(back.ok(), (back.ok() ? "" : back.error()));
  CHECK(*back == preset);
  CHECK(fragment.size() < 2000);
}

const Part& only_model() {
  return model_slot().parts.front();
}

const Field& slot_of(const Part& part, const std::string& key) {
  return *std::ranges::find_if(part.fields, [&](const Field& field) { return field.key == key; });
}

/// Another value than the default, within the field's bounds.
Json other_value(const Field& field, Random& random) {
  switch (field.kind) {
    case FieldKind::kInteger:
      return random.between(static_cast<int>(field.minimum), static_cast<int>(field.maximum));
    case FieldKind::kReal:
      return field.minimum + (field.maximum - field.minimum) * static_cast<double>(random.uniform());
    case FieldKind::kFlag:
      return random.below(2) == 0;
    case FieldKind::kChoice:
      return field.choices[static_cast<std::size_t>(random.below(static_cast<int>(field.choices.size())))].key;
    case FieldKind::kText:
      return std::string("100% & more = ü #") + std::to_string(random.below(100));
    case FieldKind::kSlot:
      break;
  }
  Json value = Json::object();
  const Part& part = field.parts[static_cast<std::size_t>(random.below(static_cast<int>(field.parts.size())))];
  value["type"] = part.key;
  for (const Field& inner : part.fields) {
    if (random.below(2) == 0) value[inner.key] = other_value(inner, random);
  }
  return value;
}

}  // namespace

TEST_SUITE("training.preset") {
  TEST_CASE("nothing given is everything by default") {
    const Json preset = valid(Json::object());
    CHECK(preset.at("heed") == kPresetVersion);
    for (const char* key : {"task", "model", "optimiser", "batch", "seed", "steps", "evaluate_every", "snapshot_every"})
      CHECK(preset.contains(key));
    CHECK(valid(preset) == preset);
    check_link(preset);
    CHECK(preset_to_fragment(preset).starts_with("task="));
  }

  TEST_CASE("every combination of parts goes into a link and back" * doctest::test_suite("slow.training.preset")) {
    for (const Part& task : task_slot().parts) {
      for (const Part& encoder : slot_of(only_model(), "encoder").parts) {
        for (const Part& attention : slot_of(only_model(), "attention").parts) {
          for (const Part& decoder : slot_of(only_model(), "decoder").parts) {
            for (const Part& optimiser : optimiser_slot().parts) {
              for (const Part& schedule : slot_of(optimiser, "schedule").parts) {
                check_link(valid(
                    {{"task", task.key},
                     {"model", {{"encoder", encoder.key}, {"attention", attention.key}, {"decoder", decoder.key}}},
                     {"optimiser", {{"type", optimiser.key}, {"schedule", schedule.key}}}}));
              }
            }
          }
        }
      }
    }
  }

  TEST_CASE("random settings go into a link and back") {
    Random random(3, Purpose::kTest);
    for (int round = 0; round < 300; ++round) {
      Json preset = Json::object();
      for (const Field& field : preset_part().fields) {
        if (random.below(2) == 0) preset[field.key] = other_value(field, random);
      }
      if (random.below(2) == 0) preset["title"] = "A & B = 3 % + é #" + std::to_string(round);
      check_link(valid(preset));
    }
  }

  TEST_CASE("mistakes are answered with the way out") {
    const auto refused = [](const Json& preset) {
      const auto result = validate_preset(preset);
      REQUIRE(!result.ok());
      return result.error();
    };
    CHECK(refused({{"heed", 2}}).find("newer") != std::string::npos);
    CHECK(refused({{"heed", "one"}}).find("version") != std::string::npos);
    CHECK(refused(Json::array()).find("object") != std::string::npos);
    CHECK(refused({{"titel", "x"}, {"sed", 3}}).find("seed") != std::string::npos);
    CHECK(refused({{"task", "revers"}}).find("reverse") != std::string::npos);
    CHECK(refused({{"model", {{"atention", "none"}}}}).find("attention") != std::string::npos);
    CHECK(refused({{"seed", -1}}).find("seed") != std::string::npos);
    CHECK(refused({{"batch", 0}}).find("batch") != std::string::npos);
    CHECK(refused({{"title", 7}}).find("title") != std::string::npos);
    CHECK(!preset_from_fragment("task=reverse&seed").ok());
    CHECK(!preset_from_fragment("task=%zz").ok());
    CHECK(!preset_from_fragment("task=%4").ok());
    CHECK(!preset_from_fragment("task..x=3").ok());
    CHECK(!preset_from_fragment(std::string(10000, 'a')).ok());
  }

  TEST_CASE("short forms: a slot by its key, the fragment with or without '#'") {
    const auto preset = preset_from_fragment("#task=copy&model.attention=dot&model.attention.size=8&seed=3");
    REQUIRE(preset.ok());
    CHECK(preset->at("task").at("type") == "copy");
    CHECK(preset->at("model").at("attention").at("type") == "dot");
    CHECK(preset->at("model").at("attention").at("size") == 8);
    CHECK(preset->at("seed") == 3);
    CHECK(preset_from_fragment("")->at("task") == valid(Json::object()).at("task"));
  }

  TEST_CASE("damaged links are refused or read, never worse") {
    const std::string good = preset_to_fragment(
        valid({{"task", "dates"}, {"optimiser", {{"type", "sgd"}, {"rate", 0.25}}}, {"title", "é"}}));
    Random random(9, Purpose::kTest);
    for (int round = 0; round < 3000; ++round) {
      std::string fragment = good;
      for (int change = random.between(1, 4); change > 0; --change) {
        fragment[static_cast<std::size_t>(random.below(static_cast<int>(fragment.size())))] =
            static_cast<char>(random.below(256));
      }
      const auto result = preset_from_fragment(fragment);
      if (!result.ok()) CHECK(!result.error().empty());
    }
  }

  TEST_CASE("the sentence for people names task, model, optimiser and seed") {
    const std::string with = preset_summary(valid({{"task", "reverse"}, {"seed", 5}}));
    CHECK(with.find("4 to 10") != std::string::npos);
    CHECK(with.find("attention") != std::string::npos);
    CHECK(with.find("seed 5") != std::string::npos);
    CHECK(preset_summary(valid({{"model", {{"attention", "none"}}}})).find("without attention") != std::string::npos);
  }

  TEST_CASE("every preset that comes with Heed can be built") {
    int count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(HEED_SOURCE_DIR) / "assets" / "presets")) {
      if (entry.path().extension() != ".json") continue;
      CAPTURE(entry.path().string());
      std::ifstream file(entry.path());
      std::stringstream text;
      text << file.rdbuf();
      const auto json = parse_json(text.str());
      REQUIRE(json.ok());
      CHECK(json->contains("title"));
      const auto experiment = make_experiment(*json, "");
      REQUIRE_MESSAGE(experiment.ok(), (experiment.ok() ? "" : experiment.error()));
      check_link((*experiment)->preset);
      ++count;
    }
    CHECK(count >= 8);
  }
}
