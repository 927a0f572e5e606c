// unit: fields: defaults, validation and its messages, paths, short links, the nearest key.
#include "base/field.h"
#include "support/text.h"

#include <doctest/doctest.h>

using namespace heed;

namespace {

using heed::test::mentions;

Part additive() {
  return {"additive",
          "Additive",
          "",
          "",
          {integer_field("size", "Size", "", 4, 256, 32, "units"), real_field("scale", "Scale", "", 0, 1, 0.1, 0.5)}};
}

/// A little of each kind, with a slot in a slot.
Part model() {
  const Part none{"none", "None", "", "", {}};
  const Part gru{"gru",
                 "GRU",
                 "",
                 "",
                 {integer_field("size", "Size", "", 1, 512, 64),
                  slot_field("attention", "Attention", "", {none, additive()}, "none")}};
  const Part rnn{"rnn", "RNN", "", "", {}};
  return {"model",
          "Model",
          "help",
          "citation",
          {slot_field("decoder", "Decoder", "", {gru, rnn}, "gru"), flag_field("reverse", "Reverse", "", false),
           choice_field("direction", "Direction", "", {{"one", "One"}, {"both", "Both"}}, "both"),
           text_field("title", "Title", "", ""), real_field("rate", "Rate", "", 1e-5, 1, 1e-4, 0.003, true),
           integer_field("seed", "Seed", "", 0, 1000000, 1)}};
}

std::string complaint(const char* text) {
  const Result<Json> result = validate(model(), parse_json(text).value(), "model");
  return result ? "accepted" : result.error();
}

}  // namespace

TEST_SUITE_BEGIN("unit.field");

TEST_CASE("defaults are complete and valid") {
  const Json value = defaults_of(model());
  CHECK(value["decoder"]["attention"]["type"] == "none");
  CHECK(value["rate"] == 0.003);
  CHECK(validate(model(), value, "").value() == value);
  CHECK(validate(model(), Json::object(), "").value() == value);
}

TEST_CASE("slots are taken by key, by object, and without a type") {
  const auto checked = [](const char* text) { return validate(model(), parse_json(text).value(), "").value(); };
  CHECK(checked(R"({"decoder": "rnn"})")["decoder"]["type"] == "rnn");
  CHECK(checked(R"({"decoder": {"attention": "additive"}})")["decoder"]["attention"]["size"] == 32);
  CHECK(checked(R"({"decoder": {"attention": {"type": "additive", "size": 8}}})")["decoder"]["attention"]["size"] == 8);
  CHECK(checked(R"({"decoder": {"size": 9}})")["decoder"]["type"] == "gru");
}

TEST_CASE("whole numbers may be written as reals, and are stored as whole numbers") {
  const Json value = validate(model(), parse_json(R"({"seed": 12.0, "rate": 1})").value(), "").value();
  CHECK(value["seed"].is_number_integer());
  CHECK(value["seed"] == 12);
  CHECK(value["rate"].is_number_float());
}

TEST_CASE("messages name the path and the way out") {
  CHECK(mentions(complaint(R"({"sede": 3})"), "model: there is no setting “sede”; did you mean “seed”?"));
  CHECK(mentions(complaint(R"({"zzzzzzzz": 3})"), "choose one of: decoder, reverse"));
  CHECK(mentions(complaint(R"({"decoder": {"attention": {"type": "additive", "sise": 3}}})"),
                 "model.decoder.attention: there is no setting “sise”; did you mean “size”?"));
  CHECK(mentions(complaint(R"({"decoder": {"attention": {"type": "additive", "size": 3}}})"),
                 "model.decoder.attention.size: 3 is out of range; allowed are 4 to 256 units"));
  CHECK(mentions(complaint(R"({"decoder": {"attention": "aditive"}})"),
                 "model.decoder.attention: there is no “aditive”; did you mean “additive”?"));
  CHECK(mentions(complaint(R"({"decoder": {"type": "none"}})"), "model.decoder: there is no “none”"));
  CHECK(mentions(complaint(R"({"direction": "bth"})"), "did you mean “both”?"));
  CHECK(mentions(complaint(R"({"direction": 2})"),
                 "model.direction: expects one of its keys, for example \"both\", not 2"));
  CHECK(mentions(complaint(R"({"rate": 2})"), "allowed are 1e-05 to 1.0"));
  CHECK(
      mentions(complaint(R"({"rate": "fast"})"), "model.rate: expects a number, for example 0.003, not text (“fast”)"));
  CHECK(mentions(complaint(R"({"seed": 1.5})"), "expects a whole number"));
  CHECK(mentions(complaint(R"({"seed": 1e300})"), "out of range"));
  CHECK(mentions(complaint(R"({"reverse": 1})"), "expects true or false"));
  CHECK(mentions(complaint(R"({"title": []})"), "expects text in double quotes, for example \"\", not a list"));
  CHECK(mentions(complaint(R"({"decoder": 3})"), "model.decoder: expects the key of a part"));
  CHECK(mentions(complaint(R"({"decoder": {"type": 3}})"), "model.decoder.type"));
  CHECK(mentions(complaint(R"({"type": "other"})"), "model.type"));
  CHECK(mentions(complaint("[]"), "model: expects an object"));
  CHECK(mentions(complaint("null"), "not nothing (null)"));
}

