// unit: UTF-8.
#include "base/utf8.h"

#include <doctest/doctest.h>

#include "base/rng.h"

using namespace heed;
using Characters = std::vector<std::string>;

TEST_SUITE_BEGIN("unit.utf8");

TEST_CASE("valid text has no invalid byte, and comes back from its code points") {
  for (const std::string text : {"", "abc", "é", "日本語", "😀", "a\u0301", "Ελλάδα \U0010FFFF"}) {
    CHECK(utf8_invalid_at(text) == std::string::npos);
    CHECK(utf8_encode(utf8_decode(text)) == text);
  }
}

TEST_CASE("the first invalid byte is found") {
  CHECK(utf8_invalid_at("ab\xFF") == 2);
  CHECK(utf8_invalid_at("\xC3") == 0);              // cut end
  CHECK(utf8_invalid_at("\xC0\xAF") == 0);          // overlong
  CHECK(utf8_invalid_at("\xE0\x80\xAF") == 0);      // overlong
  CHECK(utf8_invalid_at("a\xED\xA0\x80") == 1);     // surrogate
  CHECK(utf8_invalid_at("\xF4\x90\x80\x80") == 0);  // beyond U+10FFFF
  CHECK(utf8_invalid_at("é\x80") == 2);
}

TEST_CASE("characters keep their marks") {
  CHECK(utf8_characters("aé日") == Characters{"a", "é", "日"});
  CHECK(utf8_characters("e\u0301a") == Characters{"e\u0301", "a"});
  CHECK(utf8_characters("👍🏽!") == Characters{"👍🏽", "!"});
  CHECK(utf8_characters("👩‍🌾") == Characters{"👩‍🌾"});
  CHECK(utf8_characters("\u0301") == Characters{"\u0301"});
}

TEST_CASE("lower case beyond ASCII") {
  CHECK(utf8_lower("ÀÉÎÕÜ×ß Ā Ž ΑΩ ЖЯЁ Ÿ") == "àéîõü×ß ā ž αω жяё ÿ");
  CHECK(utf8_lower("abc\xFF") == "abc\xFF");
}

TEST_CASE("accents can be taken off") {
  CHECK(utf8_without_accents("Garçon, gâteau, École, Straße") == "Garcon, gateau, Ecole, Straße");
}

TEST_CASE("excerpts are short and clean") {
  CHECK(utf8_excerpt("abc", 3) == "abc");
  CHECK(utf8_excerpt("abcd", 3) == "abc…");
  CHECK(utf8_excerpt("a\nb", 5) == "a\uFFFDb");
  CHECK(utf8_excerpt(std::string(10000, 'x'), 4) == "xxxx…");
}

TEST_CASE("any bytes can be taken apart without losing one, and any excerpt is valid") {
  Random random(1, Purpose::kTest);
  for (int round = 0; round < 3000; ++round) {
    std::string bytes(static_cast<std::size_t>(random.below(40)), ' ');
    for (char& byte : bytes) byte = static_cast<char>(random.below(256));
    std::string joined;
    for (const std::string& character : utf8_characters(bytes)) joined += character;
    REQUIRE(joined == bytes);
    REQUIRE(utf8_invalid_at(utf8_excerpt(bytes, 10)) == std::string::npos);
  }
}

TEST_SUITE_END();
