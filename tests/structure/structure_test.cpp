// The house: which room may include which, who may know ImGui and Emscripten, and that every file says what room it is in.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

// What each room may include besides itself; the same picture as in src/README.md.
const std::map<std::string, std::set<std::string>> kArrows = {
    {"base", {}},
    {"engine", {"base"}},
    {"nn", {"engine", "base"}},
    {"models", {"nn", "engine", "base"}},
    {"tasks", {"base"}},
    {"training", {"models", "tasks", "nn", "engine", "base"}},
    {"lab", {"training", "models", "tasks", "engine", "base"}},
    {"ui", {"lab", "training", "engine", "base"}},
    {"platform", {"ui", "lab", "training", "engine", "base"}},
    {"cli", {"lab", "training", "models", "tasks", "engine", "base"}},
};

struct Source {
  std::string path, room, first_line;
  std::vector<std::string> includes;
};

std::vector<Source> sources() {
  std::vector<Source> out;
  const fs::path root = fs::path(HEED_SOURCE_DIR) / "src";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".h") continue;
    Source source;
    source.path = fs::relative(entry.path(), root).generic_string();
    source.room = source.path.substr(0, source.path.find('/'));
    std::ifstream file(entry.path());
    std::string line;
    while (std::getline(file, line)) {
      if (source.first_line.empty()) source.first_line = line;
      if (line.rfind("#include", 0) != 0) continue;
      const std::size_t open = line.find_first_of("\"<"), close = line.find_last_of("\">");
      if (open != std::string::npos && close > open) source.includes.push_back(line.substr(open + 1, close - open - 1));
    }
    out.push_back(std::move(source));
  }
  return out;
}

bool starts_with(const std::string& text, const std::string& head) { return text.rfind(head, 0) == 0; }

}  // namespace

TEST_SUITE("structure") {
  TEST_CASE("structure: the sources are found") { CHECK(sources().size() > 50); }

  TEST_CASE("structure: includes follow the arrows") {
    for (const Source& source : sources()) {
      REQUIRE_MESSAGE(kArrows.count(source.room), "src/" << source.path << " is in a room that src/README.md does not list");
      for (const std::string& include : source.includes) {
        const std::string room = include.substr(0, include.find('/'));
        if (room == include || !kArrows.count(room)) continue;
        const bool allowed = room == source.room || kArrows.at(source.room).count(room);
        CHECK_MESSAGE(allowed, "src/" << source.path << " includes " << include << ": no arrow " << source.room << " -> " << room);
      }
    }
  }

  TEST_CASE("structure: only the rooms meant to know ImGui, Emscripten and concrete backends do") {
    for (const Source& source : sources()) {
      for (const std::string& include : source.includes) {
        const std::string where = "src/" + source.path + " includes " + include;
        if (starts_with(include, "imgui")) CHECK_MESSAGE((source.room == "ui" || source.room == "platform"), where);
        if (starts_with(include, "emscripten")) CHECK_MESSAGE((source.room == "platform" || starts_with(source.path, "engine/backend/webgpu")), where);
        if (starts_with(include, "Eigen")) {
          CHECK_MESSAGE(starts_with(source.path, "engine/backend/cpu/"), where);
          CHECK_MESSAGE(source.path.substr(source.path.size() - 4) == ".cpp", where << ": Eigen stays out of headers");
        }
        for (const char* backend : {"engine/backend/cpu/", "engine/backend/reference/"}) {
          if (starts_with(include, backend)) CHECK_MESSAGE(starts_with(source.path, backend), where);
        }
      }
    }
  }

  TEST_CASE("structure: every source says what room it is in") {
    for (const Source& source : sources()) {
      CHECK_MESSAGE(starts_with(source.first_line, "// "), "src/" << source.path << " does not begin with a comment that says its room");
    }
  }

  TEST_CASE("structure: the files named in src/README.md exist") {
    std::ifstream file(fs::path(HEED_SOURCE_DIR) / "src" / "README.md");
    std::stringstream text;
    text << file.rdbuf();
    const std::string readme = text.str();
    int named = 0;
    for (std::size_t at = readme.find('`'); at != std::string::npos; at = readme.find('`', at + 1)) {
      const std::size_t end = readme.find('`', at + 1);
      if (end == std::string::npos) break;
      const std::string name = readme.substr(at + 1, end - at - 1);
      at = end;
      const bool is_path = name.find('/') != std::string::npos && name.find_first_of(" <>*(){}\"") == std::string::npos && name.find("NN-") == std::string::npos;
      if (!is_path) continue;
      const bool exists = fs::exists(fs::path(HEED_SOURCE_DIR) / "src" / name) || fs::exists(fs::path(HEED_SOURCE_DIR) / name);
      CHECK_MESSAGE(exists, "src/README.md names " << name << ", which is not there");
      ++named;
    }
    CHECK(named > 5);
  }
}