TEST_CASE("long and strange keys are cut in messages") {
  Json value;
  value[std::string(5000, 'k')] = 1;
  const Result<Json> result = validate(model(), value, "");
  REQUIRE(!result.ok());
  CHECK(result.error().size() < 200);
}

TEST_CASE("set_by_path builds what is missing and reads plain values") {
  Json preset;
  REQUIRE(set_by_path(preset, "decoder.attention.size", "16").ok());
  REQUIRE(set_by_path(preset, "decoder.attention", "additive").ok());
  REQUIRE(set_by_path(preset, "reverse", "true").ok());
  REQUIRE(set_by_path(preset, "rate", "1e-2").ok());
  REQUIRE(set_by_path(preset, "title", "\"12\"").ok());
  const Json value = validate(model(), preset, "").value();
  CHECK(value["decoder"]["attention"] == Json{{"type", "additive"}, {"size", 16}, {"scale", 0.5}});
  CHECK(value["reverse"] == true);
  CHECK(value["rate"] == 0.01);
  CHECK(value["title"] == "12");
}

TEST_CASE("a slot's settings survive its key, and go with another key") {
  Json preset = {{"attention", "additive"}};
  REQUIRE(set_by_path(preset, "attention.size", "8").ok());
  CHECK(preset["attention"] == Json{{"type", "additive"}, {"size", 8}});
  REQUIRE(set_by_path(preset, "attention", "additive").ok());
  CHECK(preset["attention"]["size"] == 8);
  REQUIRE(set_by_path(preset, "attention", "none").ok());
  CHECK(preset["attention"] == "none");
}

TEST_CASE("paths that lead nowhere are refused") {
  Json preset = {{"seed", 3}};
  for (const char* path : {"", ".", "a..b", "a.", ".a", "a b", "a[0]", "é", "seed.deep"}) {
    INFO(std::string(path));
    const Status status = set_by_path(preset, path, "1");
    REQUIRE(!status.ok());
    CHECK(!status.error().empty());
  }
  CHECK(!set_by_path(preset, std::string(5000, 'a'), "1").ok());
  CHECK(!set_by_path(preset, "seed", std::string(100000, '1')).ok());
  CHECK(!set_by_path(preset, "title", "\xFF").ok());
  CHECK(preset == Json{{"seed", 3}});
}

TEST_CASE("flatten lists what differs from the defaults, and leads back") {
  CHECK(flatten(model(), defaults_of(model())).empty());
  const char* cases[] = {R"({"seed": 7, "rate": 0.01, "reverse": true, "title": "a b"})",
                         R"({"title": "true", "direction": "one"})",
                         R"({"title": "12"})",
                         R"({"title": "\"quoted\""})",
                         R"({"decoder": "rnn"})",
                         R"({"decoder": {"attention": {"type": "additive", "size": 16, "scale": 0.1}}})"};
  for (const char* text : cases) {
    INFO(std::string(text));
    const Json value = validate(model(), parse_json(text).value(), "").value();
    Json again = Json::object();
    const std::vector<Setting> settings = flatten(model(), value);
    CHECK(!settings.empty());
    for (const Setting& setting : settings) REQUIRE(set_by_path(again, setting.path, setting.text).ok());
    CHECK(validate(model(), again, "").value() == value);
  }
  const Json value = validate(model(), parse_json(cases[5]).value(), "").value();
  CHECK(flatten(model(), value) == std::vector<Setting>{{"decoder.attention", "additive"},
                                                        {"decoder.attention.size", "16"},
                                                        {"decoder.attention.scale", "0.1"}});
}

TEST_CASE("nearest finds slips and refuses strangers") {
  const std::vector<std::string> keys = {"encoder", "decoder", "attention", "size", "lr"};
  CHECK(nearest("atention", keys) == "attention");
  CHECK(nearest("attenti", keys) == "attention");
  CHECK(nearest("siez", keys) == "size");
  CHECK(nearest("SIZE", keys) == "size");
  CHECK(nearest("endocer", keys) == "encoder");
  CHECK(nearest("quux", keys) == "");
  CHECK(nearest("x", keys) == "");
  CHECK(nearest("", keys) == "");
  CHECK(nearest("xy", {}) == "");
  CHECK(nearest(std::string(100000, 'a'), keys) == "");
  const std::vector<std::string> words = {"apple", "down", "got", "grabbed", "kitchen", "milk", "picked", "the", "to", "took", "went"};
  CHECK(nearest("pick", words) == "picked");
  CHECK(nearest("kichten", words) == "kitchen");
  CHECK(nearest("tho", words) != "");
  CHECK(nearest("STEPS", {"step", "steps"}) == "steps");
  for (const char* stranger : {"banana", "dog", "school", "walks", "lamp", "sleeps", "we", "yesterday"}) {
    CAPTURE(stranger);
    CHECK(nearest(stranger, words) == "");
  }
}

TEST_CASE("metadata becomes JSON with everything a control needs") {
  const Json json = describe(model());
  CHECK(json["citation"] == "citation");
  CHECK(json["fields"].size() == 6);
  const Json& decoder = json["fields"][0];
  CHECK(decoder["kind"] == "slot");
  CHECK(decoder["parts"][0]["fields"][1]["parts"][1]["fields"][0]["unit"] == "units");
  CHECK(json["fields"][4]["logarithmic"] == true);
  CHECK(json["fields"][5]["maximum"].is_number_integer());
}

TEST_SUITE_END();
