// tests/ops: the SIMD variants of the kernels beside each other. A program with one variant writes what its kernels
// make of every case to the file that HEED_OP_RESULTS names; a program with another one reads the files of
// HEED_OP_RESULTS_OF, commas between them, and holds its own results against them. The bound is the op's own of
// op_run.cpp, the one that holds against the reference: two variants may not be twice as far apart as each may be from
// the truth.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "op_run.h"

namespace heed::test {
namespace {

constexpr const char *kWritten = "HEED_OP_RESULTS", *kRead = "HEED_OP_RESULTS_OF";

std::vector<OpCase> all_cases() {
  std::vector<OpCase> out;
  for (const CaseSet set : {CaseSet::kSamples, CaseSet::kRandom, CaseSet::kLengths})
    for (OpCase& one : cases_of(set)) out.push_back(std::move(one));
  return out;
}

CaseResult result_of(const OpCase& op_case) {
  std::string damage;
  return run_kernel(op_case, 1, damage);
}

void write(std::ostream& out, const std::vector<float>& values) {
  const auto count = static_cast<std::uint32_t>(values.size());
  out.write(reinterpret_cast<const char*>(&count), sizeof count);
  out.write(reinterpret_cast<const char*>(values.data()), static_cast<std::streamsize>(count * sizeof(float)));
}

std::vector<float> read(std::istream& in) {
  std::uint32_t count = 0;
  in.read(reinterpret_cast<char*>(&count), sizeof count);
  std::vector<float> values(in ? count : 0);
  in.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

TEST_SUITE("slow.ops") {
  TEST_CASE("ops: what the kernels of this variant make of every case" *
            doctest::skip(std::getenv(kWritten) == nullptr)) {
    std::ofstream out(std::getenv(kWritten), std::ios::binary);
    for (const OpCase& op_case : all_cases()) {
      const CaseResult result = result_of(op_case);
      out << op_case.text() << '\n';
      write(out, result.value);
      for (const std::vector<float>& arena : result.arenas) write(out, arena);
    }
    REQUIRE(out.good());
  }

  TEST_CASE("ops: SIMD variants of the kernels differ within every op's bound" *
            doctest::skip(std::getenv(kRead) == nullptr)) {
    std::istringstream names(std::getenv(kRead));
    int files = 0;
    for (std::string name; std::getline(names, name, ','); ++files) {
      std::ifstream in(name, std::ios::binary);
      REQUIRE_MESSAGE(in.good(), name);
      for (const OpCase& op_case : all_cases()) {
        std::string text;
        std::getline(in, text);
        REQUIRE(text == op_case.text());
        CaseResult got = result_of(op_case), other{read(in), {}};
        for (std::size_t arena = 0; arena < got.arenas.size(); ++arena) other.arenas.push_back(read(in));
        REQUIRE(in.good());
        const std::string wrong = difference(op_case.def->kind, got, other);
        CHECK_MESSAGE(wrong.empty(), wrong, " as in ", name, "\n", op_case.reproduction());
      }
    }
    CHECK(files > 0);
  }
}

}  // namespace
}  // namespace heed::test
