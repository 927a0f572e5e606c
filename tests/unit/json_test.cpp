// unit: JSON with messages that lead to the mistake.
#include "base/json.h"

#include <doctest/doctest.h>

#include "base/rng.h"
#include "base/utf8.h"
#include "support/text.h"

using namespace heed;

namespace {

using heed::test::mentions;

}  // namespace

TEST_SUITE_BEGIN("unit.json");

TEST_CASE("valid text is read") {
  CHECK(parse_json("{\"a\": [1, 2.5, \"x\", true, null]}").value()["a"][1] == 2.5);
  CHECK(parse_json("\xEF\xBB\xBF{}").ok());
  CHECK(parse_json(" 3 ").value() == 3);
}

TEST_CASE("errors name line and column") {
  const auto message = [](std::string_view text) {
    const Result<Json> result = parse_json(text);
    return result ? std::string("accepted") : result.error();
  };
  CHECK(mentions(message("{\n  \"a\": tru\n}"), "line 2, column 11"));
  CHECK(mentions(message("{\"a\" 1}"), "line 1, column 6"));
  CHECK(mentions(message("{\"é\" 1}"), "line 1, column 6"));  // columns are characters, not bytes
  CHECK(mentions(message("{\"a\": 1,}"), "a name in double quotes should be here"));
  CHECK(mentions(message("[1, 2"), "the text ends too early"));
  CHECK(mentions(message("\"abc"), "closing quote"));
  CHECK(mentions(message("[\"\xFF\"]"), "not UTF-8"));
  CHECK(mentions(message("1e999"), "too large"));
  CHECK(mentions(message("  "), "there is no text"));
}

TEST_CASE("at most 64 levels; brackets inside strings do not count") {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  CHECK(parse_json(nested(64)).ok());
  const Result<Json> deep = parse_json(nested(65));
  REQUIRE(!deep.ok());
  CHECK(mentions(deep.error(), "line 1, column 65"));
  CHECK(parse_json("\"" + std::string(1000, '[') + "\"").ok());
  CHECK(parse_json("\"\\\"" + std::string(1000, '[') + "\"").ok());
  CHECK(!parse_json(std::string(1'000'000, '[')).ok());
}

TEST_CASE("messages quote little and stay valid text") {
  const Result<Json> result = parse_json("[" + std::string(5000, 'x'));
  REQUIRE(!result.ok());
  CHECK(result.error().size() < 250);
}

TEST_CASE("damaged JSON never throws, and what fails has a message") {
  const std::string good =
      R"({"heed": 1, "task": {"type": "dates", "forms": "many"}, "seed": 3, "rate": 1.5e-3, "x": [null, "é\n"]})";
  Random random(5, Purpose::kTest);
  int failures = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string text = good;
    for (int edits = random.between(1, 4); edits > 0 && !text.empty(); --edits) {
      const auto at = static_cast<std::size_t>(random.below(static_cast<int>(text.size())));
      const int kind = random.below(4);
      if (kind == 0) text[at] = static_cast<char>(random.below(256));
      if (kind == 1) text.erase(at, 1);
      if (kind == 2) text.insert(at, 1, "{}[]\",:\\0"[random.below(9)]);
      if (kind == 3) text.resize(at + 1);
    }
    const Result<Json> result = parse_json(text);
    if (result.ok()) continue;
    ++failures;
    REQUIRE(mentions(result.error(), "JSON"));
    REQUIRE(result.error().size() < 300);
    REQUIRE(utf8_invalid_at(result.error()) == std::string::npos);
  }
  CHECK(failures > 3000);
}

TEST_SUITE_END();
