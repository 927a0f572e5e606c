// cli: folders of stories: which files are read, in which order, and what is said where there is nothing to read.
#include "cli/files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "tasks/registry.h"

using namespace heed;
using namespace heed::cli;

namespace {

namespace fs = std::filesystem;

/// A folder that is gone again at the end.
class Folder {
 public:
  Folder() : path_(fs::temp_directory_path() / "heed_files_test") {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name, std::ios::binary) << text; }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
};

}  // namespace

TEST_SUITE("cli.files") {
  TEST_CASE("the stories of a folder are read file by file, in the order of their names") {
    Folder folder;
    folder.write("qa2_b_test.txt", "1 Mary went to the garden.\n2 Where is Mary?\tgarden\t1");
    folder.write("qa1_a_train.txt", "\xEF\xBB\xBF" "1 Mary went to the kitchen.\r\n2 Where is Mary?\tkitchen\t1\r\n");
    folder.write("notes.md", "not a story");
    const Result<std::string> text = read_data(folder.path());
    REQUIRE(text.ok());
    CHECK(text->find("#file qa1_a_train.txt\n") == 0);
    CHECK(text->find("\n#file qa2_b_test.txt\n") != std::string::npos);
    CHECK(text->find("not a story") == std::string::npos);
    const auto task = make_task({{"type", "stories"}}, *text);
    REQUIRE(task.ok());
    CHECK((*task)->example_count(Split::kTrain) == 1);
    CHECK((*task)->example_count(Split::kTest) == 1);
  }

  TEST_CASE("an empty folder, one that is not there and one with an error say so") {
    Folder folder;
    const Result<std::string> empty = read_data(folder.path());
    REQUIRE(!empty.ok());
    CHECK(empty.error().find("has no text files (*.txt)") != std::string::npos);
    const Result<std::string> nowhere = read_data(folder.path() + "/nowhere");
    REQUIRE(!nowhere.ok());
    CHECK(nowhere.error().find("cannot be read") != std::string::npos);
    folder.write("qa1_a_train.txt", "1 Mary went to the kitchen.\n2 Where is Mary? kitchen 1\n");
    const auto task = make_task({{"type", "stories"}}, *read_data(folder.path()));
    REQUIRE(!task.ok());
    CHECK(task.error().find("qa1_a_train.txt, line 2") != std::string::npos);
    folder.write("qa1_a_train.txt", "");
    const auto nothing = make_task({{"type", "stories"}}, *read_data(folder.path()));
    REQUIRE(!nothing.ok());
    CHECK(nothing.error().find("no question") != std::string::npos);
  }
}
