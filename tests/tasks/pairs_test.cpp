// tasks: the user's own pairs: reading, messages, splits.
#include "tasks/pairs_text.h"

#include <algorithm>
#include <set>

#include "base/rng.h"
#include "base/utf8.h"
#include "tasks/task_test.h"

using namespace heed;

namespace {

const std::string kAnimals =
    "cat\tchat\ndog\tchien\nbird\toiseau\nhorse\tcheval\nfish\tpoisson\nmouse\tsouris\ncow\tvache\npig\tcochon\nduck\tc"
    "anard\n";

std::string message(std::string_view data, TokenKind kind = TokenKind::kAuto) {
  const Result<PairsText> result = parse_pairs(data, kind);
  return result ? "accepted" : result.error();
}

/// `count` pairs with sources of 1 to 12 characters, most of them short.
std::string numbered(int count) {
  Random random(3, Purpose::kTest);
  std::string text;
  for (int k = 0; k < count; ++k) {
    const std::string name = std::to_string(k);
    const std::string extra(static_cast<std::size_t>(random.below(random.below(8) + 1)), 'x');
    text += name + extra + "\t" + extra + name + "\n";
  }
  return text;
}

}  // namespace

TEST_SUITE_BEGIN("tasks.pairs");

TEST_CASE("words and characters are told apart") {
  CHECK(parse_pairs(kAnimals, TokenKind::kAuto).value().tokens == TokenKind::kCharacters);
  std::string sentences;
  for (const char* noun : {"cat", "dog", "cow", "pig", "duck", "hen", "goat", "bee"})
    sentences += std::string("the ") + noun + " sleeps.\tle " + noun + " dort .\n";
  const PairsText text = parse_pairs(sentences, TokenKind::kAuto).value();
  CHECK(text.tokens == TokenKind::kWords);
  CHECK(text.pairs[0].source == std::vector<std::string>{"the", "cat", "sleeps", "."});
  CHECK(text.pairs[0].target == std::vector<std::string>{"le", "cat", "dort", "."});
  CHECK(parse_pairs(sentences, TokenKind::kCharacters).value().pairs[0].source.size() == 15);
}

TEST_CASE("tokens") {
  using Tokens = std::vector<std::string>;
  CHECK(tokenise("  a  b ", TokenKind::kWords) == Tokens{"a", "b"});
  CHECK(tokenise("(hello), world!?", TokenKind::kWords) == Tokens{"(", "hello", ")", ",", "world", "!", "?"});
  CHECK(tokenise("it's 3.5 ...", TokenKind::kWords) == Tokens{"it's", "3.5", ".", ".", "."});
  CHECK(tokenise("é\u00a0日", TokenKind::kCharacters) == Tokens{"é", " ", "日"});
  CHECK(tokenise("", TokenKind::kWords).empty());
}

TEST_CASE("line ends, byte order mark, blank lines, further columns and repeats are taken in stride") {
  const std::vector<TextPair> plain = parse_pairs(kAnimals, TokenKind::kAuto).value().pairs;
  std::string windows = "\xEF\xBB\xBF", mac;
  for (const char c : kAnimals) {
    windows += c == '\n' ? "\r\n" : std::string(1, c);
    mac += c == '\n' ? '\r' : c;
  }
  CHECK(parse_pairs(windows, TokenKind::kAuto).value().pairs == plain);
  CHECK(parse_pairs(mac, TokenKind::kAuto).value().pairs == plain);
  CHECK(parse_pairs("\n  \n" + kAnimals + "\n\n" + kAnimals + "cat \t  chat\tthird column", TokenKind::kAuto)
            .value()
            .pairs == plain);
  CHECK(parse_pairs(kAnimals.substr(0, kAnimals.size() - 1), TokenKind::kAuto).value().pairs == plain);
}

TEST_CASE("mistakes are named by line") {
  CHECK(mentions(message(kAnimals + "no tab here\n"), "line 10: no tab between source and target (“no tab here”)"));
  CHECK(mentions(message("a\tb\n\n\tc\n" + kAnimals), "line 3: nothing before the tab"));
  CHECK(mentions(message("a\t \n" + kAnimals), "line 1: nothing after the tab"));
  CHECK(mentions(message(kAnimals + "bad\xFF\tbyte\n"), "line 10: not valid UTF-8"));
  CHECK(mentions(message("a\tb\x01\n" + kAnimals), "line 1: contains a control character"));
  CHECK(mentions(message(kAnimals + std::string(65, 'x') + "\ty\n"),
                 "line 10: the source has 65 characters, at most 64 fit"));
  CHECK(mentions(message(kAnimals + "y\t" + std::string(65, 'x') + "\n"), "line 10: the target has 65 characters"));
  std::string many;
  for (int k = 0; k < 20; ++k) many += "x\n";
  CHECK(mentions(message(many), "; and 15 more."));
  CHECK(message(many + std::string(100000, 'x')).size() < 400);
}

TEST_CASE("limits of size") {
  CHECK(mentions(message(numbered(7)), "7 different sources; at least 8 are needed"));
  CHECK(mentions(message("a\t1\na\t2\na\t3\na\t4\na\t5\na\t6\na\t7\na\t8\na\t9\n"), "1 source; at least 8"));
  CHECK(mentions(message(""), "0 different sources"));
  CHECK(mentions(message(numbered(20001)), "line 20001: more than 20000 pairs"));
  CHECK(message(numbered(20000)) == "accepted");
  CHECK(mentions(message(std::string(kMaximumPairsBytes + 1, 'x')), "larger than 1 MiB"));
  CHECK(mentions(message(std::string_view("\xFF\xFE"
                                          "a\0\t\0",
                                          6)),
                 "UTF-16"));
  CHECK(mentions(complaint_of(R"("pairs")"), "needs your data"));
  CHECK(mentions(complaint_of(R"("pairs")", " \n"), "needs your data"));
}

TEST_CASE("every pair is in one split, and no source in two") {
  for (const int count : {8, 9, 20, 64, 100, 2000}) {
    CAPTURE(count);
    const auto task = task_from(R"("pairs")", numbered(count));
    std::set<std::string> all;
    std::uint64_t total = 0;
    for (const Split split : {Split::kTrain, Split::kTest, Split::kTestLong}) {
      const std::uint64_t size = task->example_count(split);
      total += size;
      for (std::uint64_t k = 0; k < size; ++k) {
        const Example example = task->example(split, 1, k);
        REQUIRE(static_cast<int>(example.source.size()) <= task->max_source_length(split));
        REQUIRE(static_cast<int>(example.target.size()) <= task->max_target_length(split));
        REQUIRE(example.alignment.empty());
        REQUIRE(example.target.back() == kEndToken);
        all.insert(source_text(*task, example));
      }
    }
    CHECK(total == static_cast<std::uint64_t>(count));
    CHECK(all.size() == static_cast<std::size_t>(count));
    CHECK(task->example_count(Split::kTest) >= 3);
    CHECK(task->probes().size() >= 3);
    CHECK((count < 2000 || task->example_count(Split::kTestLong) >= 4));
    if (task->example_count(Split::kTestLong) == 0) {
      CHECK(task->max_source_length(Split::kTestLong) == 0);
      CHECK(task->example(Split::kTestLong, 1, 0).source.empty());
      continue;
    }
    for (std::uint64_t k = 0; k < task->example_count(Split::kTestLong); ++k) {
      REQUIRE(static_cast<int>(task->example(Split::kTestLong, 1, k).source.size()) >
              task->max_source_length(Split::kTrain));
    }
  }
}

TEST_CASE("the split does not depend on the order of the lines, nor on the seed") {
  std::string backwards;
  const std::string text = numbered(300);
  for (std::size_t end = text.size(); end > 0;) {
    const std::size_t start = text.rfind('\n', end - 2) == std::string::npos ? 0 : text.rfind('\n', end - 2) + 1;
    backwards += text.substr(start, end - start);
    end = start;
  }
  const auto one = task_from(R"("pairs")", text), other = task_from(R"("pairs")", backwards);
  std::set<std::string> first, second;
  for (std::uint64_t k = 0; k < one->example_count(Split::kTest); ++k)
    first.insert(source_text(*one, one->example(Split::kTest, 1, k)));
  for (std::uint64_t k = 0; k < other->example_count(Split::kTest); ++k)
    second.insert(source_text(*other, other->example(Split::kTest, 9, k)));
  CHECK(first == second);
}

TEST_CASE("what people type") {
  const auto task = task_from(R"("pairs")", kAnimals);
  CHECK(answer(*task, "cat") == "chat");
  CHECK(answer(*task, " Cat ") == "chat");
  CHECK(answer(*task, "cats") == "?");
  CHECK(mentions(answer(*task, "cat9"), "The character “9” does not occur in your data"));
  CHECK(mentions(answer(*task, "\xFF"), "not valid UTF-8"));
  CHECK(mentions(answer(*task, ""), "nothing to read yet"));
  CHECK(mentions(answer(*task, std::string(65, 'c')), "This has 65 characters; at most 64 fit."));
  std::string sentences;
  for (int k = 0; k < 40; ++k)
    sentences += "the number " + std::to_string(k) + "\tle nombre " + std::to_string(k) + "\n";
  const auto words = task_from(R"("pairs")", sentences);
  CHECK(
      mentions(answer(*words, "the nmber 3"), "The word “nmber” does not occur in your data; did you mean “number”?"));
}

TEST_CASE("rare tokens become <unknown> when there are too many, and then may be typed") {
  const auto task = task_from(R"({"type": "pairs", "tokens": "words", "vocabulary": 16})", numbered(200));
  CHECK(task->source_vocabulary().size() == 16 + kFirstToken);
  CHECK(task->encode_source("never-seen").value() == std::vector<int>{kUnknownToken});
}

TEST_CASE("damaged files are refused with a message or read, never a crash") {
  Random random(8, Purpose::kTest);
  const std::string good = "\xEF\xBB\xBFun café\tone coffee\r\n" + kAnimals + "日本\tJapan 😀\n";
  int refused = 0;
  for (int round = 0; round < 2500; ++round) {
    std::string text = good;
    for (int edits = random.between(1, 5); edits > 0 && !text.empty(); --edits) {
      const auto at = static_cast<std::size_t>(random.below(static_cast<int>(text.size())));
      const int kind = random.below(5);
      if (kind == 0) text[at] = static_cast<char>(random.below(256));
      if (kind == 1) text.erase(at, static_cast<std::size_t>(random.between(1, 9)));
      const char what = "\t\n\r x\xFF"[random.below(6)];
      if (kind == 2) text.insert(at, static_cast<std::size_t>(random.between(1, 80)), what);
      if (kind == 3) text.resize(at);
      if (kind == 4) text += text.substr(at);
    }
    const Result<std::unique_ptr<Task>> task = make_task(Json("pairs"), text);
    if (!task) {
      ++refused;
      REQUIRE(task.error().size() > 20);
      REQUIRE(task.error().size() < 600);
      REQUIRE(utf8_invalid_at(task.error()) == std::string::npos);
      continue;
    }
    REQUIRE((*task)->probes().size() >= 3);
    REQUIRE(!(*task)->example(Split::kTrain, 1, 5).source.empty());
  }
  CHECK(refused > 300);
  CHECK(refused < 2400);
}

TEST_SUITE_END();
